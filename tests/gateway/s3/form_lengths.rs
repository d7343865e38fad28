//! How far a form is read.

use super::form_sender::{ID, NOW, SECRET, end, file, head, part, policy, send, signed, start};
use super::put::{gateway_for, open};
use crate::harness::receive;
use serde_json::json;
use sigv4::gateway::Limits;
use std::io::Write;

/// Answered as soon as a byte too many is there, whatever is still to come.
#[test]
fn a_file_is_read_no_further_than_the_policy_allows() {
    let gateway = start(NOW, None);
    let fields = signed(&policy("key").content_length_range(1..=70_000));
    let whole = fields + &file(None, &"x".repeat(70_001));
    let mut stream = open(
        &head("/examplebucket"),
        "content-length: 999999999",
        &gateway,
    );
    stream.write_all(whole.as_bytes()).unwrap();
    let answer = receive(&mut stream);
    answer.refused(400, "EntityTooLarge");
    assert_eq!(answer.element("MaxSizeAllowed"), "70000");
    // Nothing of the file is waited for where the fields are wrong.
    let wrong = format!("{}{}", part("key", "a"), file(None, ""));
    let mut stream = open(
        &head("/examplebucket"),
        "content-length: 999999999",
        &gateway,
    );
    stream.write_all(wrong.trim_end().as_bytes()).unwrap();
    stream.write_all(b"\r\n\r\n").unwrap();
    receive(&mut stream).refused(403, "AccessDenied");
    // The gateway's own limit, where the policy has none.
    let key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    let mut limits = Limits::default();
    limits.body = 100;
    let small = gateway_for(&key, "eu-west-1", NOW)
        .with_limits(limits)
        .start()
        .unwrap();
    let whole = |length| signed(&policy("key")) + &file(None, &"x".repeat(length)) + &end();
    assert_eq!(send(&whole(100), &small).status, 204);
    send(&whole(101), &small).refused(400, "EntityTooLarge");
}
