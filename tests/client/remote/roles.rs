//! Roles that are assumed, with credentials or with a token.

use crate::remote::{
    NOW, ROLE, assert_provided, config, credentials, error, ok, root, sts_answer, write,
};
use crate::server::{Act, SECRET, Server, TOKEN, response};
use crate::source::at;
use sigv4::Timestamp;
use sigv4::client::{
    AssumeRole, Cache, CredentialsError, ProvideCredentials, ProviderConfig, Sts, WebIdentity,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn server() -> Server {
    Server::new(|_| ok(sts_answer("AssumeRole")))
}

fn sts(server: &Server) -> Sts {
    let config = config(&[("AWS_ENDPOINT_URL_STS", &root(server))]);
    Sts::new(&config.region("eu-west-1")).unwrap()
}

fn refusal(status: &str, code: &str) -> Vec<Act> {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
    );
    vec![response(status, "", body), Act::Close]
}

#[test]
fn what_is_sent() {
    let server = server();
    let role = AssumeRole::new(sts(&server), credentials(), ROLE)
        .session_name("me")
        .external_id("ours & theirs")
        .duration(Duration::from_secs(900))
        .mfa_serial("arn:aws:iam::123456789012:mfa/me")
        .mfa_code(Arc::new(|serial| {
            serial.ends_with("mfa/me").then(|| "012345".into())
        }));
    assert_provided(role.provide_credentials());
    let seen = server.seen();
    let [seen] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/"));
    assert_eq!(
        std::str::from_utf8(&seen.body).unwrap(),
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&ExternalId=ours%20%26%20theirs\
         &SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fme&TokenCode=012345\
         &DurationSeconds=900&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FR"
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded; charset=utf-8")
    );
    assert_eq!(seen.header("x-amz-security-token"), Some(TOKEN));
    seen.verify_for(
        "eu-west-1",
        "sts",
        Timestamp::from_unix(i64::try_from(NOW).unwrap()).unwrap(),
    );
}

/// Each attempt is signed anew, and a chain of roles goes from the inside out.
#[test]
fn again_and_in_a_chain() {
    let inner = Server::script(vec![
        refusal("400 Bad Request", "Throttling"),
        vec![Act::Close],
        ok(sts_answer("AssumeRole")),
    ]);
    let outer = server();
    let first = AssumeRole::new(sts(&inner), credentials(), ROLE);
    let second = AssumeRole::new(sts(&outer), first, "arn:aws:iam::210987654321:role/S");
    assert_provided(second.provide_credentials());
    assert_eq!(inner.seen().len(), 3);
    let body = String::from_utf8(outer.seen()[0].body.clone()).unwrap();
    assert!(
        body.contains("RoleSessionName=sigv4-kit-1704164645&"),
        "{body}"
    );
    assert!(body.ends_with("210987654321%3Arole%2FS"), "{body}");
    // The base of the second failing, the first role is not asked for.
    let broken = Server::new(|_| refusal("403 Forbidden", "AccessDenied"));
    let first = AssumeRole::new(sts(&broken), credentials(), ROLE);
    let second = AssumeRole::new(sts(&outer), first, ROLE);
    let text = error(second.provide_credentials()).to_string();
    assert_eq!(
        text,
        format!("AssumeRole {ROLE}: status 403 AccessDenied: m")
    );
    assert_eq!((broken.seen().len(), outer.seen().len()), (1, 1));
}

