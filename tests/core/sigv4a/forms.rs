//! What signing writes, and what may not be there before.

use crate::support::example::{HOST, at, credentials, get, hour};
use sigv4::{Algorithm, Claim, Credentials, Error, Policy, Profile, PublicKey, Request, Signer};
use std::time::Duration;

fn signer(region_set: &str) -> Signer {
    Signer::new(credentials(), region_set, "service").with_profile(Profile::DEFAULT.with_sigv4a())
}

#[test]
fn both_forms_say_the_region_set() {
    let headers = [HOST];
    let request = get("/?a=1", &headers);
    let signer = signer("us-*,eu-west-1");
    assert_eq!(signer.region(), "us-*,eu-west-1");
    let signed = signer.sign(&request, at()).unwrap();
    let set = signed
        .headers()
        .find(|(name, _)| *name == "x-amz-region-set");
    assert_eq!(set, Some(("x-amz-region-set", "us-*,eu-west-1")));
    assert!(
        signed
            .authorization()
            .contains("SignedHeaders=host;x-amz-date;x-amz-region-set, ")
    );
    let url = signer.presign(&request, hour(), at()).unwrap();
    let target = url.target();
    assert!(
        target.contains("/service/aws4_request") || target.contains("%2Fservice%2Faws4_request")
    );
    assert!(
        target
            .contains("&X-Amz-Expires=3600&X-Amz-Region-Set=us-%2A%2Ceu-west-1&X-Amz-Signature=30")
    );
}

#[test]
fn a_signature_is_repeatable() {
    let headers = [HOST];
    let request = get("/", &headers);
    let (one, other) = (signer("*"), signer("*"));
    let first = one.sign(&request, at()).unwrap();
    let again = one.sign(&request, at()).unwrap();
    let elsewhere = other.sign(&request, at()).unwrap();
    assert_eq!(first.authorization(), again.authorization());
    assert_eq!(first.signature(), elsewhere.signature());
    assert_ne!(
        first.signature(),
        signer("us-*").sign(&request, at()).unwrap().signature()
    );
}

#[test]
fn a_region_set_is_checked_before_signing() {
    let headers = [HOST];
    let request = get("/", &headers);
    for (region_set, position) in [("", 0), ("us-east-1, us-west-1", 10), ("us-*-1", 3)] {
        let error = signer(region_set).sign(&request, at()).unwrap_err();
        assert_eq!(error, Error::InvalidRegionSet { position }, "{region_set}");
    }
    // What is a region set is no region, and what was wrong with it is forgotten.
    let several = Signer::new(credentials(), "us-east-1,us-west-1", "service");
    let error = several.sign(&request, at()).unwrap_err();
    assert_eq!(error, Error::InvalidRegion { position: 9 });
    let both = several.with_profile(Profile::DEFAULT.with_sigv4a());
    assert!(both.sign(&request, at()).is_ok());
    let back = both.with_profile(Profile::DEFAULT);
    assert_eq!(back.sign(&request, at()).unwrap_err(), error);
    let nobody = Signer::new(Credentials::new("AKID", ""), "*", "s3");
    let nobody = nobody.with_profile(Profile::S3.with_sigv4a());
    let error = nobody.sign(&request, at()).unwrap_err();
    assert_eq!(error, Error::EmptySecretAccessKey);
}

#[test]
fn a_signer_goes_back_to_version_4() {
    let headers = [HOST];
    let request = get("/", &headers);
    let plain = Signer::new(credentials(), "us-east-1", "service");
    let there_and_back = signer("us-east-1").with_profile(Profile::DEFAULT);
    assert_eq!(
        plain.sign(&request, at()).unwrap().authorization(),
        there_and_back.sign(&request, at()).unwrap().authorization()
    );
}

#[test]
fn a_region_set_may_not_be_there_already() {
    let headers = [HOST, ("X-Amz-Region-Set", b"*")];
    let request = get("/", &headers);
    assert_eq!(
        signer("*").sign(&request, at()).unwrap_err(),
        Error::RegionSetAlreadySet
    );
    let alone = [HOST];
    let request_with_parameter = get("/?a=1&X-Amz-Region-Set=%2A", &alone);
    assert_eq!(
        signer("*")
            .presign(&request_with_parameter, hour(), at())
            .unwrap_err(),
        Error::SigningParameterAlreadySet { position: 6 }
    );
    // To Version 4 they are headers and parameters like any.
    let plain = Signer::new(credentials(), "us-east-1", "service");
    let signed = plain.sign(&request, at()).unwrap();
    assert!(
        signed
            .authorization()
            .contains("host;x-amz-date;x-amz-region-set")
    );
    assert!(plain.sign(&request_with_parameter, at()).is_ok());
    let twice = get("/?X-Amz-Region-Set=a&X-Amz-Region-Set=b", &alone);
    assert!(matches!(
        plain.sign(&twice, at()).unwrap_err(),
        Error::RepeatedSigningParameter { .. }
    ));
}

/// As it arrives.
fn sent<'a>(signed: &'a sigv4::Signed<'a>, request: &Request<'a>) -> Vec<(&'a str, &'a [u8])> {
    let mut headers = request.headers.to_vec();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    headers
}

