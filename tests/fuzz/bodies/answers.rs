//! What services answer: credentials, and reasons of a refusal.

use super::example::{HOST, SECRET, at, get, signer};
use sigv4::Signer;
use sigv4::client::ProvidedCredentials;
use sigv4::explain::{Answer, Cause, Sent, explain, explain_answer};

/// Credentials come out whole or not at all, and an error quotes nothing.
pub fn parse_credentials_response(data: &[u8]) {
    match ProvidedCredentials::from_json(data) {
        Ok(provided) => {
            let credentials = provided.credentials;
            let signer = Signer::new(credentials, "us-east-1", "iam");
            signer.sign(&get("/", &[HOST]), at()).unwrap();
        }
        Err(error) => assert!(error.to_string().len() < 200),
    }
}

/// Any bytes will do as an answer.
pub fn explain_response(data: &[u8]) {
    let (choice, body) = data.split_first().unwrap_or((&0, b""));
    let services = ["execute-api", "s3", "lambda", "aoss", "iotdata", "sts"];
    let signer = signer(services[usize::from(*choice / 16) % services.len()]);
    let stages = signer
        .stages(&get("/prod/items?a=b%20c", &[HOST]), at())
        .unwrap();
    let sent = Sent::new(&stages, signer.credentials());
    let statuses = [200, 301, 400, 401, 403, 404, 410, 429, 500];
    let status = statuses[usize::from(*choice) % statuses.len()];
    // A line up to the first line feed is a header, now and then.
    let (first, rest) = body
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or((&b""[..], body), |at| (&body[..at], &body[at + 1..]));
    for headers in [
        &[("x-amzn-errortype", &b"InvalidSignatureException"[..])][..],
        &[("x-amzn-errortype", first), ("server", b"AmazonS3")],
        &[],
    ] {
        let body = if headers.is_empty() { body } else { rest };
        let answer = Answer {
            status,
            headers,
            body,
        };
        let _ = answer.signed_at();
        for explanation in [explain(&sent, &answer), explain_answer(&answer)] {
            assert!(!format!("{explanation:?}").contains(SECRET));
            assert!(!explanation.causes.is_empty());
            let possible = explanation.is_ambiguous();
            assert!(!possible || explanation.advice.is_some());
            for reason in &explanation.causes {
                assert!(!reason.cause.to_string().is_empty());
                assert!(!reason.remedy.is_empty());
                if let Cause::NotAuthorized(denial) = &reason.cause
                    && let Some(statement) = denial.statement()
                {
                    let parsed: serde_json::Value = serde_json::from_str(&statement).unwrap();
                    assert_eq!(parsed["Effect"], "Allow");
                }
            }
        }
    }
}
