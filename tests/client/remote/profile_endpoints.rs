//! Endpoints that a profile names.

use crate::remote::sso_renewal::{EXPIRED, file, token_answer};
use crate::remote::{assert_provided, config, error, ok, portal_answer, root, sts_answer, write};
use crate::server::Server;
use sigv4::client::{Chain, CredentialsError, ProfileCredentials, ProvideCredentials, Sts};
use sigv4::sources::ProfileFiles;

const ROLE: &str = "region = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = keys\n\
     [profile keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";

/// Where a profile, with these variables, has STS asked.
fn sts(profile: &str, variables: &[(&str, &str)]) -> Result<String, CredentialsError> {
    let files = ProfileFiles::from_texts(profile, "")?;
    let config = config(variables).endpoint_settings(files.endpoint_settings("p")?);
    Ok(Sts::new(&config.region("eu-west-1"))?.endpoint())
}

/// In the order of AWS's reference.
#[test]
fn which_counts() {
    let all = "[profile p]\nendpoint_url = https://profile.example\nservices = s\n\
         [services s]\nsts =\n  endpoint_url = https://services.example\ns3 = nonsense\n";
    let ignoring = format!("{all}[profile p]\nignore_configured_endpoint_urls = true\n");
    let url = ("AWS_ENDPOINT_URL", "https://all.example");
    let url_sts = ("AWS_ENDPOINT_URL_STS", "https://sts.example");
    let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let not_ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "False");
    let regional = "https://sts.eu-west-1.amazonaws.com/";
    for (profile, variables, expected) in [
        (all, &[url, url_sts][..], "https://sts.example/"),
        (all, &[url], "https://all.example/"),
        (all, &[], "https://services.example/"),
        (
            "[profile p]\nendpoint_url = http://localhost:4566\n",
            &[],
            "http://localhost:4566/",
        ),
        // Of another service.
        (
            "[profile p]\nservices = s\n[services s]\nsso =\n  endpoint_url = https://sso.example\n",
            &[],
            regional,
        ),
        // The last one counts, in any case; what is empty is none.
        (
            "[profile p]\nservices = s\n[services s]\nsts =\n  a = b\n  ENDPOINT_URL = https://1.example\n  endpoint_url=https://2.example\n",
            &[],
            "https://2.example/",
        ),
        (
            "[profile p]\nservices = s\n[services s]\nsts =\n  endpoint_url =\n",
            &[],
            regional,
        ),
        (all, &[url, ignored], regional),
        (&ignoring, &[url], regional),
        (&ignoring, &[url, not_ignored], "https://all.example/"),
        ("[profile p]\n", &[], regional),
    ] {
        let found = sts(profile, variables).unwrap();
        assert_eq!(found, expected, "{profile} {variables:?}");
    }
}

/// Nothing is passed over in silence: what cannot be used is an error, with its place.
#[test]
fn what_cannot_be_used() {
    let both =
        "an endpoint of one's own (config:2) and a FIPS endpoint are both set: unset one of them";
    for (profile, variables, expected) in [
        (
            "[profile p]\nendpoint_url = localhost:4566\n",
            &[][..],
            "config:2: profile p: endpoint_url is no http or https URL",
        ),
        (
            "[profile p]\nservices = s\n[services s]\nsts =\n  endpoint_url = http://sts.example\n",
            &[],
            "config:4: profile p: endpoint_url is plain http to a host that is not this machine",
        ),
        (
            "[profile p]\nservices = none\n",
            &[],
            "config:2: profile p: services names a section that is not there: [services NAME]",
        ),
        (
            "[profile p]\nservices = s\n[services s]\nsts = https://sts.example\n",
            &[],
            "config:4: profile p: sts has a value of its own: its settings stand on the lines below it",
        ),
        (
            "[profile p]\nuse_fips_endpoint = yes\n",
            &[],
            "config:2: profile p: use_fips_endpoint is neither true nor false",
        ),
        (
            "[profile p]\nendpoint_url = https://own.example\n",
            &[("AWS_USE_FIPS_ENDPOINT", "true")],
            &format!("STS: {both}"),
        ),
        (
            "[profile p]\nuse_dualstack_endpoint = true\n",
            &[("AWS_ENDPOINT_URL", "https://own.example")],
            "STS: an endpoint of one's own (AWS_ENDPOINT_URL) and a dual-stack endpoint are both set: unset one of them",
        ),
        (
            "[profile p]\n",
            &[("AWS_USE_DUALSTACK_ENDPOINT", "1")],
            "AWS_USE_DUALSTACK_ENDPOINT is neither true nor false",
        ),
    ] {
        let text = sts(profile, variables).unwrap_err().to_string();
        assert_eq!(text, expected);
    }
}

