//! The default chain, as far as it goes without a client.

use crate::folder::Folder;
use sigv4::Credentials;
use sigv4::sources::{
    Chain, CredentialsError, ProfileCredentials, ProfileFiles, ProvideCredentials,
    ProvidedCredentials,
};

const KEYS: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n\
                    [dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = s\n\
                    aws_session_token = t\naws_account_id = 123456789012\n";

fn id(source: &dyn ProvideCredentials) -> String {
    let provided = source.provide_credentials().unwrap();
    provided.credentials.access_key_id().to_owned()
}

fn text(source: &dyn ProvideCredentials) -> String {
    source.provide_credentials().unwrap_err().to_string()
}

#[test]
fn the_first_that_is_set_up() {
    let folder = Folder::with("[profile empty]\nregion = x\n", KEYS);
    let key = ("AWS_ACCESS_KEY_ID", "AKIDENV");
    let secret = ("AWS_SECRET_ACCESS_KEY", "s");
    let dev = ("AWS_PROFILE", "dev");
    for (variables, expected, source) in [
        (&[][..], "AKIDDEFAULT", "profile default"),
        (&[key, secret, dev], "AKIDENV", "environment"),
        (&[dev], "AKIDDEV", "profile dev"),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "  "),
                ("AWS_SECRET_ACCESS_KEY", "\t"),
                dev,
            ],
            "AKIDDEV",
            "profile dev",
        ),
        (&[("AWS_PROFILE", " ")], "AKIDDEFAULT", "profile default"),
        (&[("AWS_DEFAULT_PROFILE", "dev")], "AKIDDEV", "profile dev"),
        (
            &[dev, ("AWS_DEFAULT_PROFILE", "dev")],
            "AKIDDEV",
            "profile dev",
        ),
    ] {
        let chain = Chain::usual(&folder.environment(variables));
        let provided = chain.provide_credentials().unwrap();
        assert_eq!(provided.credentials.access_key_id(), expected);
        assert_eq!(provided.source.as_deref(), Some(source));
    }
    let named = ProfileCredentials::named(&folder.environment(&[key, secret]), "dev");
    let provided = named.provide_credentials().unwrap();
    assert_eq!(provided.credentials.access_key_id(), "AKIDDEV");
    assert_eq!(provided.credentials.session_token(), Some("t"));
    assert_eq!(provided.account_id.as_deref(), Some("123456789012"));
}

/// What is set up and broken is no other source's turn.
#[test]
fn a_mistake_ends_the_search() {
    let folder = Folder::with(
        "[profile half]\naws_access_key_id = A\n[profile none]\n",
        KEYS,
    );
    let chain = |variables: &[(&str, &str)]| Chain::usual(&folder.environment(variables));
    let [config, credentials] =
        [".aws/config", ".aws/credentials"].map(|name| folder.path(name).display().to_string());
    for (variables, expected) in [
        (
            &[("AWS_ACCESS_KEY_ID", "A")][..],
            "tried environment (AWS_SECRET_ACCESS_KEY is missing beside the others)".to_owned(),
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "A,"),
                ("AWS_SECRET_ACCESS_KEY", "s"),
            ],
            "tried environment (AWS_ACCESS_KEY_ID: access key id: character not allowed at byte 1)"
                .to_owned(),
        ),
        (
            &[("AWS_PROFILE", "gone")],
            format!(
                "tried environment (AWS_ACCESS_KEY_ID is not set: set it and AWS_SECRET_ACCESS_KEY); \
                 profile (profile gone: is not in {config} or {credentials})"
            ),
        ),
        (
            &[("AWS_PROFILE", "half")],
            format!(
                "tried environment (AWS_ACCESS_KEY_ID is not set: set it and AWS_SECRET_ACCESS_KEY); \
                 profile ({config}:2: profile half: aws_secret_access_key is missing beside \
                 aws_access_key_id)"
            ),
        ),
        (
            &[("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "default")],
            "tried environment (AWS_ACCESS_KEY_ID is not set: set it and AWS_SECRET_ACCESS_KEY); \
             profile (AWS_DEFAULT_PROFILE names another profile than AWS_PROFILE, and AWS's tools do \
             not agree on which of the two is meant: unset one)"
                .to_owned(),
        ),
        (
            &[("AWS_CONFIG_FILE", "~/.aws")],
            String::new(), // as the system says it
        ),
    ] {
        let error = text(&chain(variables));
        if !expected.is_empty() {
            assert_eq!(error, expected);
        }
        assert!(!error.contains("container"), "{error}");
    }
    // By name, everything but credentials is an error.
    for name in ["gone", "half", "none"] {
        let named = ProfileCredentials::named(&folder.environment(&[]), name);
        assert!(
            !named.provide_credentials().unwrap_err().is_not_set_up(),
            "{name}"
        );
    }
}

/// A profile that is meant to have credentials is nobody else's turn, even if the property is empty,
/// or what the profile names cannot be made.
#[test]
fn what_is_meant_is_not_passed_over() {
    for profile in [
        "role_arn =",
        "credential_process =",
        "source_profile = dev",
        "aws_session_token = t",
        "role_arn = arn:aws:iam::123456789012:role/a\nsource_profile = default",
        "sso_account_id = 123456789012",
    ] {
        let folder = Folder::with(&format!("[default]\n{profile}\n"), "");
        for variables in [&[][..], &[("AWS_PROFILE", "default")]] {
            let source = ProfileCredentials::new(&folder.environment(variables));
            let error = source.provide_credentials().unwrap_err();
            assert!(!error.is_not_set_up(), "{profile}: {error:?}");
            let error = text(&Chain::usual(&folder.environment(variables)));
            assert!(!error.contains("container"), "{profile}: {error}");
        }
    }
}

