//! What services answer: credentials, and reasons of a refusal.

use super::example::{HOST, SECRET, at, get, signer};
use sigv4::Signer;
use sigv4::client::ProvidedCredentials;
use sigv4::explain::{Answer, Sent, explain};

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
    let (status, body) = data.split_first().unwrap_or((&0, b""));
    let signer = signer("execute-api");
    let stages = signer
        .stages(&get("/prod/items?a=b%20c", &[HOST]), at())
        .unwrap();
    let sent = Sent {
        stages: &stages,
        credentials: signer.credentials(),
    };
    let statuses = [200, 301, 400, 403, 404, 429, 500];
    let answer = Answer {
        status: statuses[usize::from(*status) % statuses.len()],
        headers: &[("x-amzn-errortype", b"InvalidSignatureException")],
        body,
    };
    let explanation = explain(&sent, &answer);
    assert!(!format!("{explanation:?}").contains(SECRET));
    assert!(!explanation.cause.to_string().is_empty());
}
