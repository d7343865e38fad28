//! The first thing that a hyper or axum service does with a request: who calls?
//!
//! ```text
//! cargo run --example verify --features http
//! ```

use sigv4::{Claim, Credentials, Error, HttpParts, Payload, Policy, Signer, Timestamp};
use std::time::SystemTime;

/// Your key store. An unknown key takes the same way as a wrong signature.
fn secret_of(access_key_id: &str) -> Option<&'static str> {
    (access_key_id == "AKIDEXAMPLE").then_some("not-a-real-secret")
}

/// A middleware in one function: the access key id, or why the answer is 403.
fn authenticate(request: &http::Request<Vec<u8>>, now: Timestamp) -> Result<String, Error> {
    let parts = HttpParts::try_from(request)?;
    let request = parts.request(Payload::Bytes(request.body()));
    let claim = Claim::from_request(&request)?;
    let key = secret_of(claim.access_key_id()).map(|secret| claim.signing_key(secret));
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let verified = claim.verify(key.as_ref(), &request, &policy, now)?;
    Ok(verified.access_key_id.to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::try_from(SystemTime::now())?;
    let body = b"{}".to_vec();
    let mut request = http::Request::post("https://api.example.com/prod/items").body(body)?;
    let credentials = Credentials::new("AKIDEXAMPLE", "not-a-real-secret");
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    signer.sign_http(&mut request, Payload::Bytes(b"{}"), now)?;

    println!("caller: {:?}", authenticate(&request, now));
    *request.body_mut() = b"{ }".to_vec();
    println!("tampered: {:?}", authenticate(&request, now));
    Ok(())
}
