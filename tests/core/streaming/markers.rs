//! The markers of `x-amz-content-sha256`: who signs them, who accepts them.

use crate::support::example::{SECRET, at, credentials};
use sigv4::{
    Algorithm, Claim, Error, Header, Payload, Policy, Profile, Request, Signer, Streaming,
    UnsignedPayload, Verified,
};
use std::time::Duration;

const KINDS: [Streaming; 4] = [
    Streaming::Signed,
    Streaming::SignedTrailer,
    Streaming::UnsignedTrailer,
    Streaming::Events,
];

const HEADERS: [Header<'static>; 4] = [
    ("host", b"example.com"),
    ("content-encoding", b"gzip, aws-chunked"),
    ("x-amz-decoded-content-length", b"5"),
    ("x-amz-trailer", b"x-amz-checksum-crc32"),
];

/// With what this kind of body needs.
fn headers(streaming: Streaming) -> &'static [Header<'static>] {
    match streaming {
        Streaming::Signed => &HEADERS[..3],
        Streaming::Events => &HEADERS[..1],
        _ => &HEADERS,
    }
}

fn request<'a>(headers: &'a [Header<'a>], payload: Payload<'a>) -> Request<'a> {
    Request {
        method: "PUT",
        target: "/a",
        headers,
        payload,
    }
}

fn signer(service: &str) -> Signer {
    Signer::new(credentials(), "us-east-1", service)
}

#[test]
fn each_marker_says_what_it_is() {
    let markers: Vec<_> = KINDS
        .map(|kind| kind.marker(Algorithm::SigV4).unwrap())
        .into();
    let expected = [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    ];
    assert_eq!(markers, expected);
    for (kind, marker) in KINDS.into_iter().zip(expected) {
        let algorithm = kind.is_signed().then_some(Algorithm::SigV4);
        assert_eq!(Streaming::parse(marker), Some((kind, algorithm)));
        assert_eq!(Streaming::parse(&marker.to_lowercase()), None);
    }
    let what = KINDS.map(|kind| (kind.is_chunked(), kind.is_signed(), kind.has_trailer()));
    assert_eq!(
        what,
        [
            (true, true, false),
            (true, true, true),
            (true, false, true),
            (false, true, false)
        ]
    );
}

#[cfg(feature = "v4a")]
#[test]
fn each_marker_of_sigv4a_says_what_it_is() {
    let markers: Vec<_> = KINDS.map(|kind| kind.marker(Algorithm::SigV4a)).into();
    let expected = [
        Some("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"),
        Some("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"),
        Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        None,
    ];
    assert_eq!(markers, expected);
    for (kind, marker) in KINDS.into_iter().zip(expected.into_iter().flatten()) {
        let algorithm = kind.is_signed().then_some(Algorithm::SigV4a);
        assert_eq!(Streaming::parse(marker), Some((kind, algorithm)));
    }
}

/// Chunks to S3, events elsewhere, neither where payloads are never signed.
#[test]
fn a_service_takes_what_its_profile_says() {
    for (service, takes) in [
        ("s3", [true, true, true, false]),
        ("s3express", [true, true, true, false]),
        ("transcribe", [false, false, false, true]),
        ("vpc-lattice-svcs", [false; 4]),
    ] {
        for (kind, takes) in KINDS.into_iter().zip(takes) {
            let request = request(headers(kind), Payload::Streaming(kind));
            let signer = signer(service);
            let signed = signer.sign(&request, at());
            let marker = signed.map(|signed| {
                let mut headers = signed
                    .headers()
                    .map(|(name, value)| (name, value.to_owned()));
                headers
                    .find(|(name, _)| *name == "x-amz-content-sha256")
                    .unwrap()
                    .1
            });
            let expected = match takes {
                true => Ok(kind.marker(Algorithm::SigV4).unwrap().to_owned()),
                false => Err(Error::StreamingPayloadRefused),
            };
            assert_eq!(marker, expected, "{service} {kind:?}");
            // AWS describes it for the header form alone.
            let presigned = signer.presign(&request, Duration::from_secs(60), at());
            assert_eq!(presigned.unwrap_err(), Error::StreamingPayloadRefused);
        }
    }
}

