//! The session token: a header, a parameter, signed or appended.

use crate::arrived::Arrived;
use crate::support::example::{ACCESS_KEY_ID, HOST, SECRET, at, credentials, get, hour};
use sigv4::{
    CanonicalRequest, Credentials, Error, Payload, Profile, Request, SessionToken, Signer,
};

#[test]
fn the_session_token_is_a_signed_header() {
    let headers = [HOST];
    for (service, name, others) in [
        ("execute-api", "x-amz-security-token", ""),
        ("iotdevicegateway", "x-amz-security-token", ""),
        ("s3", "x-amz-security-token", "x-amz-content-sha256;"),
        (
            "s3express",
            "x-amz-s3session-token",
            "x-amz-content-sha256;",
        ),
    ] {
        let signer = Signer::new(
            credentials().with_session_token("T/+="),
            "us-east-1",
            service,
        );
        let request = get("/", &headers);
        let signed = signer.sign(&request, at()).unwrap();
        let (last, value) = signed.headers().last().unwrap();
        assert_eq!((last, value), (name, "T/+="));
        let names = format!("SignedHeaders=host;{others}x-amz-date;{name},");
        assert!(signed.authorization().contains(&names), "{service}");
    }
}

#[test]
fn a_presigned_token_is_signed_or_appended() {
    let headers = [HOST];
    for (service, name, signed) in [
        ("execute-api", "X-Amz-Security-Token", true),
        ("s3", "X-Amz-Security-Token", true),
        ("s3express", "X-Amz-S3session-Token", true),
        ("iotdevicegateway", "X-Amz-Security-Token", false),
    ] {
        let signer = Signer::new(
            credentials().with_session_token("T/+= "),
            "us-east-1",
            service,
        );
        assert!(signer.presign(&get("/", &headers), hour(), at()).is_err());
        let signer = Signer::new(
            credentials().with_session_token("T/+="),
            "us-east-1",
            service,
        );
        let request = get("/", &headers);
        let url = signer.presign(&request, hour(), at()).unwrap();
        let token = format!("{name}=T%2F%2B%3D");
        // What is not signed comes last, behind the signature.
        let mut all: Vec<_> = url.target().split(['?', '&']).collect();
        all.retain(|one| !signed || !one.starts_with("X-Amz-Signature="));
        assert_eq!(all.last(), Some(&token.as_str()), "{service}");
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        assert_eq!(canonical.contains(&token), signed, "{service}");
        let tokenless = Signer::new(credentials(), "us-east-1", service);
        let plain = tokenless.presign(&request, hour(), at()).unwrap();
        assert_eq!(plain.signature() == url.signature(), !signed, "{service}");
    }
}

/// A name that is not encoded as it stands is signed encoded.
#[test]
fn a_token_parameter_can_have_any_name() {
    for name in ["x:token", "a b", "a+b", "X-Amz-T%6Fken", "Own-Token"] {
        let profile = Profile {
            session_token_parameter: name,
            ..Profile::DEFAULT
        };
        let credentials = credentials().with_session_token("token");
        let signer = Signer::new(credentials, "us-east-1", "execute-api").with_profile(profile);
        let headers = [HOST];
        let request = get("/?a=1", &headers);
        let url = signer.presign(&request, hour(), at()).unwrap();
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let unsigned = url.target().split("&X-Amz-Signature=").next().unwrap();
        let arrived = Request {
            target: unsigned,
            ..request
        };
        let canonical = CanonicalRequest::new(&arrived, &profile).unwrap();
        assert_eq!(stages.canonical_request, canonical.to_bytes(), "{name}");
    }
}

/// Where a token is appended after signing, it proves nothing: the caller has to check it.
#[test]
fn an_appended_token_is_handed_back_unproven() {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0");
    let signer = Signer::new(credentials, "us-east-1", "iotdevicegateway");
    let mut url = Arrived::new("iotdevicegateway", "GET", "/mqtt").presigned(&signer);
    let token = |arrived: &Arrived| {
        let policy = arrived.policy();
        arrived.outcome_with(&policy, Payload::EMPTY, |verified| {
            verified.session_token.as_deref().map(String::from)
        })
    };
    assert_eq!(token(&url), Ok(Some("T0".to_owned())));
    url.target = url.target.replace("Token=T0", "Token=T1");
    assert_eq!(token(&url), Ok(Some("T1".to_owned())));
    url.target = url.target.replace("&X-Amz-Security-Token=T1", "");
    assert_eq!(token(&url), Ok(None));

    let profile = Profile {
        header_session_token: SessionToken::AppendedAfterSigning,
        ..Profile::DEFAULT
    };
    let mut arrived =
        Arrived::new("iotdevicegateway", "GET", "/").signed(&signer.with_profile(profile));
    let strict = Err(Error::AmzHeaderNotSigned { index: 3 });
    assert_eq!(arrived.outcome(&arrived.policy()), strict);
    let mut policy = arrived.policy();
    policy.profile = profile;
    assert_eq!(arrived.outcome(&policy), Ok(()));
    arrived.headers.last_mut().unwrap().1 = b"T1".to_vec();
    assert_eq!(arrived.outcome(&policy), Ok(()));
}

/// A service may have names of its own for it: the rules are the same.
#[test]
fn a_token_under_another_name_is_signed_and_there_once() {
    let profile = Profile {
        session_token_header: "x-store-token",
        ..Profile::DEFAULT
    };
    let signer = Signer::new(
        Credentials::new(ACCESS_KEY_ID, SECRET),
        "us-east-1",
        "store",
    );
    let mut arrived = Arrived::new("store", "GET", "/").signed(&signer.with_profile(profile));
    arrived
        .headers
        .push(("x-store-token".into(), b"EVIL".to_vec()));
    let mut policy = arrived.policy();
    policy.profile = profile;
    let index = arrived.headers.len() - 1;
    assert_eq!(
        arrived.outcome(&policy),
        Err(Error::AmzHeaderNotSigned { index })
    );
    policy.unsigned_headers = &["x-store-token"];
    assert_eq!(arrived.outcome(&policy), Ok(()));

    let profile = Profile {
        session_token_parameter: "token",
        presigned_session_token: SessionToken::AppendedAfterSigning,
        ..Profile::DEFAULT
    };
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("GOOD");
    let signer = Signer::new(credentials, "us-east-1", "store").with_profile(profile);
    let mut url = Arrived::new("store", "GET", "/").presigned(&signer);
    let mut policy = url.policy();
    policy.profile = profile;
    assert_eq!(url.outcome(&policy), Ok(()));
    url.target = url.target.replacen('?', "?token=EVIL&", 1);
    let refused = url.outcome(&policy);
    let repeated = matches!(refused, Err(Error::RepeatedSigningParameter { .. }));
    assert!(repeated, "{refused:?}");
}
