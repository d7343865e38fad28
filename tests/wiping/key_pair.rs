//! The private key of Signature Version 4A, which is derived from the secret.

use crate::{ARMED, LATEST, LATEST_SIZE, freed, holds_any};
use sigv4::client::Client;
use sigv4::gateway::{Api, Gateway, Principals};
use sigv4::{Credentials, Payload, Profile, Request, Signer, SigningKey, Timestamp};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

// The first key of test-vectors/sigv4a-keys.json.
const ACCESS_KEY_ID: &str = "AKISORANDOMAASORANDOM";
const SECRET: &str = "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom";

/// Big endian, as it is derived.
pub(crate) const PRIVATE: [u8; 32] = [
    0x7f, 0xd3, 0xbd, 0x01, 0x0c, 0x0d, 0x9c, 0x29, 0x21, 0x41, 0xc2, 0xb7, 0x7b, 0xfb, 0xde, 0x10,
    0x42, 0xc9, 0x2e, 0x68, 0x36, 0xff, 0xf7, 0x49, 0xd1, 0x26, 0x9e, 0xc8, 0x90, 0xfc, 0xa1, 0xbd,
];

/// As a number lies in the memory of a machine that is little endian.
pub(crate) const REVERSED: [u8; 32] = {
    let (mut reversed, mut at) = (PRIVATE, 0);
    while at < 32 {
        reversed[at] = PRIVATE[31 - at];
        at += 1;
    }
    reversed
};

/// Whether there is a secret in the last memory that was asked for meanwhile and is still in use.
fn holds_in_latest<T>(act: impl FnOnce() -> T) -> bool {
    ARMED.store(true, Ordering::SeqCst);
    let used = act();
    ARMED.store(false, Ordering::SeqCst);
    let size = LATEST_SIZE.load(Ordering::SeqCst);
    // Not given back before `used` is.
    let bytes = unsafe { std::slice::from_raw_parts(LATEST.load(Ordering::SeqCst), size) };
    let found = holds_any(bytes);
    drop(used);
    found
}

pub(crate) fn wiped() {
    let derive = || SigningKey::derive_sigv4a(ACCESS_KEY_ID, SECRET).unwrap();
    // It is there to be found, as long as the key is.
    assert_eq!(freed(|| drop(Vec::from(PRIVATE))), 1);
    assert!(holds_in_latest(derive));

    let at = Timestamp::parse("20150830T123600Z").unwrap();
    let kept = freed(|| {
        let key = Box::new(derive());
        drop(vec![key.clone(), key]);
    });
    assert_eq!(kept, 0, "key");
    let signed = freed(|| {
        let signer = Signer::new(Credentials::new(ACCESS_KEY_ID, SECRET), "*", "service");
        let signer = Arc::new(signer.with_profile(Profile::DEFAULT.with_sigv4a()));
        let other = Box::new(Signer::clone(&signer));
        let request = Request {
            method: "GET",
            target: "/",
            headers: &[("host", b"example.com")],
            payload: Payload::EMPTY,
        };
        signer.sign(&request, at).unwrap();
        other
            .presign(&request, Duration::from_secs(60), at)
            .unwrap();
    });
    assert_eq!(signed, 0, "signer");

    let principals = format!(
        r#"{{ "principals": [{{ "arn": "arn:aws:iam::123456789012:user/alice", "keys": [{{
            "access_key_id": "{ACCESS_KEY_ID}", "secret_access_key": "{SECRET}" }}],
            "policies": [{{ "Statement": {{ "Effect": "Allow", "Action": "*", "Resource": "*" }} }}] }}] }}"#
    );
    let called = freed(|| {
        let api = Api::new("us-east-1", "123456789012", "abc123", "prod").unwrap();
        let principals = Principals::from_json(&principals).unwrap();
        let gateway = Gateway::new(api, principals).with_sigv4a().start().unwrap();
        let client = Client::builder()
            .credentials(Credentials::new(ACCESS_KEY_ID, SECRET))
            .region("*")
            .service("execute-api")
            .profile(Profile::DEFAULT.with_sigv4a())
            .proxy(None)
            .build()
            .unwrap();
        let url = format!("{}/items", gateway.url());
        for _ in 0..2 {
            client.get(&url).send().unwrap();
        }
    });
    assert_eq!(called, 0, "client and gateway");
}