/// The whole way: a stand-in that a profile names is asked, and nobody else.
#[test]
fn a_role_is_assumed_there() {
    let server = Server::new(|_| ok(sts_answer("AssumeRole")));
    let home = tempfile::tempdir().unwrap();
    let text = format!("[profile p]\nendpoint_url = {}\n{ROLE}", root(&server));
    write(home.path(), ".aws/config", &text);
    let variables = [
        ("HOME", home.path().to_str().unwrap()),
        ("AWS_PROFILE", "p"),
    ];
    let config = config(&variables);
    assert_provided(ProfileCredentials::with_config(&config, Some("p")).provide_credentials());
    assert_provided(Chain::with_config(&config).provide_credentials());
    assert_eq!(server.seen().len(), 2);
    let broken = text.replace("http://", "ftp://");
    write(home.path(), ".aws/config", &broken);
    let error = error(Chain::with_config(&config).provide_credentials());
    assert!(
        error
            .to_string()
            .contains(".aws/config:2: profile p: endpoint_url is no http or https URL"),
        "{error}"
    );
    assert!(!error.is_not_set_up() && !error.is_of_service());
}

/// Web identity of the environment is asked for where the profile says.
#[test]
fn of_a_web_identity() {
    let server = Server::new(|_| ok(sts_answer("AssumeRoleWithWebIdentity")));
    let home = tempfile::tempdir().unwrap();
    let text = format!("[default]\nendpoint_url = {}\n", root(&server));
    write(home.path(), ".aws/config", &text);
    let token = write(home.path(), "token", "a-token");
    let config = config(&[
        ("HOME", home.path().to_str().unwrap()),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &token),
        ("AWS_ROLE_ARN", crate::remote::ROLE),
    ]);
    assert_provided(Chain::with_config(&config).provide_credentials());
    assert_eq!(server.seen().len(), 1);
}

/// Token and credentials of IAM Identity Center, each at its own.
#[test]
fn of_identity_center() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    let home = tempfile::tempdir().unwrap();
    let text = format!(
        "[profile p]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = R\nservices = here\n\
         [sso-session dev]\nsso_region = eu-west-1\nsso_start_url = https://d-abc.awsapps.com/start\n\
         [services here]\nsso =\n  endpoint_url = {}\nsso_oidc =\n  endpoint_url = {}\n",
        root(&portal),
        root(&oidc),
    );
    write(home.path(), ".aws/config", &text);
    let token = ".aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json";
    write(home.path(), token, &file(EXPIRED).to_string());
    let config = config(&[("HOME", home.path().to_str().unwrap())]);
    assert_provided(ProfileCredentials::with_config(&config, Some("p")).provide_credentials());
    assert_eq!((portal.seen().len(), oidc.seen().len()), (1, 1));
}

/// A URL as it is written may hold a password: it is refused, and not shown.
#[test]
fn a_password_is_not_shown() {
    let url = "https://user:a-password-of-ours@sts.example.com";
    for endpoint in [
        format!("endpoint_url = {url}\n"),
        format!("services = s\n[services s]\nsts =\n  endpoint_url = {url}\n"),
    ] {
        let text = format!(
            "[profile p]\nrole_arn = arn:aws:iam::1:role/R\ncredential_source = Environment\n{endpoint}"
        );
        let files = sigv4::sources::ProfileFiles::from_texts(&text, "").unwrap();
        let error = files.plan("p").unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("endpoint_url has a user in it"), "{shown}");
        assert!(!shown.contains("a-password"), "{shown}");
    }
}
