//! Which profile is meant, whether it counts, and its region.

use crate::folder::Folder;
use sigv4::sources::{CredentialsError, ProfileCredentials, ProvideCredentials};

#[test]
fn the_region() {
    let folder = Folder::with("[default]\nregion = profile\n[profile dev]\n", "");
    let region = |variables: &[(&str, &str)]| {
        ProfileCredentials::new(&folder.environment(variables)).region()
    };
    let all = [("AWS_REGION", "first"), ("AWS_DEFAULT_REGION", "second")];
    assert_eq!(region(&all).unwrap().as_deref(), Some("first"));
    assert_eq!(region(&all[1..]).unwrap().as_deref(), Some("second"));
    assert_eq!(region(&[]).unwrap().as_deref(), Some("profile"));
    assert_eq!(region(&[("AWS_PROFILE", "dev")]).unwrap(), None);
    assert!(region(&[("AWS_PROFILE", "gone")]).is_err());
    assert_eq!(region(&[("HOME", "/nowhere")]).unwrap(), None);
}

/// What nobody asked for, or says nothing, is passed over, and it is said what to do.
#[test]
fn what_is_passed_over() {
    let folder = Folder::with("[profile none]\nregion = x\n", "");
    let paths =
        [".aws/config", ".aws/credentials"].map(|name| folder.path(name).display().to_string());
    let [config, credentials] = &paths;
    for (variables, expected) in [
        (
            &[][..],
            format!(
                "profile default is not in {config} or {credentials}: AWS_PROFILE names one that has \
                 credentials"
            ),
        ),
        (
            &[("AWS_PROFILE", "none")],
            format!(
                "profile none ({config}:1) has no credentials: give it some, or name another one with \
                 AWS_PROFILE"
            ),
        ),
    ] {
        let source = ProfileCredentials::new(&folder.environment(variables));
        let error = source.provide_credentials().unwrap_err();
        assert!(
            matches!(error, CredentialsError::PassedOver { .. }),
            "{error:?}"
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.is_not_set_up());
    }
}

/// A profile that is asked for has credentials, if somebody meant it to have some.
#[test]
fn what_is_meant() {
    for line in [
        "mfa_serial = GAHT12345678",
        "external_id = x",
        "role_session_name = me",
        "duration_seconds = 900",
        "role_arn =",
        "sso_session = s\n[sso-session s]\nsso_region = r\nsso_start_url = u",
    ] {
        let folder = Folder::with(&format!("[profile p]\nregion = x\n{line}\n"), "");
        let environment = folder.environment(&[("AWS_PROFILE", "p")]);
        let error = ProfileCredentials::new(&environment)
            .provide_credentials()
            .unwrap_err();
        assert!(
            matches!(error, CredentialsError::Profile { .. }),
            "{line}: {error:?}"
        );
    }
}

/// A session's token alone is no credentials, and keys beside it were not asked for.
#[test]
fn a_session_without_a_role() {
    let config = "[profile p]\nsso_session = s\naws_access_key_id = A\n\
                  aws_secret_access_key = S\n[sso-session s]\nsso_region = r\nsso_start_url = u\n";
    let folder = Folder::with(config, "");
    let file = folder.path(".aws/config").display().to_string();
    let source = ProfileCredentials::named(&folder.environment(&[]), "p");
    for error in [source.plan().err(), source.provide_credentials().err()] {
        let expected = format!("{file}:2: profile p: sso_account_id is missing beside sso_session");
        assert_eq!(error.unwrap().to_string(), expected);
    }
}

/// What a profile's process prints wrongly is said of the profile.
#[cfg(unix)]
#[test]
fn a_process_that_is_wrong() {
    let folder = Folder::with(
        "[profile p]\ncredential_process = ./HUSH\n[profile q]\ncredential_process = cat PATH\n",
        "",
    );
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"HUSH\n"}"#;
    folder.put("json", json);
    let config = std::fs::read_to_string(folder.path(".aws/config")).unwrap();
    let path = folder.path("json").display().to_string();
    folder.put(".aws/config", config.replace("PATH", &path));
    let file = folder.path(".aws/config").display().to_string();
    for (profile, expected) in [
        (
            "p",
            "1: profile p: credential_process: cannot run the program that it names: No such file or \
             directory (os error 2)",
        ),
        (
            "q",
            "3: profile q: credential_process: SecretAccessKey has white space (U+000A) at byte 4",
        ),
    ] {
        let source = ProfileCredentials::named(&folder.environment(&[]), profile);
        let error = source.provide_credentials().unwrap_err();
        assert_eq!(error.to_string(), format!("{file}:{expected}"));
    }
}

/// A variable is named where it cannot be what it has to be, and not quoted.
#[test]
fn variables_of_a_form() {
    let folder = Folder::new();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "S"),
        ("AWS_SESSION_TOKEN", "HUSH\u{e9}"),
    ];
    let error = folder.environment(&keys).credentials().unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("AWS_SESSION_TOKEN: session token") && !text.contains("HUSH"),
        "{text}"
    );
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let environment = folder.environment(&[(name, "HUSH/K7MDENG+bPxRfiCYEXAMPLEKEY")]);
        let error = environment.region().unwrap_err();
        let problem = "is no name of a region: up to 63 letters, digits and hyphens";
        assert_eq!(error.to_string(), format!("{name} {problem}"));
    }
}