/// A file that is written anew is not there for a moment: the chain does not go on to another
/// source then.
#[test]
fn a_chain_stays_with_what_answered() {
    let folder = Folder::with("", KEYS);
    let next = || Ok(ProvidedCredentials::new(Credentials::new("AKIDNEXT", "s")));
    let profile = ProfileCredentials::new(&folder.environment(&[]));
    let chain = Chain::new().with(profile).with(From(next));
    assert_eq!(id(&chain), "AKIDDEFAULT");
    let credentials = folder.path(".aws/credentials");
    std::fs::write(&credentials, "").unwrap();
    assert!(text(&chain).contains("profile default is not in"));
    std::fs::write(&credentials, KEYS).unwrap();
    assert_eq!(id(&chain), "AKIDDEFAULT");
}

struct From<F>(F);

impl<F> ProvideCredentials for From<F>
where
    F: Fn() -> Result<ProvidedCredentials, CredentialsError> + Send + Sync,
{
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        (self.0)()
    }

    fn name(&self) -> &'static str {
        "next"
    }
}

/// As many as a chain may have, and one more.
#[test]
fn a_chain_of_profiles_has_an_end() {
    let config = |profiles: usize| {
        let mut text = String::from("[profile p0]\n");
        for index in 1..profiles {
            text += "role_arn = arn:aws:iam::123456789012:role/a\n";
            text += &format!("source_profile = p{index}\n[profile p{index}]\n");
        }
        text + "aws_access_key_id = A\naws_secret_access_key = s\n"
    };
    let plan = |profiles| {
        ProfileFiles::from_texts(&config(profiles), "").and_then(|files| files.plan("p0"))
    };
    assert_eq!(plan(64).unwrap().roles.len(), 63);
    for profiles in [65, 10_000] {
        let error = plan(profiles).unwrap_err().to_string();
        assert!(
            error.ends_with("source_profile leads through over 64 profiles"),
            "{error}"
        );
    }
}

/// Files are read each time: what changes there, changes here.
#[test]
fn files_that_change() {
    let folder = Folder::with("", KEYS);
    let source = ProfileCredentials::new(&folder.environment(&[]));
    assert_eq!(id(&source), "AKIDDEFAULT");
    folder.put(".aws/credentials", KEYS.replace("AKIDDEFAULT", "AKIDNEW"));
    assert_eq!(id(&source), "AKIDNEW");
    folder.put(".aws/credentials", "");
    assert!(source.provide_credentials().unwrap_err().is_not_set_up());
}

/// A process is asked again only when what it printed is about to end, or when it is another.
#[cfg(unix)]
#[test]
fn a_process_is_run_once() {
    let folder = Folder::new();
    let json = r#"{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s","AccountId":"123456789012"}"#;
    folder.put("json", json);
    let line = |log: &str| {
        let (log, json) = (folder.path(log), folder.path("json"));
        format!(
            "[default]\ncredential_process = sh -c 'echo >> {}; cat {}'\n",
            log.display(),
            json.display()
        )
    };
    folder.put(".aws/config", line("log"));
    let runs = |log: &str| std::fs::read_to_string(folder.path(log)).unwrap().len();
    let source = ProfileCredentials::new(&folder.environment(&[]));
    for _ in 0..3 {
        let provided = source.provide_credentials().unwrap();
        assert_eq!(provided.credentials.access_key_id(), "AKIDPROCESS");
        assert_eq!(provided.account_id.as_deref(), Some("123456789012"));
        assert_eq!(
            provided.source.as_deref(),
            Some("profile default (credential_process)")
        );
    }
    assert_eq!(runs("log"), 1);
    folder.put(".aws/config", line("other"));
    assert_eq!(id(&source), "AKIDPROCESS");
    assert_eq!((runs("log"), runs("other")), (1, 1));
}

#[test]
fn credentials_of_the_environment_for_a_profile() {
    let folder = Folder::with("[profile p]\ncredential_source = Environment", "");
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "t"),
        ("AWS_CREDENTIAL_EXPIRATION", "2033-05-18T03:33:20+00:00"),
        ("AWS_ACCOUNT_ID", "123456789012"),
    ];
    let source = ProfileCredentials::named(&folder.environment(&variables), "p");
    let provided = source.provide_credentials().unwrap();
    assert_eq!(provided.credentials.access_key_id(), "AKIDENV");
    assert_eq!(provided.source.as_deref(), Some("profile p (environment)"));
    assert_eq!(provided.account_id.as_deref(), Some("123456789012"));
    let end = std::time::UNIX_EPOCH + std::time::Duration::from_secs(2_000_000_000);
    assert_eq!(provided.expires_at, Some(end));
    let broken = [
        variables[0],
        variables[1],
        variables[2],
        ("AWS_CREDENTIAL_EXPIRATION", "soon"),
    ];
    let source = ProfileCredentials::named(&folder.environment(&broken), "p");
    assert_eq!(
        text(&source),
        "AWS_CREDENTIAL_EXPIRATION is no RFC 3339 time"
    );
}

/// What takes a request says which feature it takes.
#[cfg(not(feature = "client"))]
#[test]
fn what_needs_the_client() {
    let config = "[profile role]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = default\n\
                  [profile sso]\nsso_start_url = u\nsso_region = r\nsso_account_id = 1\nsso_role_name = r\n";
    let folder = Folder::with(config, KEYS);
    for (profile, service) in [("role", "STS"), ("sso", "IAM Identity Center")] {
        let source = ProfileCredentials::named(&folder.environment(&[]), profile);
        assert_eq!(
            text(&source),
            format!(
                "profile {profile}: {service} is asked over HTTP, which the feature client brings"
            )
        );
    }
}
