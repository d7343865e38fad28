//! Variables and answers that name credentials: what is missing, malformed or empty.

use crate::server::Server;
use crate::source::environment;
use crate::wanted::builder;
use sigv4::Credentials;
use sigv4::client::{
    Client, ClientError, CredentialsError, Environment, ItemsClient, ProvidedCredentials, SigV4,
};
use std::ffi::OsString;

#[test]
fn the_environment() {
    let id = ("AWS_ACCESS_KEY_ID", "AKID");
    let secret = ("AWS_SECRET_ACCESS_KEY", "SECRET");
    let token = ("AWS_SESSION_TOKEN", "TOKEN");
    let all = environment(&[id, secret, token]).credentials().unwrap();
    assert_eq!(
        all,
        Credentials::new("AKID", "SECRET").with_session_token("TOKEN")
    );
    let empty_token = environment(&[id, secret, ("AWS_SESSION_TOKEN", "")]);
    assert_eq!(
        empty_token.credentials().unwrap(),
        Credentials::new("AKID", "SECRET")
    );

    let missing = |name: &str| CredentialsError::Missing { name: name.into() };
    let incomplete = |name: &str| CredentialsError::Incomplete { name: name.into() };
    for (variables, error) in [
        (&[][..], missing("AWS_ACCESS_KEY_ID")),
        (&[token], missing("AWS_ACCESS_KEY_ID")),
        (&[id], incomplete("AWS_SECRET_ACCESS_KEY")),
        (
            &[id, ("AWS_SECRET_ACCESS_KEY", "")],
            incomplete("AWS_SECRET_ACCESS_KEY"),
        ),
        (&[secret], incomplete("AWS_ACCESS_KEY_ID")),
    ] {
        assert_eq!(environment(variables).credentials().unwrap_err(), error);
        // No EC2 instance: whatever could be set up is known without a request.
        let variables = [variables, &[("AWS_EC2_METADATA_DISABLED", "true")]].concat();
        let text = ItemsClient::from_builder(
            "https://abc.execute-api.us-east-1.amazonaws.com/prod",
            Client::builder().environment(environment(&variables)),
        )
        .unwrap_err()
        .to_string();
        assert!(text.contains("AWS_") && text.contains("KEY"), "{text}");
    }
    for (value, position, character) in [
        ("pasted\n", 6, '\n'),
        (" pasted", 0, ' '),
        ("pasted\u{a0}", 6, '\u{a0}'),
        ("pa\u{200b}sted", 2, '\u{200b}'),
        ("\u{feff}pasted", 0, '\u{feff}'),
    ] {
        for name in [
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
        ] {
            let mut variables = vec![id, secret];
            variables.retain(|(known, _)| *known != name);
            variables.push((name, value));
            let error =
                SigV4::from_environment(&environment(&variables), "execute-api").unwrap_err();
            let name = name.to_owned();
            let expected = CredentialsError::InvisibleCharacter {
                name,
                position,
                character,
            };
            assert_eq!(error, ClientError::Credentials(expected));
            assert!(!format!("{error} {error:?}").contains("pasted"));
        }
    }
    for (variables, region) in [
        (
            &[("AWS_REGION", "a"), ("AWS_DEFAULT_REGION", "b")][..],
            Some("a"),
        ),
        (
            &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "b")],
            Some("b"),
        ),
        (&[("AWS_DEFAULT_REGION", "")], None),
    ] {
        assert_eq!(environment(variables).region().unwrap().as_deref(), region);
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_utf_8() {
    use std::os::unix::ffi::OsStringExt;
    let environment = Environment::from_lookup(|name| {
        (name == "AWS_ACCESS_KEY_ID").then(|| OsString::from_vec(vec![0xff]))
    });
    let expected = CredentialsError::InvalidVariable {
        name: "AWS_ACCESS_KEY_ID".into(),
        problem: "is no UTF-8",
    };
    assert_eq!(environment.credentials().unwrap_err(), expected);
}

/// What has no value is not there.
#[test]
fn fields_without_a_value() {
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":null,"Expiration":null}"#;
    let provided = ProvidedCredentials::from_json(json.as_bytes()).unwrap();
    assert_eq!(provided.credentials, Credentials::new("A", "s"));
    assert_eq!(provided.expires_at, None);
    let error = ProvidedCredentials::from_json(&json.replace("null", "5").into_bytes());
    assert_eq!(
        error.unwrap_err().to_string(),
        "credential_process: SessionToken is no text"
    );
}

/// From a program, a container or a file of one's own: what cannot be seen is never signed
/// with.
#[test]
fn secrets_with_invisible_characters() {
    let json =
        |secret: &str| format!(r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"{secret}"}}"#);
    for (secret, problem) in [
        ("s\\n", "white space (U+000A) at byte 1"),
        ("\\ufeffs", "an invisible character (U+FEFF) at byte 0"),
        ("\u{feff}s", "an invisible character (U+FEFF) at byte 0"),
        ("s\u{a0}t", "white space (U+00A0) at byte 1"),
        ("ss\u{200d}", "an invisible character (U+200D) at byte 2"),
    ] {
        let error = ProvidedCredentials::from_json(json(secret).as_bytes()).unwrap_err();
        let name = "credential_process: SecretAccessKey";
        assert_eq!(error.to_string(), format!("{name} has {problem}"));
    }
    let plain = ProvidedCredentials::from_json(json("a\\/b\\u002b").as_bytes()).unwrap();
    assert_eq!(plain.credentials.secret_access_key(), "a/b+");

    let server = Server::script(vec![]);
    let client = builder(&server).credentials(Credentials::new("A", "s\u{2060}"));
    let error = client.build().unwrap().get("/items").send().unwrap_err();
    assert_eq!(
        error.to_string(),
        "no credentials: the secret access key of static has an invisible character (U+2060) at byte 1"
    );
    assert_eq!(server.connections(), 0);
}

/// Keys of the environment, a host that tells its region: nothing is asked of the files.
#[test]
fn a_broken_file_that_nobody_asks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, "[default").unwrap();
    let files = ("AWS_CONFIG_FILE", path.to_str().unwrap());
    let keys = [
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        files,
    ];
    let builder =
        |variables: &[(&str, &str)]| Client::builder().environment(environment(variables));
    builder(&keys).build().unwrap();
    SigV4::from_environment(&environment(&keys), "s3").unwrap();
    let given = builder(&[files]).credentials(Credentials::new("A", "s"));
    given.build().unwrap();
    for broken in [
        builder(&[files]).build().unwrap_err(),
        builder(&keys).aws_profile("default").build().unwrap_err(),
    ] {
        assert!(matches!(
            broken,
            ClientError::Credentials(CredentialsError::File { line: Some(1), .. })
        ));
    }
}
