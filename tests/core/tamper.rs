//! Every single byte of a signed request, changed.

use crate::arrived::Arrived;
use crate::support::example::{ACCESS_KEY_ID, SECRET, signer};
use sigv4::{Credentials, Signer};
use std::fmt::Debug;
use std::ops::Range;

/// Requests in which no byte is neutral but those that [`is_neutral`] names: no dot
/// segment, no doubled slash, no `name=` without a value, no white space at the ends.
fn header_bases() -> Vec<Arrived> {
    let token = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0ken/+=");
    let temporary = Signer::new(token, "us-east-1", "execute-api");
    vec![
        Arrived::new("execute-api", "GET", "/prod/it%20ems?b=1&a-c=%C3%A9&a=2")
            .header("x-amz-meta", "a b")
            .signed(&signer("execute-api")),
        Arrived::new("execute-api", "POST", "/items")
            .header("content-type", "application/json")
            .body("{\"a\":1}")
            .signed(&temporary),
        Arrived::new("s3", "PUT", "/b/k%20e%2By?tagging=x")
            .body("object")
            .signed(&signer("s3")),
    ]
}

fn query_bases() -> Vec<Arrived> {
    let token = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0ken/+=");
    let temporary = Signer::new(token, "us-east-1", "execute-api");
    vec![
        Arrived::new("execute-api", "GET", "/prod/items?b=%20x&a=2")
            .header("x-amz-meta", "a")
            .body("body")
            .presigned(&temporary),
        Arrived::new("s3", "GET", "/b/k%20ey").presigned(&signer("s3")),
    ]
}

/// Where a byte may change without a change of meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Method,
    Target,
    /// Names have no case.
    HeaderName,
    HeaderValue,
    /// White space around a comma separates nothing.
    Authorization,
    Body,
}

fn is_neutral(part: Part, before: &[u8], position: usize, to: Option<u8>, service: &str) -> bool {
    let from = before[position];
    let same_letter = to.is_some_and(|to| from.eq_ignore_ascii_case(&to));
    match part {
        Part::HeaderName => same_letter,
        // `%2f` and `%2F` are the same escape, wherever escapes are decoded.
        Part::Target => {
            let query = before
                .iter()
                .position(|&byte| byte == b'?')
                .unwrap_or(before.len());
            let decoded = position > query || service == "s3";
            let start = position.saturating_sub(2);
            decoded && same_letter && before[start..position].contains(&b'%')
        }
        Part::Authorization => {
            from == b' ' && before[position - 1] == b',' && matches!(to, None | Some(b'\t'))
        }
        Part::Method | Part::HeaderValue | Part::Body => false,
    }
}

/// Every byte replaced by every other one of `range`, and left out. `put` sets the text.
fn tamper(
    base: &Arrived,
    part: Part,
    before: &[u8],
    bytes: Range<u8>,
    put: impl Fn(&mut Arrived, Vec<u8>) -> bool,
) -> usize {
    let policy = base.policy();
    let mut refused = 0;
    for position in 0..before.len() {
        for to in bytes.clone().map(Some).chain([None]) {
            if to == Some(before[position]) {
                continue;
            }
            let mut after = before.to_vec();
            match to {
                Some(to) => after[position] = to,
                None => drop(after.remove(position)),
            }
            let mut changed = base.clone();
            if !put(&mut changed, after) {
                continue; // no text
            }
            let outcome = changed.outcome(&policy);
            let neutral = is_neutral(part, before, position, to, base.service);
            assert_eq!(
                outcome.is_ok(),
                neutral,
                "{part:?} at {position}, {to:?}: {changed:#?} {outcome:?}"
            );
            refused += usize::from(!neutral);
        }
    }
    refused
}

/// All parts; how many changes were refused.
fn tamper_with_all(base: &Arrived) -> usize {
    let printable = b' '..0x7f;
    let text = |bytes| String::from_utf8(bytes).ok();
    assert_eq!(base.outcome(&base.policy()), Ok(()), "{base:#?}");
    let mut refused = tamper(
        base,
        Part::Method,
        base.method.as_bytes(),
        printable.clone(),
        |to, bytes| text(bytes).map(|text| to.method = text).is_some(),
    );
    refused += tamper(
        base,
        Part::Target,
        base.target.as_bytes(),
        0..0x7f,
        |to, bytes| text(bytes).map(|text| to.target = text).is_some(),
    );
    for (index, (name, value)) in base.headers.iter().enumerate() {
        refused += tamper(
            base,
            Part::HeaderName,
            name.as_bytes(),
            printable.clone(),
            |to, bytes| text(bytes).map(|text| to.headers[index].0 = text).is_some(),
        );
        let (part, bytes) = match name.as_str() {
            "authorization" => (Part::Authorization, 0..0x7f),
            _ => (Part::HeaderValue, printable.clone()),
        };
        refused += tamper(base, part, value, bytes, |to, bytes| {
            to.headers[index].1 = bytes;
            true
        });
    }
    refused
        + tamper(base, Part::Body, &base.body, 0..0xff, |to, bytes| {
            to.body = bytes;
            true
        })
}

#[test]
fn every_single_byte_change_of_a_signed_request_is_refused() {
    let refused: Vec<_> = header_bases().iter().map(tamper_with_all).collect();
    println!("refused: {refused:?}");
    assert!(refused.iter().sum::<usize>() > 100_000, "{refused:?}");
}

#[test]
fn every_single_byte_change_of_a_presigned_request_is_refused() {
    let refused: Vec<_> = query_bases().iter().map(tamper_with_all).collect();
    println!("refused: {refused:?}");
    assert!(refused.iter().sum::<usize>() > 80_000, "{refused:?}");
}
