//! AWS's suite for Signature Version 4A, and requests of its signers: each stage that we come
//! to, and each signature that is published.

use crate::support::RawRequest;
use crate::support::suite::{Case, Form, cases, unsigned};
use sigv4::{Claim, Error, Policy, Profile, PublicKey, Signature, Signer};
use std::collections::BTreeSet;
use std::time::Duration;

const FOLDERS: [&str; 2] = ["aws-v4a", "sigv4a"];

fn profile(case: &Case) -> Profile {
    case.context.as_ref().unwrap().profile().with_sigv4a()
}

fn signer(case: &Case) -> Signer {
    let signer = case.context.as_ref().unwrap().signer();
    signer.with_profile(profile(case)).with_target_as_given()
}

/// By the secret, then by the public key.
fn accept(case: &Case, sent: &RawRequest) -> Result<(), Error> {
    let context = case.context.as_ref().unwrap();
    let keys = &context.credentials;
    let headers = sent.headers();
    let request = sent.request(&headers);
    let claim = Claim::from_request(&request)?;
    assert_eq!(claim.region_set(), Some(context.region.as_str()));
    let mut policy = Policy::new(&["us-east-1"], &context.service);
    policy.profile = profile(case);
    let now = context.timestamp();
    let key = claim.signing_key(&keys.secret_access_key);
    let verified = claim.verify(&key, &request, &policy, now)?;
    assert_eq!(verified.session_token.as_deref(), keys.token.as_deref());
    assert_eq!(verified.region_set, Some(context.region.as_str()));
    assert_eq!(verified.scope.region(), "");
    let public = PublicKey::derive(&keys.access_key_id, &keys.secret_access_key)?;
    let by_public_key = claim.verify_with_public_key(&public, &request, &policy, now)?;
    assert_eq!(verified, by_public_key);
    Ok(())
}

/// A text with other digits behind `Signature=`.
fn with_signature(text: &str, digits: &str) -> String {
    let (front, rest) = text.split_once("Signature=").unwrap();
    let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
    [front, "Signature=", digits, rest].concat()
}

/// Ours beside what is published: both texts of each stage.
fn stages(case: &Case) -> Vec<(String, String, String)> {
    let context = case.context.as_ref().unwrap();
    let raw = unsigned(case);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let (signer, at) = (signer(case), context.timestamp());
    let mut found = Vec::new();
    let mut compare =
        |form: &'static str, published: &Form, ours: sigv4::Stages, sent: RawRequest| {
            let text = |lines: &Option<Vec<String>>| lines.as_ref().unwrap().join("\n");
            let wire = RawRequest::parse(published.signed_request.as_ref().unwrap());
            let canonical = String::from_utf8(ours.canonical_request).unwrap();
            let stage = |stage: &str| [form, ".", stage].concat();
            found.push((
                stage("canonical_request"),
                text(&published.canonical_request),
                canonical,
            ));
            found.push((
                stage("string_to_sign"),
                text(&published.string_to_sign),
                ours.string_to_sign,
            ));
            found.push((
                stage("signed_request"),
                with_signature(&wire.comparable(), ""),
                with_signature(&sent.comparable(), ""),
            ));
        };
    if case.header.signature.is_some() {
        let signed = signer.sign(&request, at).unwrap();
        let ours = signer.stages(&request, at).unwrap();
        let sent = raw.signed(&signed);
        accept(case, &sent).unwrap_or_else(|error| panic!("{}: {error}", case.case));
        compare("header", &case.header, ours, sent);
    }
    if case.query.signature.is_some() {
        let expires = Duration::from_secs(context.expiration_in_seconds);
        let url = signer.presign(&request, expires, at).unwrap();
        let ours = signer.presign_stages(&request, expires, at).unwrap();
        let sent = raw.presigned(&url);
        accept(case, &sent).unwrap_or_else(|error| panic!("{}: {error}", case.case));
        compare("query", &case.query, ours, sent);
    }
    for (once_more, of_form) in [
        (&case.canonical_request, &case.header.canonical_request),
        (&case.string_to_sign, &case.header.string_to_sign),
    ] {
        assert!(once_more.is_none() || once_more == of_form, "{}", case.case);
    }
    found
}

#[test]
fn every_stage_holds_but_one() {
    let mut differences = BTreeSet::new();
    let mut compared = 0;
    for folder in FOLDERS {
        for case in cases(folder) {
            for (stage, expected, actual) in stages(&case) {
                compared += 1;
                if expected != actual {
                    differences.insert((folder, case.case.clone(), stage));
                }
            }
        }
    }
    assert_eq!(compared, 38 * 2 * 3 + 20 * 3);
    // As `exceptions.json` says of the same case of Version 4: where a token stands that is not
    // signed is nobody's rule.
    let token = "post-sts-header-after".to_owned();
    let known = [("aws-v4a", token, "query.signed_request".to_owned())];
    assert_eq!(differences, known.into());
}

/// Four for each case of the suite, all of them different; low and high `s`.
#[test]
fn every_published_signature_verifies() {
    let (mut verified, mut high) = (Vec::new(), 0);
    for folder in FOLDERS {
        for case in cases(folder) {
            for form in [&case.header, &case.query] {
                let (Some(lines), Some(signature)) = (&form.signed_request, &form.signature) else {
                    continue;
                };
                let [digits] = signature.as_slice() else {
                    panic!("{}: one line", case.case);
                };
                let other = lines.iter().map(|line| match line.contains("Signature=") {
                    true => with_signature(line, digits),
                    false => line.clone(),
                });
                for lines in [lines.clone(), other.collect()] {
                    let sent = RawRequest::parse(&lines);
                    accept(&case, &sent).unwrap_or_else(|error| panic!("{}: {error}", case.case));
                    let text = lines.join("\n");
                    let (_, digits) = text.split_once("Signature=").unwrap();
                    let end = digits.find(|digit: char| !digit.is_ascii_hexdigit());
                    let digits = digits[..end.unwrap_or(digits.len())].to_owned();
                    let fixed = Signature::parse_sigv4a(&digits).unwrap();
                    assert_eq!(fixed.to_string(), digits);
                    if folder == "aws-v4a" {
                        high += usize::from(has_high_s(&digits));
                        verified.push(digits);
                    }
                }
            }
        }
    }
    assert_eq!(verified.len(), 152);
    verified.sort();
    verified.dedup();
    assert_eq!(verified.len(), 152);
    assert_eq!(high, 70);
}

/// More than half of the order, 0x7fffffff8000…
fn has_high_s(digits: &str) -> bool {
    let der = hex::decode(digits).unwrap();
    let signature = p256::ecdsa::Signature::from_der(&der).unwrap();
    signature.normalize_s() != signature
}
