//! The region of an EC2 instance, where nothing else tells one.

use crate::remote::instance::status;
use crate::remote::{
    NOW, assert_provided, config, credentials, imds_token, json_answer, ok, root, sts_answer, write,
};
use crate::server::Server;
use crate::source::{at, environment};
use sigv4::client::{
    Client, ClientBuilder, ClientError, Imds, ProfileCredentials, ProvideCredentials, SigV4,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a request to this server is signed for.
fn asked(api: &Server, builder: ClientBuilder) -> Result<String, ClientError> {
    let client = builder.base_url(root(api)).service("execute-api");
    let client = client.credentials(credentials()).proxy(None).build()?;
    client.get("/items").send()?;
    Ok(signed_for(api))
}

fn signed_for(api: &Server) -> String {
    let seen = api.seen();
    let scope = seen.last().unwrap().header("authorization").unwrap();
    scope.split('/').nth(2).unwrap().into()
}

fn api() -> Server {
    Server::new(|_| ok("{}"))
}

fn builder(variables: &[(&str, &str)]) -> ClientBuilder {
    Client::builder().environment(environment(variables))
}

/// Asked when a request needs it, and once.
#[test]
fn last_of_all() {
    let imds = Server::script(vec![imds_token(), ok("eu-south-2\n")]);
    let (endpoint, home) = (root(&imds), tempfile::tempdir().unwrap());
    let config = write(home.path(), "config", "[default]\nregion = eu-west-3\n");
    let endpoint = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.as_str());
    let profile = ("AWS_CONFIG_FILE", config.as_str());
    let api = api();
    for (variables, region) in [
        (
            vec![endpoint, profile, ("AWS_REGION", "eu-west-1")],
            "eu-west-1",
        ),
        (
            vec![endpoint, profile, ("AWS_DEFAULT_REGION", "eu-west-2")],
            "eu-west-2",
        ),
        (vec![endpoint, profile], "eu-west-3"),
    ] {
        assert_eq!(asked(&api, builder(&variables)).unwrap(), region);
    }
    let given = builder(&[endpoint]).region("eu-central-2");
    assert_eq!(asked(&api, given).unwrap(), "eu-central-2");
    // A host that tells no service is signed for nothing, whatever the region.
    let inferring = builder(&[endpoint]).credentials(credentials());
    let inferring = inferring.build().unwrap();
    let error = inferring.get("https://api.example.com/").send();
    let error = error.unwrap_err();
    assert!(
        matches!(error, ClientError::MissingService { .. }),
        "{error}"
    );
    assert_eq!(imds.connections(), 0);

    let client = builder(&[endpoint]).credentials(credentials());
    let client = client.base_url(root(&api)).service("execute-api");
    let client = client.proxy(None).build().unwrap();
    assert_eq!(imds.connections(), 0);
    for _ in 0..2 {
        client.get("/items").send().unwrap();
        assert_eq!(signed_for(&api), "eu-south-2");
    }
    let asked: Vec<_> = imds.seen().iter().map(|seen| seen.target.clone()).collect();
    assert_eq!(
        asked,
        ["/latest/api/token", "/latest/meta-data/placement/region"]
    );
}

/// Where the profile says that it is.
#[test]
fn at_the_endpoint_of_a_profile() {
    let imds = Server::script(vec![imds_token(), ok("ap-east-1")]);
    let home = tempfile::tempdir().unwrap();
    let text = format!(
        "[profile dev]\nec2_metadata_service_endpoint = {}",
        root(&imds)
    );
    let file = write(home.path(), "config", &text);
    let variables = [("AWS_CONFIG_FILE", file.as_str()), ("AWS_PROFILE", "dev")];
    assert_eq!(asked(&api(), builder(&variables)).unwrap(), "ap-east-1");
    let url = Imds::of_profile(&config(&variables), None)
        .unwrap()
        .endpoint_url();
    assert_eq!(url.unwrap(), format!("{}/", root(&imds)));
}

/// The error says that it was asked, and what to do; off, it is nobody's concern.
#[test]
fn where_nobody_tells_it() {
    let refusing = Server::new(|_| status("403 Forbidden"));
    let no_region = Server::script(vec![imds_token(), status("404 Not Found")]);
    let no_words = "no region known for 127.0.0.1: give one, or set AWS_REGION";
    for (server, reason) in [
        (
            &refusing,
            "status 403: it is switched off for this instance: switch it on (modify-instance-metadata-options)",
        ),
        (&no_region, "status 404: it tells no region: set AWS_REGION"),
    ] {
        let endpoint = root(server);
        let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.as_str())];
        let error = asked(&api(), builder(&variables)).unwrap_err();
        let text = format!("{no_words} (instance metadata passed over: {reason})");
        assert_eq!(error.to_string(), text);
    }
    let asked_before = refusing.connections();
    let endpoint = root(&refusing);
    let off = builder(&[
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint),
        ("AWS_EC2_METADATA_DISABLED", "TRUE"),
    ]);
    let error = asked(&api(), off).unwrap_err();
    assert_eq!(error.to_string(), no_words);
    assert_eq!(refusing.connections(), asked_before);
}

