//! What is made here is taken here, and by who knows the key.

use crate::verified::{SECRET, is_proved};
use sigv4::tokens::{Eks, EksTokenError, EksVerifier, Maker, StsIdentity, StsIdentityVerifier};
use sigv4::{Credentials, Timestamp};

fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

fn later() -> Timestamp {
    Timestamp::parse("20240102T031905Z").unwrap()
}

/// Of one partition each.
pub const REGIONS: [&str; 8] = [
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
];

#[test]
fn tokens_of_eks() {
    let plain = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET);
    let temporary = Credentials::new("ASIAIOSFODNN7EXAMPLE", SECRET);
    let temporary = temporary.with_session_token("a+/=".repeat(100));
    for credentials in [plain, temporary] {
        for region in REGIONS {
            let cluster = "my-cluster";
            let token = Eks { cluster, region }
                .token(&Maker::new(&credentials, at()))
                .unwrap();
            for own in REGIONS {
                let verifier = EksVerifier::new(cluster, own).unwrap();
                let checked = verifier.check(token.as_str(), later());
                if own != region {
                    let error = checked.map(|_| ()).unwrap_err();
                    assert_eq!(error, EksTokenError::NotStsHost, "{region} in {own}");
                    continue;
                }
                let replay = checked.unwrap();
                assert_eq!(replay.access_key_id(), credentials.access_key_id());
                assert_eq!((replay.region(), replay.at()), (region, at()));
                assert_eq!(is_proved(&replay), Ok(()), "{region}");
            }
            let other = EksVerifier::new("other", region).unwrap();
            let replay = other.check(token.as_str(), later()).unwrap();
            assert!(is_proved(&replay).is_err(), "{region}");
        }
    }
}

#[test]
fn calls_of_get_caller_identity() {
    let credentials = Credentials::new("ASIAIOSFODNN7EXAMPLE", SECRET).with_session_token("a+/=");
    let maker = Maker::new(&credentials, at());
    for region in REGIONS {
        let identity = StsIdentity::new(region).with_server_id("vault.example.com");
        let request = identity.request(&maker).unwrap();
        let host = request
            .url()
            .strip_prefix("https://")
            .unwrap()
            .trim_end_matches('/');
        let endpoints = [host];
        let mut verifier = StsIdentityVerifier::new(&endpoints, "vault.example.com");
        let headers: Vec<_> = request.headers().collect();
        let check = |verifier: &StsIdentityVerifier<'_>| {
            let (method, body) = (request.method(), request.body().as_bytes());
            verifier.check(method, request.url(), body, &headers, later())
        };
        let replay = check(&verifier).unwrap();
        assert_eq!((replay.region(), replay.at()), (region, at()));
        assert_eq!(is_proved(&replay), Ok(()), "{region}");
        verifier.server_id = Some("other.example.com");
        assert!(check(&verifier).is_err(), "{region}");
    }
}
