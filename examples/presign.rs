//! Makes a URL that lets anybody download one S3 object for 15 minutes.
//!
//! ```text
//! cargo run --example presign
//! ```

use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::time::{Duration, SystemTime};

fn main() -> Result<(), sigv4::Error> {
    let credentials = Credentials::new("AKIDEXAMPLE", "not-a-real-secret");
    let signer = Signer::new(credentials, "eu-west-1", "s3");
    let request = Request {
        method: "GET",
        target: "/reports/2026 summary.pdf",
        headers: &[("host", b"examplebucket.s3.eu-west-1.amazonaws.com")],
        payload: Payload::EMPTY,
    };
    let now = Timestamp::try_from(SystemTime::now())?;
    let url = signer.presign(&request, Duration::from_secs(900), now)?;
    println!("{}", url.url("https"));
    Ok(())
}
