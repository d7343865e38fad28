//! The published vectors, every stage by itself. See `test-vectors/README.md`.

use crate::support::suite::{Case, Form, cases, context, read, unsigned};
use crate::support::{RawRequest, vectors};
use serde::Deserialize;
use sigv4::{Scope, Signature, SigningKey, Stages, StringToSign};
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
    name: String,
    expected: String,
    actual: String,
}

/// Both forms of a case, each stage that is published.
fn published_stages(case: &Case) -> Vec<Stage> {
    let context = context(case);
    let raw = unsigned(case);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let signer = context.signer().with_target_as_given();
    let at = context.timestamp();

    let ours = signer.stages(&request, at).unwrap();
    let signed = signer.sign(&request, at).unwrap();
    let sent = raw.signed(&signed);
    let mut found = compared("header", &case.header, &ours, signed.signature(), &sent);
    if context.expiration_in_seconds > 0 {
        let expires = Duration::from_secs(context.expiration_in_seconds);
        let ours = signer.presign_stages(&request, expires, at).unwrap();
        let url = signer.presign(&request, expires, at).unwrap();
        let sent = raw.presigned(&url);
        found.extend(compared(
            "query",
            &case.query,
            &ours,
            url.signature(),
            &sent,
        ));
    }
    found
}

/// As a published text is compared.
type Read = fn(&[String]) -> String;

/// What is published of a form, beside what we make.
fn compared(
    name: &str,
    form: &Form,
    ours: &Stages,
    signature: Signature,
    sent: &RawRequest,
) -> Vec<Stage> {
    let canonical = String::from_utf8(ours.canonical_request.clone()).unwrap();
    let text: Read = |lines| lines.join("\n").trim_end_matches('\n').to_owned();
    let wire: Read = |lines| RawRequest::parse(lines).comparable();
    let rows = [
        (
            "canonical_request",
            &form.canonical_request,
            text,
            canonical,
        ),
        (
            "string_to_sign",
            &form.string_to_sign,
            text,
            ours.string_to_sign.clone(),
        ),
        ("signature", &form.signature, text, signature.to_string()),
        (
            "signed_request",
            &form.signed_request,
            wire,
            sent.comparable(),
        ),
    ];
    rows.into_iter()
        .filter_map(|(stage, published, read, actual)| {
            let expected = read(published.as_ref()?);
            let name = format!("{name}.{stage}");
            Some(Stage {
                name,
                expected,
                actual,
            })
        })
        .collect()
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
            let stages = published_stages(&case);
            assert!(!stages.is_empty(), "{}: nothing published", case.case);
            for stage in &stages {
                *compared.entry((folder, stage.name.clone())).or_default() += 1;
                if let Some((expected, actual)) = first_difference(stage) {
                    differences.push(Exception {
                        case: case.case.clone(),
                        stage: stage.name.clone(),
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
