//! What `aws login` left, and why it is not renewed.

use crate::remote::login_renewal::{
    EXPIRED, HOLDS, KEY, OLD_SECRET, OLD_TOKEN, REFRESH, assert_no_secret_is_logged, config_of,
    file, login, read, renewed_answer,
};
use crate::remote::{error, ok};
use crate::server::{Act, Answer, SECRET, Server, response};
use serde_json::Value;
use sigv4::client::{CredentialsError, ProvideCredentials};

fn refusal(status: &str, body: &str) -> Answer {
    let header = "x-amzn-errortype: AccessDeniedException:http://internal.amazon.com/\r\n";
    vec![response(status, header, body), Act::Close]
}

/// While the old credentials hold, a failed renewal is none of anybody's concern; then each says what to
/// do.
#[test]
fn renewals_that_fail() {
    let told = |code: &str| {
        let body =
            format!(r#"{{"error":"{code}","message":"{REFRESH} is none, nor {OLD_TOKEN}"}}"#);
        refusal("400 Bad Request", &body)
    };
    let answer = |change: fn(&mut Value)| {
        let mut answer = serde_json::from_str(&renewed_answer()).unwrap();
        change(&mut answer);
        ok(answer.to_string())
    };
    let no = "[redacted] is none, nor [redacted]";
    // Whether somebody has to log in for it, how often it is tried, and what is said.
    let rows: Vec<(Answer, bool, usize, String)> = vec![
        (
            told("TOKEN_EXPIRED"),
            true,
            1,
            format!("status 400 TOKEN_EXPIRED: the session is over: {no}"),
        ),
        (
            refusal("403 Forbidden", r#"{"error":"TOKEN_EXPIRED"}"#),
            true,
            1,
            "status 403 TOKEN_EXPIRED: the session is over".into(),
        ),
        (
            told("USER_CREDENTIALS_CHANGED"),
            true,
            1,
            format!(
                "status 400 USER_CREDENTIALS_CHANGED: the user's own credentials, such as the password, have changed since the login: {no}"
            ),
        ),
        (
            told("INSUFFICIENT_PERMISSIONS"),
            true,
            1,
            format!(
                "status 400 INSUFFICIENT_PERMISSIONS: whoever logged in needs a policy that allows signin:CreateOAuth2Token, as SignInLocalDevelopmentAccess does: {no}"
            ),
        ),
        (
            told("invalid_request"),
            true,
            1,
            format!("status 400 invalid_request: {no}"),
        ),
        (
            refusal("401 Unauthorized", "{}"),
            true,
            1,
            "status 401 AccessDeniedException".into(),
        ),
        (
            refusal("404 Not Found", "<html>"),
            true,
            1,
            "status 404 AccessDeniedException".into(),
        ),
        (
            refusal(
                "429 Too Many Requests",
                r#"{"error":"rate_exceeded","message":"slowly"}"#,
            ),
            false,
            3,
            "status 429 rate_exceeded: slowly".into(),
        ),
        (
            refusal("500 Oh", r#"{"error":"server_error","message":"oh"}"#),
            false,
            3,
            "status 500 server_error: oh".into(),
        ),
        (
            vec![Act::Close],
            false,
            3,
            "the connection was closed too early".into(),
        ),
        (ok("<a/>"), false, 1, "the text is no JSON object".into()),
        (ok("{}"), false, 1, "accessToken is missing".into()),
        (
            answer(|a| a["accessToken"] = "a".into()),
            false,
            1,
            "accessToken is no object".into(),
        ),
        (
            answer(|a| a["accessToken"]["accessKeyId"] = Value::Null),
            false,
            1,
            "accessKeyId is missing".into(),
        ),
        (
            answer(|a| a["accessToken"]["secretAccessKey"] = "".into()),
            false,
            1,
            "secretAccessKey is missing".into(),
        ),
        (
            answer(|a| a["accessToken"]["sessionToken"] = 5.into()),
            false,
            1,
            "sessionToken is no text".into(),
        ),
        (
            answer(|a| a["accessToken"]["sessionToken"] = "a\nb".into()),
            false,
            1,
            "sessionToken has white space (U+000A) at byte 1".into(),
        ),
        (
            answer(|a| a["refreshToken"] = "a\u{200b}".into()),
            false,
            1,
            "refreshToken has an invisible character (U+200B) at byte 1".into(),
        ),
        (
            answer(|a| a["tokenType"] = "Bearer".into()),
            false,
            1,
            "tokenType is not aws_sigv4".into(),
        ),
        (
            answer(|a| a["expiresIn"] = Value::Null),
            false,
            1,
            "expiresIn is missing".into(),
        ),
        (
            answer(|a| a["expiresIn"] = 0.into()),
            false,
            1,
            "expiresIn is 0".into(),
        ),
        (
            answer(|a| a["expiresIn"] = (-1).into()),
            false,
            1,
            "expiresIn is less than nothing".into(),
        ),
        (
            answer(|a| a["expiresIn"] = i64::MAX.into()),
            false,
            1,
            "expiresIn is too large".into(),
        ),
        (
            answer(|a| a["expiresIn"] = "900".into()),
            false,
            1,
            "expiresIn is no whole number".into(),
        ),
        (
            ok(format!("{}{}", renewed_answer(), " ".repeat(70_000))),
            false,
            1,
            "the answer is over 65536 bytes".into(),
        ),
    ];
    for (answer, log_in, attempts, problem) in rows {
        let server = Server::new(move |_| answer.clone());
        let home = tempfile::tempdir().unwrap();
        let config = config_of(&server, home.path());
        let old = login(&config, &file(HOLDS));
        let provided = old.provide_credentials().unwrap();
        assert_eq!(
            provided.credentials.session_token(),
            Some(OLD_TOKEN),
            "{problem}"
        );
        assert_eq!(server.connections(), attempts, "{problem}");
        assert_eq!(read(&old), file(HOLDS));

        let expired = login(&config, &file(EXPIRED)).profile("dev");
        let error = error(expired.provide_credentials());
        let text = error.to_string();
        if log_in {
            assert!(
                matches!(error, CredentialsError::LoginNeeded { .. }),
                "{error:?}"
            );
            assert_eq!(
                text,
                format!(
                    "login session: the credentials expired at {EXPIRED} and could not be renewed \
                     (login session: {problem}); log in with: aws login --profile dev"
                )
            );
        } else {
            // Nobody has to log in because a service is not there.
            assert!(error.is_of_service(), "{error:?}");
            assert!(text.starts_with("login session: "), "{text}");
            assert!(text.ends_with(&format!(": {problem}")), "{text}");
        }
        for secret in [OLD_SECRET, OLD_TOKEN, REFRESH] {
            assert!(!format!("{error:?}").contains(secret), "{error:?}");
        }
        assert_eq!(read(&expired), file(EXPIRED));
    }
    assert_no_secret_is_logged();
}

/// Nobody is asked with a key that is none, and nothing is said of what it is.
#[test]
fn keys_that_are_none() {
    let server = Server::new(|_| ok(renewed_answer()));
    let home = tempfile::tempdir().unwrap();
    let config = config_of(&server, home.path());
    for (key, problem) in [
        (SECRET, "is no PEM text"),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "is no PEM text `EC PRIVATE KEY`",
        ),
        (
            &KEY.replace("MHcCAQEEIP", "MHcCAQEEAA"),
            "is no EC private key of P-256",
        ),
    ] {
        let mut content = file(EXPIRED);
        content["dpopKey"] = key.into();
        assert_eq!(
            error(login(&config, &content).provide_credentials()).to_string(),
            format!(
                "login session: the credentials expired at {EXPIRED} and could not be renewed \
                 (login session: dpopKey {problem}); log in with: aws login"
            )
        );
        // It is not looked at before.
        content["accessToken"]["expiresAt"] = HOLDS.into();
        login(&config, &content).provide_credentials().unwrap();
    }
    assert_eq!(server.connections(), 0);
    assert_no_secret_is_logged();
}
