//! Who one's credentials are.

use crate::remote::{NOW, config, credentials, ok, root};
use crate::server::{Act, SECRET, Server, TOKEN, response};
use sigv4::Timestamp;
use sigv4::client::{CallerIdentity, CredentialsError, Sts};
use std::sync::{Arc, Mutex};

fn answer(fields: &str) -> Vec<Act> {
    ok(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult>{fields}</GetCallerIdentityResult></GetCallerIdentityResponse>"
    ))
}

const WHOLE: &str = "<Arn>arn:aws:sts::123456789012:assumed-role/R/me</Arn>\
    <UserId>AROAEXAMPLE:me</UserId><Account>123456789012</Account>";

fn ask(server: &Server) -> Result<CallerIdentity, CredentialsError> {
    let config = config(&[("AWS_ENDPOINT_URL_STS", &root(server))]);
    Sts::new(&config)?.caller_identity(&credentials())
}

#[test]
fn an_identity() {
    let server = Server::new(|_| answer(WHOLE));
    let identity = ask(&server).unwrap();
    assert_eq!(identity.account, "123456789012");
    assert_eq!(identity.arn, "arn:aws:sts::123456789012:assumed-role/R/me");
    assert_eq!(identity.user_id, "AROAEXAMPLE:me");
    let seen = &server.seen()[0];
    assert_eq!(seen.body, b"Action=GetCallerIdentity&Version=2011-06-15");
    let now = Timestamp::from_unix(i64::try_from(NOW).unwrap()).unwrap();
    seen.verify_for("us-east-1", "sts", now);
}

#[test]
fn what_is_none() {
    for (fields, problem) in [
        ("", "Account is missing in the answer"),
        ("<Account>1</Account>", "Arn is missing in the answer"),
        (
            "<Account>1</Account><Account>2</Account>",
            "Account is there twice in the answer",
        ),
        ("<Account/>", "Account is missing in the answer"),
    ] {
        let text = ask(&Server::script(vec![answer(fields)]))
            .unwrap_err()
            .to_string();
        assert_eq!(text, format!("GetCallerIdentity: {problem}"));
    }
    let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>\
        <Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>";
    let server = Server::new(move |_| vec![response("403 Forbidden", "", refused), Act::Close]);
    let error = ask(&server).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GetCallerIdentity: status 403 InvalidClientTokenId: The security token included in the request is invalid."
    );
}

/// The clock stands, so that the second request has the signature of the first.
#[test]
fn what_was_sent_does_not_come_out_again() {
    let body = Arc::new(Mutex::new(String::new()));
    let answer = body.clone();
    let server = Server::new(move |_| {
        let body = answer.lock().unwrap().clone();
        vec![response("403 Forbidden", "", body), Act::Close]
    });
    ask(&server).unwrap_err();
    let signature = server.seen()[0].signature().to_owned();
    *body.lock().unwrap() = format!(
        "<ErrorResponse><Error><Code>C</Code><Message>{signature} {TOKEN}</Message></Error></ErrorResponse>"
    );
    let text = ask(&server).unwrap_err().to_string();
    assert_eq!(
        text,
        "GetCallerIdentity: status 403 C: [redacted] [redacted]"
    );
    assert_eq!(server.seen()[1].signature(), signature);
    crate::logs::assert_without(&[SECRET, TOKEN, &signature]);
}
