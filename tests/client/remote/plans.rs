//! The default chain, and profiles whose credentials have to be asked for.

use crate::remote::{
    ROLE, assert_provided, config, credentials, imds_token, json_answer, ok, root, sts_answer,
    write,
};
use crate::server::{Act, SECRET, Server, TOKEN, response};
use crate::source::Answered;
use sigv4::client::{
    Chain, CredentialsError, ProfileCredentials, ProvideCredentials, ProviderConfig,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A home with this configuration, servers for STS and instance metadata, and more variables.
struct Setting {
    home: tempfile::TempDir,
    sts: Server,
    instance: Server,
}

impl Setting {
    fn new(profiles: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), ".aws/config", profiles);
        Self {
            home,
            sts: Server::new(|_| ok(sts_answer("AssumeRole"))),
            instance: Server::new(|number| match number {
                0 => imds_token(),
                1 => ok("my-role"),
                _ => ok(json_answer()),
            }),
        }
    }

    fn config(&self, more: &[(&str, &str)]) -> ProviderConfig {
        let (sts, instance) = (root(&self.sts), root(&self.instance));
        let mut variables = vec![
            ("HOME", self.home.path().to_str().unwrap()),
            ("AWS_ENDPOINT_URL_STS", &sts),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &instance),
        ];
        variables.extend(more);
        config(&variables)
    }

    fn chain(&self, more: &[(&str, &str)]) -> Answered {
        Chain::with_config(&self.config(more)).provide_credentials()
    }

    fn asked(&self) -> (usize, usize) {
        (self.sts.seen().len(), self.instance.seen().len())
    }
}

/// In the order of the rules; what is set up and fails ends the search.
#[test]
fn the_default_chain() {
    let setting = Setting::new("");
    let source = |answered: Answered| answered.unwrap().source.unwrap();
    let token = write(setting.home.path(), "token", TOKEN);
    let identity = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("AWS_ROLE_ARN", ROLE),
        ("AWS_REGION", "eu-west-1"),
    ];
    let nobody = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")];
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ];
    assert_eq!(
        source(setting.chain(&[&keys[..], &identity, &nobody].concat())),
        "environment"
    );
    assert_eq!(setting.asked(), (0, 0));
    let setting = Setting {
        sts: Server::new(|_| ok(sts_answer("AssumeRoleWithWebIdentity"))),
        ..setting
    };
    assert_eq!(
        source(setting.chain(&[&identity[..], &nobody].concat())),
        "web identity"
    );
    assert_eq!(setting.asked(), (1, 0));
    // The container's endpoint does not answer: that is not the instance's turn.
    let CredentialsError::NoneFound { tried } = setting.chain(&nobody).unwrap_err() else {
        panic!("not a chain's error");
    };
    let names: Vec<_> = tried.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["environment", "profile", "web identity", "container"]
    );
    assert!(tried[3].1.is_of_service());
    assert_eq!(setting.asked(), (1, 0));
    assert_eq!(source(setting.chain(&[])), "instance metadata");
    assert_eq!(setting.asked(), (1, 3));
    let error = setting
        .chain(&[("AWS_EC2_METADATA_DISABLED", "true")])
        .unwrap_err();
    assert!(error.is_not_set_up(), "{error}");
    let text = error.to_string();
    for name in [
        "environment (",
        "; profile (",
        "; web identity (",
        "; container (",
        "; instance metadata (",
    ] {
        assert!(text.contains(name), "{text}");
    }
}

const CHAIN: &str = "[profile app]\nrole_arn = arn:aws:iam::123456789012:role/A\nsource_profile = mid\nregion = eu-west-3\n\
    [profile mid]\nrole_arn = arn:aws:iam::123456789012:role/M\nsource_profile = keys\n\
    [profile keys]\naws_access_key_id = AKIDFAULTS\naws_secret_access_key = sEcReT+ofTheFaultServer/0123456789\n";

#[test]
fn a_chain_of_roles() {
    let setting = Setting::new(CHAIN);
    let config = setting.config(&[("AWS_PROFILE", "app")]);
    let chain = Chain::with_config(&config);
    for _ in 0..2 {
        let provided = chain.provide_credentials().unwrap();
        assert_eq!(provided.credentials, credentials());
        assert_eq!(provided.account_id.as_deref(), Some("123456789012"));
        assert_eq!(
            provided.source.as_deref(),
            Some(
                "profile app (keys, role arn:aws:iam::123456789012:role/M, \
                 role arn:aws:iam::123456789012:role/A)"
            )
        );
    }
    assert_eq!(setting.asked(), (2, 0));
    let seen = setting.sts.seen();
    let roles: Vec<_> = seen
        .iter()
        .map(|seen| {
            seen.verify_for("eu-west-3", "sts", seen.signed_at());
            let body = std::str::from_utf8(&seen.body).unwrap();
            body.rsplit_once("role%2F").unwrap().1.to_owned()
        })
        .collect();
    assert_eq!(roles, ["M", "A"]);
    assert_eq!(seen[0].header("x-amz-security-token"), None);
    assert_eq!(seen[1].header("x-amz-security-token"), Some(TOKEN));
    // The environment's region goes before the profile's.
    let setting = Setting::new(CHAIN);
    setting
        .chain(&[("AWS_PROFILE", "app"), ("AWS_REGION", "us-west-2")])
        .unwrap();
    let seen = setting.sts.seen();
    seen[1].verify_for("us-west-2", "sts", seen[1].signed_at());
}

