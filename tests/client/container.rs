//! Credentials from a container's endpoint, and chains that end with it.

use crate::server::{ACCESS_KEY_ID, Act, SECRET, Server, TOKEN, response};
use crate::source::{Answered, at, environment, id};
use sigv4::Credentials;
use sigv4::client::{Chain, Client, Container, CredentialsError, ProvideCredentials};

/// Answers like the endpoint of ECS.
fn endpoint(body: &'static str) -> Server {
    Server::new(move |_| vec![response("200 OK", "", body), Act::Close])
}

const CONTAINER: &str = r#"{"AccessKeyId":"AKIDFAULTS","SecretAccessKey":"sEcReT+ofTheFaultServer/0123456789","Token":"tOkEn+ofTheFaultServer/0123456789==","Expiration":"2033-05-18T03:33:20Z","RoleArn":"x"}"#;

fn container(variables: &[(&str, &str)]) -> Answered {
    Container::new(environment(variables)).provide_credentials()
}

#[test]
fn chains() {
    let none = Chain::usual(&environment(&[("AWS_EC2_METADATA_DISABLED", "true")]));
    let error = none.provide_credentials().unwrap_err();
    assert_eq!(
        error.to_string(),
        "tried environment (AWS_ACCESS_KEY_ID is not set: set it and AWS_SECRET_ACCESS_KEY); \
         profile (profile default is in no file, as there is no home folder: AWS_PROFILE names one that has credentials); \
         web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set: EKS sets it for a service account); \
         container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set: \
         ECS and EKS set it in a container); \
         instance metadata (AWS_EC2_METADATA_DISABLED is true: unset it)"
    );
    let first = none
        .with(Credentials::new("AKID1", SECRET))
        .with(Credentials::new("AKID2", SECRET));
    assert_eq!(id(first.provide_credentials()), "AKID1");
    // Half a pair is a mistake, not another source's turn.
    let broken = environment(&[("AWS_ACCESS_KEY_ID", "AKID0")]);
    let error = Chain::usual(&broken)
        .with(Credentials::new("AKID1", SECRET))
        .provide_credentials()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "tried environment (AWS_SECRET_ACCESS_KEY is missing beside the others)"
    );
}

#[test]
fn a_container() {
    let server = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/creds?x=1", server.port);
    let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str());
    let provided = container(&[full, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc")]).unwrap();
    assert_eq!(
        provided.credentials,
        Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
    );
    assert_eq!(provided.expires_at, Some(at(2_000_000_000)));

    let file = std::env::temp_dir().join(format!("sigv4-token-{}", std::process::id()));
    std::fs::write(&file, "from the file").unwrap();
    let path = file.to_str().unwrap();
    container(&[
        full,
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from the variable"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path),
    ])
    .unwrap();
    for lines in ["two\nlines", "one\n", "one\r"] {
        std::fs::write(&file, lines).unwrap();
        let file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path);
        let error = container(&[full, file]).unwrap_err();
        assert!(error.to_string().contains(" line break"), "{error}");
    }
    std::fs::remove_file(&file).unwrap();
    let error = container(&[full, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)]).unwrap_err();
    assert!(matches!(error, CredentialsError::Failed { .. }));

    let seen = server.seen();
    let sent: Vec<_> = seen
        .iter()
        .map(|seen| (seen.target.as_str(), seen.header("authorization")))
        .collect();
    assert_eq!(
        sent,
        [
            ("/creds?x=1", Some("Basic abc")),
            ("/creds?x=1", Some("from the file"))
        ]
    );
}

/// Secrets travel in clear only where nobody listens.
#[test]
fn where_a_container_may_ask() {
    for url in [
        "http://169.254.170.3/",
        "http://169.254.169.254/",
        "http://192.0.2.1/",
        "http://[::ffff:127.0.0.1]/",
        "ftp://127.0.0.1/",
        "127.0.0.1",
        "http://user@127.0.0.1/",
    ] {
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)]).unwrap_err();
        assert!(
            matches!(error, CredentialsError::InvalidVariable { .. }),
            "{url}: {error:?}"
        );
    }
    for path in ["creds", "@127.0.0.1/", ".example.com/", "//a#b"] {
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path)]).unwrap_err();
        assert!(
            matches!(error, CredentialsError::InvalidVariable { .. }),
            "{path}: {error:?}"
        );
    }
}

#[test]
fn a_container_that_answers_badly() {
    for (body, problem) in [
        ("", "the text is no JSON object"),
        ("[]", "the text is no JSON object"),
        ("{}", "AccessKeyId is missing"),
        (r#"{"AccessKeyId":"A"}"#, "SecretAccessKey is missing"),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":""}"#,
            "SecretAccessKey is missing",
        ),
        (
            r#"{"AccessKeyId":"A B","SecretAccessKey":"s","Token":"t","Expiration":"2033-05-18T03:33:20Z"}"#,
            "access key id: character not allowed at byte 1",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"soon"}"#,
            "Expiration is no ISO 8601 time",
        ),
        (
            r#"{"code":"AssumeRoleUnauthorizedAccess","MESSAGE":"cannot assume"}"#,
            "status 200 AssumeRoleUnauthorizedAccess: cannot assume",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s"}"#,
            "Token is missing",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t"}"#,
            "Expiration is missing",
        ),
        (
            r#"{"AccessKeyId":1,"SecretAccessKey":"s"}"#,
            "AccessKeyId is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":["s"]}"#,
            "SecretAccessKey is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":5}"#,
            "Token is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":1}"#,
            "Expiration is no text",
        ),
    ] {
        let server = endpoint(body);
        let url = format!("http://127.0.0.1:{}/", server.port);
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]).unwrap_err();
        assert_eq!(error.to_string(), format!("container: {problem}"));
    }
}

/// A chain is asked for every request: the endpoint behind it is not.
#[test]
fn a_chain_in_a_container() {
    let server = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/", server.port);
    let chain = Chain::usual(&environment(&[(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        &url,
    )]));
    for _ in 0..3 {
        assert_eq!(id(chain.provide_credentials()), ACCESS_KEY_ID);
    }
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_client_in_a_container() {
    let container = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/", container.port);
    let server = Server::new(|_| vec![response("200 OK", "", "{}")]);
    let client = Client::builder()
        .environment(environment(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_REGION", "us-east-1"),
        ]))
        .service("execute-api")
        .base_url(server.url())
        .proxy(None)
        .build()
        .unwrap();
    for _ in 0..3 {
        client.get("/items").send().unwrap();
    }
    for seen in server.seen() {
        seen.verify(seen.signed_at());
    }
    assert_eq!(container.seen().len(), 1);
}
