//! What a claim says, and what it is checked against.

use crate::arrived::{Arrived, HASH, signed_by_hand};
use crate::support::example::{ACCESS_KEY_ID, SECRET, TIME, at, hour, signer};
use sigv4::{Claim, Credentials, Error, Form, Payload, Signer};

#[test]
fn a_claim_says_what_it_was_made_of() {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T/+=");
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    let base = Arrived::new("execute-api", "GET", "/?a=1").header("Range", "bytes=0-9");
    for (arrived, form, names, expires) in [
        (
            base.clone().signed(&signer),
            Form::Header,
            "host;range;x-amz-date;x-amz-security-token",
            None,
        ),
        (
            base.clone().presigned(&signer),
            Form::Query,
            "host;range",
            Some(3_600),
        ),
    ] {
        let policy = arrived.policy();
        let stages = base.with(Payload::EMPTY, |request| match form {
            Form::Header => signer.stages(request, at()).unwrap(),
            Form::Query => signer.presign_stages(request, hour(), at()).unwrap(),
        });
        arrived.with(Payload::EMPTY, |request| {
            let claim = Claim::from_request(request).unwrap();
            assert_eq!(claim.form(), form);
            assert_eq!(claim.access_key_id(), ACCESS_KEY_ID);
            let scope = "20150830/us-east-1/execute-api/aws4_request";
            assert_eq!(claim.scope().to_string(), scope);
            assert_eq!(claim.at(), at());
            assert_eq!(claim.expires(), expires);
            assert_eq!(claim.signed_headers(), names);
            let seen = claim.stages(request, &policy).unwrap();
            assert_eq!(seen.canonical_request, stages.canonical_request);
            assert_eq!(seen.string_to_sign, stages.string_to_sign);
            assert_eq!(
                (seen.scope, seen.signed_headers),
                (stages.scope, stages.signed_headers)
            );
        });
        let verified = arrived.outcome_with(&policy, Payload::EMPTY, |verified| {
            assert_eq!(verified.session_token.as_deref(), Some("T/+="));
            assert_eq!(verified.signed_headers, names);
            assert_eq!(verified.scope.region(), "us-east-1");
        });
        assert_eq!(verified, Ok(()));
    }
}

/// The stages of a claim need the headers that it lists, whatever else is wrong with it.
#[test]
fn stages_have_every_listed_header() {
    for (names, index) in [
        (["a", "host", "x-amz-date"], 0),
        (["host", "via", "x-amz-date"], 1),
        (["host", "x-amz-date", "x-b"], 2),
    ] {
        let mut base = Arrived::new("execute-api", "GET", "/");
        for name in ["a", "via", "x-b"] {
            base = base.header(name, "1");
        }
        let mut arrived = signed_by_hand(&base, &names, TIME);
        arrived
            .headers
            .retain(|(name, _)| !["a", "via", "x-b"].contains(&name.as_str()));
        let stages = arrived.with(Payload::EMPTY, |request| {
            let claim = Claim::from_request(request).unwrap();
            claim.stages(request, &arrived.policy())
        });
        assert_eq!(stages, Err(Error::SignedHeaderMissing { index }));
    }
}

/// Never signed by this crate, but others do: what a claim lists counts.
#[test]
fn what_a_claim_lists_is_signed() {
    let base = Arrived::new("execute-api", "GET", "/").header("User-Agent", "a");
    let mut arrived = signed_by_hand(&base, &["host", "x-amz-date"], TIME);
    arrived.headers[1].1 = b"b".to_vec();
    assert_eq!(arrived.outcome(&arrived.policy()), Ok(()));

    let who = ["host", "via", "x-amz-date"];
    let base = Arrived::new("execute-api", "GET", "/").header("Via", "a");
    let mut arrived = signed_by_hand(&base, &who, TIME);
    assert_eq!(arrived.outcome(&arrived.policy()), Ok(()));
    arrived.headers[1].1 = b"b".to_vec();
    let expected = Err(Error::SignatureMismatch);
    assert_eq!(arrived.outcome(&arrived.policy()), expected);
    arrived.headers.remove(1);
    let expected = Err(Error::SignedHeaderMissing { index: 1 });
    assert_eq!(arrived.outcome(&arrived.policy()), expected);
}

