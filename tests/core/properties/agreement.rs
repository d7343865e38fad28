//! The crate and the second implementation agree on every stage.

use super::case::{Case, accepts, borrowed, case, sent};
use super::config::{SERVICES, config};
use crate::reference::{Outcome, Rules};
use proptest::prelude::*;
use sigv4::{Error, Form, Request};

fn compare_header_form(case: &Case, service: &str) {
    let headers = case.headers();
    let request = case.request(&headers);
    let signer = case.signer(service);
    let ours = signer.sign(&request, case.at);
    let theirs = crate::reference::sign(&case.plain(), &case.who(service), Rules::of(service));
    let (Ok(signed), Some(theirs)) = (&ours, theirs.as_ref()) else {
        return same_refusal(case, service, ours.err(), theirs.as_ref());
    };
    let stages = signer.stages(&request, case.at).unwrap();
    let added = signed.headers();
    let ours = Outcome {
        canonical: stages.canonical_request,
        string_to_sign: stages.string_to_sign,
        signature: signed.signature().to_string(),
        headers: added
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        target: signed.target().to_owned(),
    };
    assert_eq!(&ours, theirs);

    let headers = sent(case, signed);
    let headers = borrowed(&headers);
    let arrived = Request {
        target: signed.target(),
        headers: &headers,
        ..request
    };
    assert_eq!(accepts(case, service, &arrived), Ok(Form::Header));
}

fn compare_query_form(case: &Case, service: &str) {
    let headers = case.headers();
    let request = case.request(&headers);
    let signer = case.signer(service);
    let ours = signer.presign(&request, case.expires(), case.at);
    let who = case.who(service);
    let theirs = crate::reference::presign(&case.plain(), &who, Rules::of(service), case.expires);
    let (Ok(url), Some(theirs)) = (&ours, theirs.as_ref()) else {
        return same_refusal(case, service, ours.err(), theirs.as_ref());
    };
    let stages = signer
        .presign_stages(&request, case.expires(), case.at)
        .unwrap();
    let ours = Outcome {
        canonical: stages.canonical_request,
        string_to_sign: stages.string_to_sign,
        signature: url.signature().to_string(),
        headers: Vec::new(),
        target: url.target().to_owned(),
    };
    assert_eq!(&ours, theirs);

    let arrived = Request {
        target: url.target(),
        ..request
    };
    assert_eq!(accepts(case, service, &arrived), Ok(Form::Query));
}

/// Only a malformed escape and an unsigned payload are in what is generated.
fn same_refusal(case: &Case, service: &str, ours: Option<Error>, theirs: Option<&Outcome>) {
    match ours.expect("refused by the reference only") {
        Error::UnsignedPayloadRefused => assert!(case.is_refused_by(service)),
        Error::MalformedEscape { position } => {
            assert!(theirs.is_none(), "refused by src only");
            // The first one where escapes have to be well formed.
            let start = match case.target.find('?') {
                _ if Rules::of(service).encode_path_twice => case.target.find('?').unwrap(),
                _ => 0,
            };
            let digits = |at: usize| {
                let digits = case.target.as_bytes().get(at + 1..at + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            };
            let mut escapes = case.target.match_indices('%').map(|(at, _)| at);
            assert_eq!(
                escapes.find(|&at| at >= start && !digits(at)),
                Some(position),
                "the position is one in the target as it was given"
            );
        }
        other => panic!("refused by src only: {other:?}"),
    }
}

proptest! {
    #![proptest_config(config(600))]

    /// Both forms, every profile, every stage; and what was signed verifies.
    #[test]
    fn both_implementations_agree(case in case(true, true)) {
        for service in SERVICES {
            compare_header_form(&case, service);
            compare_query_form(&case, service);
        }
    }
}
