//! The published vectors, every stage by itself. See `test-vectors/README.md`.

use crate::support::suite::{Case, Context, Form, cases, context, read, unsigned};
use crate::support::{RawRequest, vectors};
use serde::Deserialize;
use sigv4::{Request, Scope, SigningKey, StringToSign};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Exception {
    case: String,
    stage: String,
    expected: String,
    actual: String,
    #[serde(skip_serializing, default)]
    reason: String,
}

/// One published text and ours.
struct Stage {
    name: &'static str,
    expected: String,
    actual: String,
}

/// Both forms of a case, each stage that is published.
fn stages(case: &Case) -> Vec<Stage> {
    let context = context(case);
    let raw = unsigned(case);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let mut stages = header_stages(&case.header, &context, &raw, &request);
    stages.extend(query_stages(&case.query, &context, &raw, &request));
    stages
}

fn stage(
    stages: &mut Vec<Stage>,
    name: &'static str,
    expected: Option<&Vec<String>>,
    actual: impl FnOnce() -> String,
) {
    if let Some(lines) = expected {
        stages.push(Stage {
            name,
            expected: lines.join("\n").trim_end_matches('\n').to_owned(),
            actual: actual(),
        });
    }
}

fn signed_request(
    stages: &mut Vec<Stage>,
    name: &'static str,
    expected: Option<&Vec<String>>,
    actual: &RawRequest,
) {
    if let Some(lines) = expected {
        stages.push(Stage {
            name,
            expected: RawRequest::parse(lines).comparable(),
            actual: actual.comparable(),
        });
    }
}

fn header_stages(
    form: &Form,
    context: &Context,
    raw: &RawRequest,
    request: &Request<'_>,
) -> Vec<Stage> {
    let mut found = Vec::new();
    let signer = context.signer().with_target_as_given();
    let at = context.timestamp();
    let ours = signer.stages(request, at).unwrap();
    let signed = signer.sign(request, at).unwrap();
    stage(
        &mut found,
        "header.canonical_request",
        form.canonical_request.as_ref(),
        || String::from_utf8(ours.canonical_request.clone()).unwrap(),
    );
    stage(
        &mut found,
        "header.string_to_sign",
        form.string_to_sign.as_ref(),
        || ours.string_to_sign.clone(),
    );
    stage(
        &mut found,
        "header.signature",
        form.signature.as_ref(),
        || signed.signature().to_string(),
    );
    let mut sent = raw.clone();
    sent.target = signed.target().to_owned();
    for (name, value) in signed.headers() {
        sent.headers.push((name.to_owned(), value.to_owned()));
    }
    signed_request(
        &mut found,
        "header.signed_request",
        form.signed_request.as_ref(),
        &sent,
    );
    found
}

fn query_stages(
    form: &Form,
    context: &Context,
    raw: &RawRequest,
    request: &Request<'_>,
) -> Vec<Stage> {
    let mut found = Vec::new();
    if context.expiration_in_seconds == 0 {
        return found;
    }
    let signer = context.signer().with_target_as_given();
    let at = context.timestamp();
    let expires = Duration::from_secs(context.expiration_in_seconds);
    let ours = signer.presign_stages(request, expires, at).unwrap();
    let url = signer.presign(request, expires, at).unwrap();
    stage(
        &mut found,
        "query.canonical_request",
        form.canonical_request.as_ref(),
        || String::from_utf8(ours.canonical_request.clone()).unwrap(),
    );
    stage(
        &mut found,
        "query.string_to_sign",
        form.string_to_sign.as_ref(),
        || ours.string_to_sign.clone(),
    );
    stage(
        &mut found,
        "query.signature",
        form.signature.as_ref(),
        || url.signature().to_string(),
    );
    let mut sent = raw.clone();
    sent.target = url.target().to_owned();
    signed_request(
        &mut found,
        "query.signed_request",
        form.signed_request.as_ref(),
        &sent,
    );
    found
}

/// Where two texts differ first, as a line of each.
fn first_difference(stage: &Stage) -> Option<(String, String)> {
    if stage.expected == stage.actual {
        return None;
    }
    let (mut expected, mut actual) = (stage.expected.split('\n'), stage.actual.split('\n'));
    loop {
        match (expected.next(), actual.next()) {
            (Some(left), Some(right)) if left == right => {}
            (left, right) => {
                return Some((
                    left.unwrap_or("(end)").to_owned(),
                    right.unwrap_or("(end)").to_owned(),
                ));
            }
        }
    }
}

/// Every stage of every case holds, or is listed with what differs; what is listed does differ.
#[test]
fn every_published_stage_holds_or_is_an_exception() {
    let mut differences = Vec::new();
    let mut compared = BTreeMap::<_, usize>::new();
    for folder in ["aws-v4", "s3", "iam"] {
        for case in cases(folder) {
            if case.signing_key.is_some() {
                continue; // has a test of its own, below
            }
            let stages = stages(&case);
            assert!(!stages.is_empty(), "{}: nothing published", case.case);
            for stage in &stages {
                *compared.entry((folder, stage.name)).or_default() += 1;
                if let Some((expected, actual)) = first_difference(stage) {
                    differences.push(Exception {
                        case: case.case.clone(),
                        stage: stage.name.to_owned(),
                        expected,
                        actual,
                        reason: String::new(),
                    });
                }
            }
        }
    }
    println!("stages compared: {compared:#?}");
    let mut exceptions: Vec<Exception> = read(&vectors().join("exceptions.json"));
    for exception in &mut exceptions {
        assert!(!exception.reason.is_empty(), "{exception:?} has no reason");
        exception.reason.clear();
    }
    exceptions.sort();
    differences.sort();
    assert_eq!(differences, exceptions);
}

/// Published for the session token that is appended after signing as well, in the form
/// that goes on the wire by default: a target that is legal as it stands signs the same.
#[test]
fn a_legal_target_signs_alike_by_default() {
    let mut legal = 0;
    for case in cases("aws-v4") {
        let context = context(&case);
        let raw = unsigned(&case);
        if !raw.target.bytes().all(|byte| byte.is_ascii_graphic()) {
            continue; // raw spaces and non-ASCII are escaped before they are signed
        }
        legal += 1;
        let headers = raw.headers();
        let request = raw.request(&headers);
        let at = context.timestamp();
        let by_default = context.signer();
        let signed = by_default.sign(&request, at).unwrap();
        let as_given = context.signer().with_target_as_given();
        assert_eq!(
            signed.authorization(),
            as_given.sign(&request, at).unwrap().authorization(),
            "{}",
            case.case
        );
    }
    assert!(legal >= 35, "only {legal} cases");
}

#[test]
fn the_published_signing_key_comes_out() {
    let mut keys = 0;
    for case in cases("iam") {
        let Some(published) = &case.signing_key else {
            continue;
        };
        keys += 1;
        let context = context(&case);
        let at = context.timestamp();
        let scope = Scope::new(&at, &context.region, &context.service).unwrap();
        let key: [u8; 32] = hex::decode(published).unwrap().try_into().unwrap();
        let text = StringToSign {
            at,
            scope,
            canonical_request_hash: [7; 32],
        };
        assert_eq!(
            SigningKey::derive(&context.credentials.secret_access_key, &scope).sign(&text),
            SigningKey::from_bytes(&key).sign(&text)
        );
    }
    assert_eq!(keys, 1);
}
