//! Roles that are assumed with a token.

use crate::remote::roles::refusal;
use crate::remote::{ROLE, assert_provided, config, error, ok, root, sts_answer, write};
use crate::server::Server;
use sigv4::client::{Chain, Client, ProvideCredentials, WebIdentity};

fn identity(server: &Server, file: &str) -> WebIdentity {
    let url = root(server);
    WebIdentity::from_environment(&config(&[
        ("AWS_ENDPOINT_URL_STS", &url),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file),
        ("AWS_ROLE_ARN", ROLE),
        ("AWS_ROLE_SESSION_NAME", "me"),
    ]))
    .unwrap()
}

#[test]
fn a_token_is_read_each_time() {
    let answer = || ok(sts_answer("AssumeRoleWithWebIdentity"));
    let server = Server::script(vec![
        answer(),
        refusal("400 Bad Request", "InvalidIdentityToken"),
        refusal("400 Bad Request", "IDPCommunicationError"),
        answer(),
        refusal("400 Bad Request", "ExpiredTokenException"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "token", "first.token");
    let source = identity(&server, &file);
    assert_provided(source.provide_credentials());
    write(folder.path(), "token", "second.token");
    assert_provided(source.provide_credentials());
    let text = error(source.provide_credentials()).to_string();
    assert_eq!(
        text,
        format!("AssumeRoleWithWebIdentity {ROLE}: status 400 ExpiredTokenException: m")
    );
    let bodies: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| {
            assert_eq!(seen.header("authorization"), None);
            assert_eq!(seen.header("x-amz-date"), None);
            let body = String::from_utf8(seen.body.clone()).unwrap();
            body.rsplit_once("&WebIdentityToken=").unwrap().1.to_owned()
        })
        .collect();
    assert_eq!(
        bodies,
        [
            "first.token",
            "second.token",
            "second.token",
            "second.token",
            "second.token"
        ]
    );
}

#[test]
fn tokens_that_cannot_be_sent() {
    let server = Server::new(|_| ok(sts_answer("AssumeRoleWithWebIdentity")));
    let folder = tempfile::tempdir().unwrap();
    for (content, problem) in [
        ("", "the file is empty"),
        (
            "a.token\n",
            "the token ends in a line break, at byte 7: write it without one",
        ),
        (
            "a.token\r\n",
            "the token ends in a line break, at byte 7: write it without one",
        ),
        (
            "a.token\nanother\n",
            "a line break at byte 7: the file is to hold the token and nothing else",
        ),
        (
            "a\rtoken",
            "a line break at byte 1: the file is to hold the token and nothing else",
        ),
        (&"x".repeat(65_537), "the file is over 65536 bytes"),
    ] {
        let file = write(folder.path(), "token", content);
        let text = error(identity(&server, &file).provide_credentials()).to_string();
        assert_eq!(text, format!("the web identity token in {file}: {problem}"));
    }
    let text = error(identity(&server, "/no/such/file").provide_credentials()).to_string();
    assert!(
        text.starts_with("the web identity token in the file that is named: "),
        "{text}"
    );
    assert_eq!(server.connections(), 0);
}

/// Not set up is another source's turn; half of it is a mistake.
#[test]
fn from_the_environment() {
    let text = |variables: &[(&str, &str)]| {
        let error = WebIdentity::from_environment(&config(variables)).unwrap_err();
        (error.is_not_set_up(), error.to_string())
    };
    let file = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    assert_eq!(
        text(&[]),
        (true, "AWS_WEB_IDENTITY_TOKEN_FILE is not set".into())
    );
    assert_eq!(
        text(&[("AWS_ROLE_ARN", ROLE)]),
        (true, "AWS_WEB_IDENTITY_TOKEN_FILE is not set".into())
    );
    assert_eq!(
        text(&[file]),
        (false, "AWS_ROLE_ARN is missing beside the others".into())
    );
    let (is_not_set_up, problem) = text(&[file, ("AWS_ROLE_ARN", "HUSH")]);
    assert!(!is_not_set_up);
    assert!(
        problem.starts_with("AWS_ROLE_ARN is no ARN of a role"),
        "{problem}"
    );
    let name = ("AWS_ROLE_SESSION_NAME", "no name: HUSH");
    let (is_not_set_up, problem) = text(&[file, ("AWS_ROLE_ARN", ROLE), name]);
    assert!(!is_not_set_up);
    assert!(
        problem.starts_with("AWS_ROLE_SESSION_NAME is not 2 to 64"),
        "{problem}"
    );
}

/// What the profile says of STS is read before STS is made: without it, a region is missing, or an
/// endpoint counts that is to be ignored. Nothing is sent here, as the token is not there.
#[test]
fn the_profile_says_where() {
    let home = tempfile::tempdir().unwrap();
    let token = home.path().join("none");
    let token = token.to_str().unwrap();
    for (profile, variable) in [
        ("region = eu-west-1", ("AWS_USE_FIPS_ENDPOINT", "true")),
        (
            "region = eu-west-1\nignore_configured_endpoint_urls = true",
            ("AWS_ENDPOINT_URL", "http://remote.example.com"),
        ),
    ] {
        let file = write(home.path(), "config", &format!("[default]\n{profile}\n"));
        let config = config(&[
            ("AWS_CONFIG_FILE", &file),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", token),
            ("AWS_ROLE_ARN", ROLE),
            variable,
        ]);
        let text = error(Chain::with_config(&config).provide_credentials()).to_string();
        let words = format!("the web identity token in {token}: ");
        assert!(text.contains(&words), "{text}");
        let client = Client::builder().provider_config(config).build();
        assert!(client.is_ok(), "{:?}", client.unwrap_err());
    }
}
