//! Where the container endpoint is asked, beyond what `container` shows.

use crate::remote::{
    assert_provided, config, config_of_vector, error, json_answer, ok, shared_vectors,
};
use crate::server::{Act, Server, TOKEN, response};
use serde::Deserialize;
use sigv4::client::{Container, CredentialsError, ProvideCredentials};
use std::collections::HashMap;

/// A name of this machine is resolved; what is asked is one of its addresses, under its name.
#[test]
fn a_name_of_this_machine() {
    let server = Server::new(|_| ok(json_answer()));
    let url = format!("http://localhost:{}/creds?a=1", server.port);
    let config = config(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]);
    assert_provided(Container::with(&config).provide_credentials());
    let seen = &server.seen()[0];
    assert_eq!(seen.target, "/creds?a=1");
    let host = format!("localhost:{}", server.port);
    assert_eq!(seen.header("host"), Some(host.as_str()));
    assert_eq!(seen.header("accept"), Some("application/json"));
}

/// A line break would begin another header.
#[test]
fn tokens_with_a_line_break() {
    let server = Server::new(|_| ok(json_answer()));
    let url = server.url();
    for break_ in ["\n", "\r", "\r\nx-other: y"] {
        let token = format!("{TOKEN}{break_}");
        let config = config(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", &token),
        ]);
        let error = error(Container::with(&config).provide_credentials());
        assert!(
            matches!(error, CredentialsError::InvisibleCharacter { .. }),
            "{error:?}"
        );
    }
    assert_eq!(server.connections(), 0);
}

/// The file is replaced while the question is out: what was sent does not come out again.
#[test]
fn a_token_that_is_replaced_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let file = crate::remote::write(folder.path(), "token", TOKEN);
    let path = file.clone();
    let server = Server::new(move |_| {
        std::fs::remove_file(&path).unwrap();
        let told = format!(r#"{{"code":"Nope","message":"not {TOKEN}"}}"#);
        vec![response("400 Bad Request", "", told), Act::Close]
    });
    let config = config(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file),
    ]);
    let text = error(Container::with(&config).provide_credentials()).to_string();
    assert_eq!(text, "container: status 400 Nope: not [redacted]");
}

/// Nor where the status says that all is well.
#[test]
fn a_token_that_is_repeated() {
    let told = format!(r#"{{"Code":"Nope","Message":"not {TOKEN}"}}"#);
    let server = Server::script(vec![ok(&told)]);
    let config = config(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN),
    ]);
    let text = error(Container::with(&config).provide_credentials()).to_string();
    assert_eq!(text, "container: status 200 Nope: not [redacted]");
}

#[derive(Deserialize)]
struct Vector {
    docs: String,
    env: HashMap<String, String>,
    result: HashMap<String, String>,
}

/// Where the AWS SDKs ask.
#[test]
fn endpoints() {
    let vectors: Vec<Vector> = shared_vectors("ecs-tests.json");
    assert_eq!(vectors.len(), 11);
    for vector in &vectors {
        let answered = Container::with(&config_of_vector(&vector.env)).endpoint_url();
        match (vector.result.get("Ok"), answered) {
            (Some(url), Ok(answered)) => assert_eq!(&answered, url, "{}", vector.docs),
            (None, Err(CredentialsError::Missing { .. })) => assert!(vector.env.is_empty()),
            (None, Err(CredentialsError::InvalidVariable { name, .. })) => {
                assert_eq!(
                    name, "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    "{}",
                    vector.docs
                );
            }
            (expected, answered) => panic!("{}: {expected:?}, {answered:?}", vector.docs),
        }
    }
}