/// Whose files are broken need not be where the instance is: where they are not needed, nobody
/// minds, and where they are, what is wrong with them is told.
#[test]
fn broken_files() {
    let imds = Server::new(|_| ok("sa-east-1"));
    let home = tempfile::tempdir().unwrap();
    let broken = write(home.path(), "config", "broken");
    let fine = write(home.path(), "fine", "[default]\n");
    let endpoint = root(&imds);
    let endpoint = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.as_str());
    let config = ("AWS_CONFIG_FILE", broken.as_str());
    let fine = ("AWS_CONFIG_FILE", fine.as_str());
    let gone = ("AWS_PROFILE", "gone");
    let another = ("AWS_DEFAULT_PROFILE", "another");
    for (variables, words) in [
        (vec![endpoint, config], "config:1: "),
        (vec![endpoint, fine, gone], "profile gone: "),
        (
            vec![endpoint, fine, gone, another],
            "AWS_DEFAULT_PROFILE names another",
        ),
    ] {
        let error = asked(&api(), builder(&variables)).unwrap_err();
        assert!(matches!(error, ClientError::Credentials(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        let variables = [variables, vec![("AWS_REGION", "eu-west-1")]].concat();
        assert_eq!(asked(&api(), builder(&variables)).unwrap(), "eu-west-1");
    }
    assert_eq!(imds.connections(), 0);
}

/// Each request would wait for an answer that does not come.
#[test]
fn a_failure_is_remembered() {
    let refusing = Server::new(|_| status("403 Forbidden"));
    let clock = Arc::new(AtomicU64::new(NOW));
    let now = clock.clone();
    let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*root(&refusing))];
    let sources = config(&variables).clock(move || at(now.load(Ordering::Relaxed)));
    let client = Client::builder().provider_config(sources);
    let client = client.credentials(credentials()).service("execute-api");
    let api = api();
    let client = client.base_url(root(&api)).proxy(None).build().unwrap();
    for (passed, asked) in [(0, 1), (9, 1), (10, 2), (19, 2)] {
        clock.store(NOW + passed, Ordering::Relaxed);
        let error = client.get("/items").send().unwrap_err();
        assert!(error.to_string().contains("status 403"), "{error}");
        assert_eq!(refusing.connections(), asked, "after {passed} s");
    }
    assert_eq!(api.connections(), 0);
}

/// The middleware alone, too.
#[test]
fn of_the_middleware() {
    let imds = Server::script(vec![imds_token(), ok("af-south-1")]);
    let environment = environment(&[
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &root(&imds)),
    ]);
    let signing = SigV4::from_environment(&environment, "execute-api").unwrap();
    let agent = ureq::Agent::config_builder().middleware(signing).build();
    let agent: ureq::Agent = agent.into();
    let api = api();
    agent.get(root(&api)).call().unwrap();
    assert_eq!(signed_for(&api), "af-south-1");
}

/// STS is asked in the instance's region where nothing else tells one.
#[test]
fn for_a_role_of_the_instance() {
    let home = tempfile::tempdir().unwrap();
    let region = vec![imds_token(), ok("cn-north-1")];
    let keys = vec![imds_token(), ok("my-role"), ok(json_answer())];
    for (setting, answers, expected) in [
        ("", [region, keys.clone()].concat(), "cn-north-1"),
        ("region = cn-northwest-1", keys, "cn-northwest-1"),
    ] {
        let (imds, sts) = (
            Server::script(answers),
            Server::new(|_| ok(sts_answer("AssumeRole"))),
        );
        let role = "role_arn = arn:aws-cn:iam::123456789012:role/R\n";
        let text = format!("[default]\n{role}credential_source = Ec2InstanceMetadata\n{setting}\n");
        let config = config(&[
            ("AWS_CONFIG_FILE", &write(home.path(), "config", &text)),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &root(&imds)),
            ("AWS_ENDPOINT_URL_STS", &root(&sts)),
        ]);
        let profile = ProfileCredentials::with_config(&config, None);
        assert_provided(profile.provide_credentials());
        assert_eq!(signed_for(&sts), expected);
    }
}