/// Chunks without signatures are an unsigned payload, and the others are none.
#[test]
fn what_a_profile_says_of_unsigned_payloads_counts() {
    for (unsigned_payload, takes) in [
        (UnsignedPayload::Refused, [true, true, false]),
        (UnsignedPayload::Allowed, [true, true, true]),
        (UnsignedPayload::Required, [false, false, true]),
    ] {
        let profile = Profile {
            unsigned_payload,
            ..Profile::S3
        };
        for (kind, takes) in KINDS.into_iter().zip(takes) {
            let unsigned = request(headers(kind), Payload::Streaming(kind));
            let strict = signer("s3").with_profile(profile);
            let refused = strict.sign(&unsigned, at()).map(|_| ()).err();
            let expected = (!takes).then_some(Error::StreamingPayloadRefused);
            assert_eq!(refused, expected, "{unsigned_payload:?} {kind:?}");
            let mut policy = Policy::new(&["us-east-1"], "s3");
            (policy.streaming, policy.profile) = (true, profile);
            verified(
                (&signer("s3"), kind),
                &policy,
                Payload::Unsigned,
                |outcome| {
                    assert_eq!(outcome.map(|_| ()).err(), expected, "{kind:?}");
                },
            );
        }
    }
}

/// Signs as `signer` does, and hands on what one who verifies says.
fn verified<T>(
    (signer, streaming): (&Signer, Streaming),
    policy: &Policy<'_>,
    given: Payload<'_>,
    outcome: impl FnOnce(Result<Verified<'_>, Error>) -> T,
) -> T {
    let unsigned = request(headers(streaming), Payload::Streaming(streaming));
    let signed = signer.sign(&unsigned, at()).unwrap();
    let mut headers = unsigned.headers.to_vec();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let request = request(&headers, given);
    let claim = Claim::from_request(&request).unwrap();
    let key = claim.signing_key(SECRET);
    outcome(claim.verify(&key, &request, policy, at()))
}

#[test]
fn one_who_verifies_accepts_streams_only_if_told() {
    let regions = ["us-east-1"];
    for (service, kind) in KINDS.map(|kind| (if kind.is_chunked() { "s3" } else { "lex" }, kind)) {
        let mut policy = Policy::new(&regions, service);
        let signer = signer(service);
        for given in [Payload::Unsigned, Payload::EMPTY, Payload::Streaming(kind)] {
            policy.streaming = false;
            verified((&signer, kind), &policy, given, |outcome| {
                assert_eq!(outcome.unwrap_err(), Error::UnsupportedContentSha256);
            });
            policy.streaming = true;
            verified((&signer, kind), &policy, given, |outcome| {
                let verified = outcome.unwrap();
                assert_eq!(verified.streaming, Some(kind));
                assert_eq!(verified.payload_sha256, None);
                let body = verified.chunked_body;
                assert_eq!(
                    body.map(|body| body.payload),
                    Some(kind).filter(|kind| kind.is_chunked())
                );
                let key = claim_key();
                assert_eq!(verified.chunk_decoder(&key).is_some(), kind.is_chunked());
            });
        }
        // What the service does not take.
        policy.profile = Profile::VPC_LATTICE;
        verified((&signer, kind), &policy, Payload::Unsigned, |outcome| {
            assert_eq!(outcome.unwrap_err(), Error::StreamingPayloadRefused);
        });
    }
}

fn claim_key() -> sigv4::SigningKey {
    let at = at();
    let scope = sigv4::Scope::new(&at, "us-east-1", "s3").unwrap();
    sigv4::SigningKey::derive(SECRET, &scope)
}

/// A marker of the other algorithm would make chunks of a kind that was not signed.
#[cfg(feature = "v4a")]
#[test]
fn the_marker_is_of_the_algorithm_of_the_request() {
    let regions = ["us-east-1"];
    let mut policy = Policy::new(&regions, "s3");
    policy.streaming = true;
    policy.both_algorithms = true;
    let sigv4a = signer("s3").with_profile(Profile::S3.with_sigv4a());
    for kind in &KINDS[..3] {
        verified((&sigv4a, *kind), &policy, Payload::Unsigned, |outcome| {
            assert_eq!(outcome.unwrap().streaming, Some(*kind));
        });
    }
    let other = [
        HEADERS[0],
        HEADERS[2],
        (
            "x-amz-content-sha256",
            b"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD".as_slice(),
        ),
    ];
    let profile = Profile {
        payload_hash_header: false,
        ..Profile::S3
    };
    let signer = signer("s3").with_profile(profile);
    let mut headers = other.to_vec();
    let request = request(&other[..2], Payload::EMPTY);
    let signed = signer.sign(&request, at()).unwrap();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let request = Request {
        headers: &headers,
        ..request
    };
    let claim = Claim::from_request(&request).unwrap();
    policy.amz_headers_signed = false;
    let error = claim.verify(&claim.signing_key(SECRET), &request, &policy, at());
    assert_eq!(error.unwrap_err(), Error::StreamingPayloadRefused);
}
