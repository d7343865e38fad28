//! The payload: hashed, unsigned, or known later.

use crate::arrived::{Arrived, HASH};
use crate::steps::{parameters, refused};
use crate::support::example::{EMPTY_SHA256, HOST, at, get, hour, signer};
use sigv4::{Error, Hasher, Payload, Profile, Request, UnsignedPayload};

#[test]
fn unsigned_payloads_are_refused_allowed_or_required() {
    let headers = [HOST];
    let unsigned = Request {
        payload: Payload::Unsigned,
        ..get("/", &headers)
    };
    for service in ["execute-api", "lambda", "iotdevicegateway"] {
        let error = refused(&signer(service), &unsigned);
        assert_eq!(error, Error::UnsignedPayloadRefused, "{service}");
        assert_eq!(
            error.to_string(),
            "this service does not accept UNSIGNED-PAYLOAD"
        );
    }
    let body = Request {
        payload: Payload::Bytes(b"body"),
        ..unsigned
    };
    let sent = |service: &str, request: &Request<'_>| {
        let signer = signer(service);
        let signed = signer.sign(request, at()).unwrap();
        let mut headers = signed
            .headers()
            .map(|(name, value)| (name, value.to_owned()));
        headers
            .find(|(name, _)| *name == "x-amz-content-sha256")
            .map(|(_, value)| value)
    };
    let hash = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    assert_eq!(sent("execute-api", &body), None);
    assert_eq!(sent("s3", &body).as_deref(), Some(hash));
    assert_eq!(sent("s3", &unsigned).as_deref(), Some("UNSIGNED-PAYLOAD"));
    assert_eq!(
        sent("vpc-lattice-svcs", &body).as_deref(),
        Some("UNSIGNED-PAYLOAD")
    );
    assert_eq!(
        sent("vpc-lattice-svcs", &unsigned).as_deref(),
        Some("UNSIGNED-PAYLOAD")
    );
}

#[test]
fn s3_presigns_without_the_body_unless_its_hash_is_given() {
    let headers = [HOST];
    let last = |service: &str, payload: Payload<'_>| {
        let signer = signer(service);
        let request = Request {
            payload,
            ..get("/key", &headers)
        };
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        let line = canonical.rsplit('\n').next().unwrap().to_owned();
        let url = signer.presign(&request, hour(), at()).unwrap();
        let sent = parameters(url.target())
            .iter()
            .find_map(|parameter| parameter.strip_prefix("X-Amz-Content-Sha256="))
            .map(String::from);
        assert_eq!(sent.is_some(), canonical.contains("X-Amz-Content-Sha256"));
        (line, sent)
    };
    let unsigned = ("UNSIGNED-PAYLOAD".to_owned(), None);
    let hash = "07".repeat(32);
    for service in ["s3", "s3express", "s3-outposts"] {
        for payload in [Payload::EMPTY, Payload::Bytes(b"body"), Payload::Unsigned] {
            assert_eq!(last(service, payload), unsigned, "{service}");
        }
        let given = last(service, Payload::Sha256([7; 32]));
        assert_eq!(given, (hash.clone(), Some(hash.clone())), "{service}");
    }
    for payload in [Payload::EMPTY, Payload::Sha256([7; 32]), Payload::Unsigned] {
        assert_eq!(last("vpc-lattice-svcs", payload), unsigned);
    }
    assert_eq!(last("lambda", Payload::Sha256([7; 32])), (hash, None));
    assert_eq!(
        last("lambda", Payload::EMPTY),
        (EMPTY_SHA256.to_owned(), None)
    );
}

/// However a text is cut into pieces, its hash is the same.
#[test]
fn a_hash_has_no_pieces() {
    let text: Vec<u8> = (0..=255).cycle().take(1_600).collect();
    let whole = Hasher::default();
    let hash = |pieces: &[&[u8]]| {
        let mut hasher = whole.clone();
        pieces.iter().for_each(|piece| hasher.put(piece));
        hasher.finish()
    };
    let expected = hash(&[&text]);
    for size in [1, 63, 64, 256, 511, 512, 513, 1_024] {
        let pieces: Vec<_> = text.chunks(size).collect();
        assert_eq!(hash(&pieces), expected, "{size}");
    }
    assert_eq!(hex::encode(hash(&[])), EMPTY_SHA256);
}

