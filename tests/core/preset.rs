//! What signing writes is not there before, or only as it would write it.

use crate::steps::refused;
use crate::support::example::{EMPTY_SHA256, HOST, at, get, signer};
use sigv4::{Error, Profile};

#[test]
fn nothing_that_signing_writes_is_there_already() {
    for service in ["execute-api", "s3", "s3express", "iotdevicegateway"] {
        for (name, error, text) in [
            (
                "Authorization",
                Error::AuthorizationAlreadySet,
                "the request has an authorization header already",
            ),
            (
                "X-Amz-Date",
                Error::DateAlreadySet,
                "the request has an x-amz-date header already",
            ),
            (
                "X-Amz-Security-Token",
                Error::SecurityTokenAlreadySet,
                "the request has a session token header already",
            ),
            // Verification reads either name, whatever the service.
            (
                "x-amz-s3session-token",
                Error::SecurityTokenAlreadySet,
                "the request has a session token header already",
            ),
        ] {
            let headers = [HOST, (name, b"".as_slice())];
            let signer = signer(service);
            assert_eq!(
                refused(&signer, &get("/", &headers)),
                error,
                "{service} {name}"
            );
            assert_eq!(error.to_string(), text);
        }
    }
}

#[test]
fn signing_parameters_are_not_there_already() {
    for name in [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-S3session-Token",
        "X-Amz-Signature",
        "X-Amz-Content-Sha256",
        "%58-Amz-Dat%65",
    ] {
        for service in ["execute-api", "s3", "s3express", "vpc-lattice-svcs"] {
            for (target, position) in [
                (format!("/?{name}"), 2),
                (format!("/?a=b&&{name}=1&c"), 7),
                (format!("/a b/../é?{name}=1"), 11),
            ] {
                let error = refused(&signer(service), &get(&target, &[HOST]));
                assert_eq!(
                    error,
                    Error::SigningParameterAlreadySet { position },
                    "{target}"
                );
                assert_eq!(
                    error.to_string(),
                    format!(
                        "the request target has a signing parameter already at byte {position}"
                    )
                );
            }
        }
    }
    // Names of parameters have a case, and an end.
    let headers = [HOST];
    for target in [
        "/?x-amz-date=1",
        "/?X-Amz-Dat=1",
        "/?X-Amz-Content-Sha256A=1",
        "/?%58-Amz-Content-Sha256A=1",
        "/?X-Amz-S3session-Token-and-more=1",
    ] {
        signer("s3").sign(&get(target, &headers), at()).unwrap();
    }
}

/// Verification would refuse it.
#[test]
fn a_parameter_of_amazons_is_there_once() {
    for (target, position) in [
        ("/?X-Amz-Meta=1&a=2&X-Amz-Meta=1", 19),
        ("/?X%2Damz-Meta=1&X-Amz-A&X%2dAmz-A", 25),
    ] {
        let error = refused(&signer("execute-api"), &get(target, &[HOST]));
        assert_eq!(
            error,
            Error::RepeatedSigningParameter { position },
            "{target}"
        );
    }
    for target in [
        "/?X-Amz-A=1&X-Amz-B=1",
        "/?X%2DAmz-A=1&X-Amz-B=1",
        "/?X-Amz-%C3%84=1&X%2DAmz-%c3%85=1",
        "/?a=1&a=1&x-amz-a=1&x-amz-a=1",
    ] {
        assert!(
            signer("execute-api")
                .sign(&get(target, &[HOST]), at())
                .is_ok(),
            "{target}"
        );
    }
}

/// The token of a profile of one's own is not there before either.
#[test]
fn a_token_by_another_name_is_not_there_already() {
    let signer = signer("execute-api").with_profile(Profile {
        session_token_header: "x-own-token",
        session_token_parameter: "Own-Token",
        ..Profile::DEFAULT
    });
    let headers = [HOST, ("X-Own-Token", b"".as_slice())];
    let error = refused(&signer, &get("/", &headers));
    assert_eq!(error, Error::SecurityTokenAlreadySet);
    let error = refused(&signer, &get("/?a=1&Own%2DToken", &[HOST]));
    assert_eq!(error, Error::SigningParameterAlreadySet { position: 6 });
}

#[test]
fn a_preset_payload_hash_is_the_right_one() {
    let other = "f".repeat(64);
    let upper = EMPTY_SHA256.to_uppercase();
    for value in [
        "",
        &other,
        &upper,
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    ] {
        let headers = [HOST, ("X-Amz-Content-Sha256", value.as_bytes())];
        let error = refused(&signer("execute-api"), &get("/", &headers));
        assert_eq!(error, Error::ContentSha256Differs, "{value}");
        assert_eq!(
            error.to_string(),
            "x-amz-content-sha256 differs from the hash of the payload"
        );
    }
    let right = ("X-Amz-Content-Sha256", EMPTY_SHA256.as_bytes());
    let twice = [HOST, right, right];
    let error = refused(&signer("execute-api"), &get("/", &twice));
    assert_eq!(error, Error::ContentSha256Differs);

    let headers = [HOST, right];
    for service in ["execute-api", "s3"] {
        let (signer, request) = (signer(service), get("/", &headers));
        let signed = signer.sign(&request, at()).unwrap();
        let names: Vec<_> = signed.headers().map(|(name, _)| name).collect();
        assert_eq!(names, ["authorization", "x-amz-date"], "not written again");
        let signed_headers = "SignedHeaders=host;x-amz-content-sha256;x-amz-date,";
        assert!(signed.authorization().contains(signed_headers));
    }
}
