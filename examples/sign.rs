//! Signs a request for any HTTP client, and shows what was signed.
//!
//! ```text
//! cargo run --example sign
//! ```

use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::time::SystemTime;

fn main() -> Result<(), sigv4::Error> {
    let credentials = Credentials::new("AKIDEXAMPLE", "not-a-real-secret");
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    let body = br#"{"name":"saw"}"#;
    let request = Request {
        method: "POST",
        target: "/prod/items?color=dark red",
        headers: &[
            ("host", b"abc123.execute-api.us-east-1.amazonaws.com"),
            ("content-type", b"application/json"),
        ],
        payload: Payload::Bytes(body),
    };
    let now = Timestamp::try_from(SystemTime::now())?;
    let signed = signer.sign(&request, now)?;

    println!("POST {} HTTP/1.1", signed.target());
    for (name, value) in signed.headers() {
        println!("{name}: {value}");
    }
    let stages = signer.stages(&request, now)?;
    let canonical_request = String::from_utf8_lossy(&stages.canonical_request);
    println!("\n{canonical_request}\n\n{}", stages.string_to_sign);
    Ok(())
}