/// The body comes later: the stated hash is handed back, to be compared with it.
#[test]
fn a_streamed_body_is_checked_by_its_hash() {
    let body = b"a stream";
    let hash: [u8; 32] = (0..32)
        .map(|at| {
            u8::from_str_radix(&crate::reference::sha256(body)[2 * at..2 * at + 2], 16).unwrap()
        })
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let proven = |arrived: &Arrived, payload: Payload<'_>| {
        arrived.outcome_with(&arrived.policy(), payload, |verified| {
            verified.payload_sha256
        })
    };
    for service in ["s3", "execute-api"] {
        let base =
            Arrived::new(service, "PUT", "/key").header(HASH, crate::reference::sha256(body));
        let arrived = base.signed_for(&signer(service), Payload::Bytes(body));
        assert_eq!(
            proven(&arrived, Payload::Unsigned),
            Ok(Some(hash)),
            "{service}"
        );
        assert_eq!(proven(&arrived, Payload::Bytes(body)), Ok(Some(hash)));
        assert_eq!(proven(&arrived, Payload::Sha256(hash)), Ok(Some(hash)));
        let differs = Err(Error::PayloadDiffers);
        assert_eq!(proven(&arrived, Payload::Bytes(b"another")), differs);
        assert_eq!(proven(&arrived, Payload::Sha256([0; 32])), differs);
        // A stated hash that was changed is handed back to nobody.
        let mut changed = arrived.clone();
        changed.headers[1].1 = crate::reference::sha256(b"another").into();
        assert_eq!(
            proven(&changed, Payload::Unsigned),
            Err(Error::SignatureMismatch)
        );
    }
    // In a URL the hash is a parameter.
    let mut url = Arrived::new("s3", "PUT", "/key");
    url.target = url.with(Payload::Sha256(hash), |request| {
        let url = signer("s3").presign(request, hour(), at()).unwrap();
        url.target().to_owned()
    });
    assert_eq!(proven(&url, Payload::Bytes(body)), Ok(Some(hash)));
    let differs = Err(Error::PayloadDiffers);
    assert_eq!(proven(&url, Payload::Bytes(b"another")), differs);
    // Nothing stated, nothing to compare with.
    let arrived = Arrived::new("execute-api", "PUT", "/key").signed(&signer("execute-api"));
    assert_eq!(
        proven(&arrived, Payload::Unsigned),
        Err(Error::PayloadUnknown)
    );
    // Not covered at all.
    let base = Arrived::new("s3", "PUT", "/key");
    let unsigned = base.signed_for(&signer("s3"), Payload::Unsigned);
    let url = base.clone().presigned(&signer("s3"));
    let base = Arrived::new("vpc-lattice-svcs", "PUT", "/key");
    let lattice = base.signed_for(&signer("vpc-lattice-svcs"), Payload::Bytes(b"x"));
    for arrived in [unsigned, url, lattice] {
        for payload in [
            Payload::Unsigned,
            Payload::Bytes(b"anything"),
            Payload::Sha256([1; 32]),
        ] {
            assert_eq!(proven(&arrived, payload), Ok(None));
        }
    }
}

/// Rules of one's own: the payload is none of the signature's business, and nothing says so.
#[test]
fn a_service_that_signs_no_payload_need_not_be_told() {
    let profile = Profile {
        unsigned_payload: UnsignedPayload::Required,
        ..Profile::DEFAULT
    };
    let own = signer("own").with_profile(profile);
    let arrived = Arrived::new("own", "PUT", "/key").signed_for(&own, Payload::Bytes(b"x"));
    assert!(arrived.headers.iter().all(|(name, _)| name != HASH));
    let mut policy = arrived.policy();
    policy.profile = profile;
    let proven =
        |payload| arrived.outcome_with(&policy, payload, |verified| verified.payload_sha256);
    assert_eq!(proven(Payload::Bytes(b"anything")), Ok(None));
    assert_eq!(proven(Payload::Unsigned), Ok(None));
}