#[test]
fn a_cache_in_front() {
    let server = server();
    let role = Cache::new(AssumeRole::new(sts(&server), credentials(), ROLE)).clock(|| at(NOW));
    for _ in 0..3 {
        assert_provided(role.provide_credentials());
    }
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn codes_of_devices() {
    let server = server();
    let with = |role: AssumeRole<_>| role.mfa_serial("GAHT12345678");
    let role = with(AssumeRole::new(sts(&server), credentials(), ROLE));
    let name = format!("AssumeRole {ROLE}");
    assert_eq!(
        error(role.provide_credentials()).to_string(),
        format!(
            "{name}: the role asks for a code of the MFA device GAHT12345678, and there is nobody to ask for it"
        )
    );
    for (code, problem) in [
        (None, "no code of the MFA device GAHT12345678"),
        (
            Some("12345"),
            "what was given for the MFA device GAHT12345678 is no code of six digits",
        ),
        (
            Some("12345x"),
            "what was given for the MFA device GAHT12345678 is no code of six digits",
        ),
        (
            Some("123456\n"),
            "what was given for the MFA device GAHT12345678 is no code of six digits",
        ),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let role = with(AssumeRole::new(sts(&server), credentials(), ROLE)).mfa_code(Arc::new(
            move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
                code.map(String::from)
            },
        ));
        let text = error(role.provide_credentials()).to_string();
        assert_eq!(text, format!("{name}: {problem}"));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn nothing_is_sent_for_what_cannot_be_asked() {
    let server = server();
    for (arn, session) in [
        ("", "me"),
        ("role/R", "me"),
        ("arn:aws:s3:::bucket", "me"),
        (ROLE, "m"),
        (ROLE, "my session"),
    ] {
        let role = AssumeRole::new(sts(&server), credentials(), arn).session_name(session);
        let error = error(role.provide_credentials());
        assert!(
            matches!(error, CredentialsError::Failed { .. }),
            "{error:?}"
        );
        let token = WebIdentity::new(sts(&server), arn, "/nowhere").session_name(session);
        let problem = token.provide_credentials().unwrap_err();
        assert_eq!(
            problem.to_string().replace("WithWebIdentity", ""),
            error.to_string()
        );
    }
    // A key that cannot be signed with, from whatever source.
    let broken = sigv4::Credentials::new("AKID X", SECRET);
    let text = error(AssumeRole::new(sts(&server), broken, ROLE).provide_credentials()).to_string();
    assert!(text.contains(": cannot sign: "), "{text}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn where_sts_is() {
    let endpoint = |config: ProviderConfig| {
        let sts = Sts::new(&config)?;
        Ok::<_, CredentialsError>(format!("{} {}", sts.endpoint(), sts.region()))
    };
    for (variables, region, expected) in [
        (&[][..], None, "https://sts.amazonaws.com/ us-east-1"),
        (
            &[("AWS_REGION", "eu-west-3")],
            None,
            "https://sts.eu-west-3.amazonaws.com/ eu-west-3",
        ),
        (
            &[("AWS_DEFAULT_REGION", "cn-north-1")],
            None,
            "https://sts.cn-north-1.amazonaws.com.cn/ cn-north-1",
        ),
        (
            &[("AWS_REGION", "eu-west-3")],
            Some("us-gov-west-1"),
            "https://sts.us-gov-west-1.amazonaws.com/ us-gov-west-1",
        ),
        (
            &[("AWS_REGION", "aws-global")],
            None,
            "https://sts.amazonaws.com/ us-east-1",
        ),
        (
            &[("AWS_ENDPOINT_URL", "https://all.example/x")],
            None,
            "https://all.example/x us-east-1",
        ),
        (
            &[
                ("AWS_ENDPOINT_URL", "https://all.example"),
                ("AWS_ENDPOINT_URL_STS", "https://sts.example"),
                ("AWS_REGION", "eu-west-1"),
            ],
            None,
            "https://sts.example/ eu-west-1",
        ),
        (
            &[
                ("AWS_ENDPOINT_URL", "https://all.example"),
                ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"),
            ],
            Some("eu-west-1"),
            "https://sts.eu-west-1.amazonaws.com/ eu-west-1",
        ),
        (
            &[("AWS_ENDPOINT_URL_STS", "http://localhost:4566")],
            None,
            "http://localhost:4566/ us-east-1",
        ),
    ] {
        let config = config(variables);
        let config = match region {
            Some(region) => config.region(region),
            None => config,
        };
        assert_eq!(endpoint(config).unwrap(), expected);
    }
    for (variables, problem) in [
        (
            [("AWS_REGION", "nowhere")],
            "STS: the region \"nowhere\" is in no partition of AWS that is known",
        ),
        (
            [("AWS_REGION", "evil.example/x-1")],
            "STS: the region \"evil.example/x-1\" is in no partition of AWS that is known",
        ),
        (
            [("AWS_ENDPOINT_URL_STS", "sts.example")],
            "AWS_ENDPOINT_URL_STS is no http or https URL",
        ),
        (
            [("AWS_ENDPOINT_URL", "https://a/?b")],
            "AWS_ENDPOINT_URL is no http or https URL",
        ),
        (
            [("AWS_ENDPOINT_URL", "http://sts.example/")],
            "AWS_ENDPOINT_URL is plain http to a host that is not this machine",
        ),
    ] {
        assert_eq!(
            endpoint(config(&variables)).unwrap_err().to_string(),
            problem
        );
    }
    let clear = config(&[("AWS_ENDPOINT_URL", "http://localstack:4566/")]).allow_plain_http();
    assert_eq!(
        endpoint(clear).unwrap(),
        "http://localstack:4566/ us-east-1"
    );
}

/// The global endpoint is that of one partition.
#[test]
fn a_role_of_another_partition_needs_a_region() {
    let sts = Sts::new(&config(&[])).unwrap();
    let role = AssumeRole::new(sts, credentials(), "arn:aws-cn:iam::123456789012:role/R");
    let text = error(role.provide_credentials()).to_string();
    assert!(
        text.starts_with("arn:aws-cn:iam::123456789012:role/R: no region is set"),
        "{text}"
    );
}

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
        text.starts_with("the web identity token in /no/such/file: "),
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
}

/// What is shown of a source is no secret.
#[test]
fn shown() {
    let server = server();
    let shown = Mutex::new(String::new());
    let role = AssumeRole::new(sts(&server), credentials(), ROLE).external_id("external-secret");
    shown
        .lock()
        .unwrap()
        .push_str(&format!("{role:?} {:?}", config(&[])));
    let shown = shown.into_inner().unwrap();
    assert!(shown.contains(ROLE), "{shown}");
    for secret in [SECRET, TOKEN, "external-secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
