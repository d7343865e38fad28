//! What a stranger sends costs what it is long.

use super::super::should_be;
use super::{Case, Judged, Policy, Strings, Verdict, Why};
use crate::request::{Header, Payload, Request};
use crate::signature::key::SigningKey;
use crate::verify::claim::Claim;
use std::format;
use std::prelude::rust_2024::*;
use std::time::{Duration, Instant};

/// So many signed names, half of which arrived, and as many others that should have been signed.
fn took(names: usize) -> Duration {
    let names: Vec<_> = (0..names)
        .map(|number| format!("x-amz-{number:06}"))
        .collect();
    let (signed, arrived) = (&names[..names.len() * 2 / 3], &names[names.len() / 3..]);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/execute-api/aws4_request, \
         SignedHeaders=host;{};x-amz-date, Signature={}",
        signed.join(";"),
        "0".repeat(64)
    );
    let mut headers: Vec<Header<'_>> = Vec::from([
        ("host", &b"example.com"[..]),
        ("x-amz-date", b"20150830T123600Z"),
        ("authorization", authorization.as_bytes()),
    ]);
    headers.extend(arrived.iter().map(|name| (name.as_str(), &b"a"[..])));
    let request = Request {
        method: "GET",
        target: "/",
        headers: &headers,
        payload: Payload::EMPTY,
    };
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let claim = Claim::from_request(&request).unwrap();
    let now = claim.at();
    let judged = Judged {
        verdict: Verdict::Signature,
        why: Why::Served,
        note: "".into(),
        proven: false,
        form: None,
        body: None,
    };
    let key = SigningKey::derive("secret", &claim.scope());
    let begun = Instant::now();
    let strings = Strings::of(&claim, Some(&key), &request, &policy);
    let case = Case {
        judged: &judged,
        now,
        request: &request,
        policy: &policy,
        claim: Some(&claim),
        strings: &strings,
        has_key: true,
        needs_token: false,
    };
    assert_eq!(case.must().len(), names.len() - signed.len());
    let should_be = should_be::of(&should_be::Case {
        request: &request,
        claim: Some(&claim),
        policy: &policy,
        region: "us-east-1",
        verdict: judged.verdict,
        now,
        reasons: &[],
    });
    assert!(should_be.is_some());
    begun.elapsed()
}

/// With eight times as many names it takes some eight times as long, where each compared with all
/// would take 64 times. The least of a few runs, which other work disturbs least.
#[test]
fn strangers_names_are_not_compared_with_each_other() {
    let least = |names| (0..5).map(|_| took(names)).min().unwrap();
    let (few, many) = (least(500), least(4_000));
    assert!(many < few * 24, "{few:?} {many:?}");
}