/// Slashes of a credential may be escaped or not: there are four.
#[test]
fn a_credential_has_five_parts_however_it_is_spelt() {
    let url = Arrived::new("s3", "GET", "/").presigned(&signer("s3"));
    let escaped = "AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request";
    assert!(url.target.contains(escaped));
    let outcome = |spelt: &str| {
        let target = url.target.replace(escaped, spelt);
        let changed = Arrived {
            target,
            ..url.clone()
        };
        changed.outcome(&changed.policy())
    };
    for spelt in [
        escaped.to_owned(),
        escaped.replace("%2F", "/"),
        escaped.replace("%2F", "%2f"),
        escaped.replacen("%2F", "/", 2),
        escaped.replace("us-east", "%75s-east"),
    ] {
        assert_eq!(outcome(&spelt), Ok(()), "{spelt}");
    }
    for (spelt, parts) in [
        (escaped.replace("AKID", "AK/ID"), 6),
        (escaped.replace("AKID", "AK%2FID"), 6),
        (escaped.replacen("%2F", "", 1), 4),
        (escaped.replacen("%2F", "%2E", 1), 4),
    ] {
        let expected = Err(Error::MalformedCredential { parts, expected: 5 });
        assert_eq!(outcome(&spelt), expected, "{spelt}");
    }
}

/// The parameters of a presigned URL are not those of a header's signature.
#[test]
fn a_lone_hash_parameter_is_an_ordinary_one() {
    let arrived = Arrived::new("execute-api", "GET", "/");
    let names = ["host", "x-amz-date"];
    for value in ["1", "%FF"] {
        let target = format!("/?X-Amz-Content-Sha256={value}");
        let arrived = Arrived {
            target: target.clone(),
            ..arrived.clone()
        };
        let unsigned = arrived.outcome(&arrived.policy());
        assert_eq!(unsigned, Err(Error::NotSigned));
        let signed = signed_by_hand(&arrived, &names, TIME);
        assert_eq!(signed.outcome(&signed.policy()), Ok(()), "{target}");
    }
}

/// What belongs to the signature is text, whatever the profile says about other headers.
#[test]
fn signing_headers_are_text() {
    let token = "x-amz-security-token";
    for name in ["authorization", "x-amz-date", HASH, token] {
        let base = Arrived::new("s3", "GET", "/").header(token, "token");
        let mut arrived = signed_by_hand(&base, &["host", "x-amz-date", token], TIME);
        if name == HASH {
            arrived = arrived.header(HASH, "UNSIGNED-PAYLOAD");
        }
        let named = |header: &(String, Vec<u8>)| header.0.eq_ignore_ascii_case(name);
        let index = arrived.headers.iter().position(named).unwrap();
        arrived.headers[index].1 = b"2015\xff".to_vec();
        let mut policy = arrived.policy();
        policy.profile.non_ascii_header_values = true;
        let expected = Err(Error::NonAsciiHeaderValue { index, position: 4 });
        assert_eq!(arrived.outcome(&policy), expected, "{name}");
    }
}

/// A claim says nothing about the escapes of another request.
#[test]
fn escapes_are_checked_in_the_request_that_is_verified() {
    let signer = signer("execute-api");
    let signed = Arrived::new("execute-api", "GET", "/?a=%41").signed(&signer);
    let other = Arrived {
        target: "/?a=%4".to_owned(),
        ..signed.clone()
    };
    signed.with(Payload::EMPTY, |request| {
        let claim = Claim::from_request(request).unwrap();
        let key = claim.signing_key(SECRET);
        let policy = signed.policy();
        claim.verify(&key, request, &policy, at()).unwrap();
        other.with(Payload::EMPTY, |other| {
            let error = claim.verify(&key, other, &policy, at()).map(|_| ());
            assert_eq!(error, Err(Error::MalformedEscape { position: 4 }));
        });
    });
}
