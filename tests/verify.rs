//! Verification: what a signature covers, what it leaves free, and what a policy changes.

use sigv4::{Claim, Credentials, Error, Payload, Policy, Request, Signer, Timestamp};

/// No secret at all, not even one from the source of this crate, makes a signature that
/// holds for an unknown access key.
#[test]
fn no_secret_opens_an_unknown_access_key() {
    let at = Timestamp::parse("20150830T123600Z").unwrap();
    let policy = Policy::new(&["us-east-1"], "execute-api");
    for secret in ["no such key", "unknown", "-", "AWS4"] {
        let signer = Signer::new(
            Credentials::new("AKIDUNKNOWN", secret),
            "us-east-1",
            "execute-api",
        );
        let mut headers = vec![("host", b"example.com".as_slice())];
        let unsigned = headers.clone();
        let request = Request {
            method: "GET",
            target: "/prod/items",
            headers: &unsigned,
            payload: Payload::EMPTY,
        };
        let signed = signer.sign(&request, at).unwrap();
        headers.extend(
            signed
                .headers()
                .map(|(name, value)| (name, value.as_bytes())),
        );
        let arrived = Request {
            headers: &headers,
            ..request
        };
        let claim = Claim::from_request(&arrived).unwrap();
        assert_eq!(
            claim.verify(None, &arrived, &policy, at),
            Err(Error::SignatureMismatch),
            "{secret}"
        );
    }
}
