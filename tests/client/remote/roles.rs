//! Roles that are assumed, with credentials or with a token.

use crate::remote::{NOW, ROLE, assert_provided, config, credentials, error, ok, root, sts_answer};
use crate::server::{Act, SECRET, Server, TOKEN, response};
use crate::source::at;
use sigv4::Timestamp;
use sigv4::client::{AssumeRole, Cache, CredentialsError, ProvideCredentials, Sts, WebIdentity};
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

pub(crate) fn refusal(status: &str, code: &str) -> Vec<Act> {
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
    // A code is good for one use: a second attempt would say that it is wrong.
    let closing = Server::new(|_| vec![Act::Close]);
    let role = with(AssumeRole::new(sts(&closing), credentials(), ROLE));
    let role = role.mfa_code(Arc::new(|_| Some("123456".into())));
    assert!(error(role.provide_credentials()).is_of_service());
    assert_eq!(closing.seen().len(), 1);
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