#[test]
fn a_policy_takes_one_algorithm_or_both() {
    let headers = [HOST];
    let unsigned = get("/", &headers);
    let four = Signer::new(credentials(), "us-east-1", "service");
    let four_a = signer("*");
    for (signer, algorithm) in [(&four, Algorithm::SigV4), (&four_a, Algorithm::SigV4a)] {
        let signed = signer.sign(&unsigned, at()).unwrap();
        let headers = sent(&signed, &unsigned);
        let request = Request {
            headers: &headers,
            ..unsigned
        };
        let claim = Claim::from_request(&request).unwrap();
        assert_eq!(claim.algorithm(), algorithm);
        let key = claim.signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        for accepted in [Algorithm::SigV4, Algorithm::SigV4a] {
            for both in [false, true] {
                let mut policy = Policy::new(&["us-east-1"], "service");
                policy.profile.algorithm = accepted;
                policy.both_algorithms = both;
                let verdict = claim.verify(&key, &request, &policy, at()).map(|_| ());
                let expected = if both || accepted == algorithm {
                    Ok(())
                } else {
                    Err(Error::UnsupportedAlgorithm)
                };
                assert_eq!(verdict, expected);
            }
        }
    }
}

#[test]
fn a_key_opens_nothing_of_the_other_algorithm() {
    let headers = [HOST];
    let unsigned = get("/", &headers);
    let (four, four_a) = (
        Signer::new(credentials(), "us-east-1", "service"),
        signer("*"),
    );
    let (old, new) = (
        four.sign(&unsigned, at()).unwrap(),
        four_a.sign(&unsigned, at()).unwrap(),
    );
    let (old_headers, new_headers) = (sent(&old, &unsigned), sent(&new, &unsigned));
    let old = Request {
        headers: &old_headers,
        ..unsigned
    };
    let new = Request {
        headers: &new_headers,
        ..unsigned
    };
    let (of_old, of_new) = (
        Claim::from_request(&old).unwrap(),
        Claim::from_request(&new).unwrap(),
    );
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let mut policy = Policy::new(&["us-east-1"], "service");
    policy.both_algorithms = true;
    let mismatch = Err(Error::SignatureMismatch);
    let public = PublicKey::derive("AKIDEXAMPLE", secret).unwrap();
    let verdict = of_old.verify(&of_new.signing_key(secret), &old, &policy, at());
    assert_eq!(verdict, mismatch);
    assert_eq!(
        of_new.verify(&of_old.signing_key(secret), &new, &policy, at()),
        mismatch
    );
    assert_eq!(
        of_old.verify_with_public_key(&public, &old, &policy, at()),
        mismatch
    );
    let none: Option<&PublicKey> = None;
    assert_eq!(
        of_new.verify_with_public_key(none, &new, &policy, at()),
        mismatch
    );
    assert_eq!(of_new.verify(None, &new, &policy, at()), mismatch);
    assert!(
        of_new
            .verify_with_public_key(&public, &new, &policy, at())
            .is_ok()
    );
    let another = PublicKey::derive("AKIDEXAMPLE", "another").unwrap();
    assert_eq!(
        of_new.verify_with_public_key(&another, &new, &policy, at()),
        mismatch
    );
}

/// Nobody who signs with the key that stands in for an unknown one gets in.
#[test]
fn the_stand_in_opens_nothing() {
    let headers = [HOST];
    let unsigned = get("/", &headers);
    let signer = Signer::new(
        Credentials::new("AKIDEXAMPLE", "no such key"),
        "*",
        "service",
    );
    let signer = signer.with_profile(Profile::DEFAULT.with_sigv4a());
    let signed = signer.sign(&unsigned, at()).unwrap();
    let headers = sent(&signed, &unsigned);
    let request = Request {
        headers: &headers,
        ..unsigned
    };
    let claim = Claim::from_request(&request).unwrap();
    let mut policy = Policy::new(&["us-east-1"], "service");
    policy.profile.algorithm = Algorithm::SigV4a;
    assert_eq!(
        claim.verify(None, &request, &policy, at()),
        Err(Error::SignatureMismatch)
    );
}

#[test]
fn a_presigned_url_expires() {
    let headers = [HOST];
    let unsigned = get("/", &headers);
    let url = signer("*")
        .presign(&unsigned, Duration::from_secs(60), at())
        .unwrap();
    let request = Request {
        target: url.target(),
        ..unsigned
    };
    let claim = Claim::from_request(&request).unwrap();
    let public = PublicKey::derive("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let public = public.unwrap();
    let mut policy = Policy::new(&["us-east-1"], "service");
    policy.profile.algorithm = Algorithm::SigV4a;
    let at_second = |second: i64| sigv4::Timestamp::from_unix(at().unix() + second).unwrap();
    let verify = |now| {
        claim
            .verify_with_public_key(&public, &request, &policy, now)
            .map(|_| ())
    };
    assert_eq!(verify(at_second(60)), Ok(()));
    assert!(matches!(verify(at_second(61)), Err(Error::Expired { .. })));
}