/// What a profile names and is not there is the profile's mistake.
#[test]
fn a_profile_never_falls_through() {
    let token = "/no/such/file";
    for (profile, variables, problem) in [
        (
            "role_arn = arn:aws:iam::1:role/R\ncredential_source = Environment",
            &[][..],
            "CONFIG:1: profile default (environment, role arn:aws:iam::1:role/R): AWS_ACCESS_KEY_ID is not set",
        ),
        (
            "role_arn = arn:aws:iam::1:role/R\ncredential_source = Ec2InstanceMetadata",
            &[("AWS_EC2_METADATA_DISABLED", "true")],
            "CONFIG:1: profile default (instance metadata, role arn:aws:iam::1:role/R): AWS_EC2_METADATA_DISABLED is true",
        ),
        (
            "role_arn = arn:aws:iam::1:role/R\ncredential_source = EcsContainer",
            &[],
            "CONFIG:1: profile default (the container's endpoint, role arn:aws:iam::1:role/R): AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set",
        ),
        (
            &format!("role_arn = arn:aws:iam::1:role/R\nweb_identity_token_file = {token}"),
            &[],
            "CONFIG:1: profile default: the web identity token in the file that is named: ",
        ),
        (
            "sso_account_id = 1\nsso_role_name = R\nsso_region = eu-west-1\nsso_start_url = https://x",
            &[],
            "IAM Identity Center: there is no token in ",
        ),
        // The global endpoint knows one partition.
        (
            "role_arn = arn:aws-cn:iam::1:role/R\ncredential_source = Environment",
            &[("AWS_ENDPOINT_URL_STS", "")],
            "CONFIG:1: profile default: the role's ARN: no region is set, ",
        ),
        (
            "role_arn = arn:aws:iam::1:role/R\ncredential_source = Environment\nregion = x",
            &[("AWS_ENDPOINT_URL_STS", "")],
            "CONFIG:1: profile default: STS: the region is in no partition of AWS that is known",
        ),
        (
            "role_arn = arn:aws:iam::1:role/R\ncredential_source = Environment\nregion = eu-west-1",
            &[("AWS_ENDPOINT_URL_STS", ""), ("AWS_REGION", "mars")],
            "CONFIG:1: profile default: AWS_REGION or AWS_DEFAULT_REGION: the region is in no partition",
        ),
        (
            "login_session = arn:aws:iam::1:user/A",
            &[],
            "login session: there is no ",
        ),
    ] {
        let setting = Setting::new(&format!("[default]\n{profile}\n"));
        let CredentialsError::NoneFound { tried } = setting.chain(variables).unwrap_err() else {
            panic!("not a chain's error");
        };
        assert_eq!(tried.len(), 2, "{tried:?}");
        let text = tried[1].1.to_string();
        let config = setting.home.path().join(".aws/config");
        let problem = problem.replace("CONFIG", config.to_str().unwrap());
        assert!(text.starts_with(&problem), "{text}");
        assert!(!tried[1].1.is_not_set_up());
        assert_eq!(setting.asked(), (0, 0));
    }
    // A refusal of STS, too.
    let setting = Setting {
        sts: Server::new(|_| vec![response("403 Forbidden", "", ""), Act::Close]),
        ..Setting::new(CHAIN)
    };
    let error = setting.chain(&[("AWS_PROFILE", "app")]).unwrap_err();
    assert!(error.is_of_service(), "{error}");
    assert_eq!(setting.asked(), (1, 0));
}

/// Whoever may be asked is asked, once.
#[test]
fn a_code_of_a_device() {
    let profiles = CHAIN.replace(
        "source_profile = mid",
        "source_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/me",
    );
    let setting = Setting::new(&profiles);
    let error = setting
        .chain(&[("AWS_PROFILE", "app")])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the role asks for a code of the MFA device arn:aws:iam::1:mfa/me"),
        "{error}"
    );
    assert_eq!(setting.asked(), (0, 0));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let config = setting.config(&[]).mfa_code(move |serial| {
        assert_eq!(serial, "arn:aws:iam::1:mfa/me");
        counted.fetch_add(1, Ordering::SeqCst);
        Some("123456".into())
    });
    let profile = ProfileCredentials::with_config(&config, Some("app"));
    for _ in 0..2 {
        assert_provided(profile.provide_credentials());
    }
    assert_eq!((asked.load(Ordering::SeqCst), setting.asked()), (1, (1, 0)));
    let body = String::from_utf8(setting.sts.seen()[0].body.clone()).unwrap();
    assert!(
        body.contains("&SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme&TokenCode=123456&"),
        "{body}"
    );
}

/// The profile says where the instance's metadata are.
#[test]
fn settings_of_a_profile() {
    let setting = Setting::new("");
    let endpoint = root(&setting.instance);
    let profiles = format!("[default]\nec2_metadata_service_endpoint = {endpoint}\n");
    write(setting.home.path(), ".aws/config", &profiles);
    let home = setting.home.path().to_str().unwrap();
    let chain = Chain::with_config(&config(&[("HOME", home)]));
    assert_provided(chain.provide_credentials());
    assert_eq!(setting.asked(), (0, 3));
    // One that is no URL is an error, and no other endpoint is asked.
    write(
        setting.home.path(),
        ".aws/config",
        "[default]\nec2_metadata_service_endpoint = here\n",
    );
    let chain = Chain::with_config(&config(&[("HOME", home)]));
    let error = chain.provide_credentials().unwrap_err().to_string();
    assert!(
        error.contains(
            ".aws/config:2: profile default: ec2_metadata_service_endpoint is no http or https URL"
        ),
        "{error}"
    );
    assert!(Path::new(home).exists());
}
