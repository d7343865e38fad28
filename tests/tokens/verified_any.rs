//! Whatever is made here is taken here: any name, any session token.

use crate::verified::{SECRET, is_proved};
use crate::verified_made::REGIONS;
use proptest::prelude::*;
use sigv4::tokens::{Eks, EksVerifier, Maker, TokenError};
use sigv4::{Credentials, Timestamp};

fn region() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&REGIONS[..])
}

fn credentials(session_token: &str) -> Credentials {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET);
    match session_token {
        "" => credentials,
        token => credentials.with_session_token(token),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// Of a session token that is too long for a cluster no token is made, and of no other.
    #[test]
    fn tokens_of_eks(
        cluster in "[!-~]{1,253}",
        region in region(),
        session_token in prop_oneof!["[A-Za-z0-9+/=]{0,400}", "[A-Za-z0-9]{2000,3000}", "[+/=]{700,1000}"],
        age in 0_i64..=900,
    ) {
        let credentials = credentials(&session_token);
        let at = Timestamp::parse("20240102T030405Z").unwrap();
        let made = Eks { cluster: &cluster, region }.token(&Maker::new(&credentials, at));
        let escapes = session_token.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count();
        let length = session_token.len() + 2 * escapes;
        let token = match made {
            Ok(token) => token,
            Err(error) => {
                let is_long = matches!(error, TokenError::TokenTooLong { length: 4_097.., limit: 4_096 });
                prop_assert!(is_long && length > 2_500, "{}: {}", length, error);
                return Ok(());
            }
        };
        prop_assert!(length < 2_800, "{}", length);
        let verifier = EksVerifier::new(&cluster, region).unwrap();
        let now = Timestamp::from_unix(at.unix() + age).unwrap();
        let replay = verifier.check(token.as_str(), now);
        prop_assert!(replay.is_ok(), "{:?}", replay);
        let replay = replay.unwrap();
        prop_assert_eq!((replay.region(), replay.at()), (region, at));
        prop_assert_eq!(is_proved(&replay), Ok(()));
        // Only for clusters of this name.
        let name = format!("{cluster}x");
        let other = EksVerifier::new(&name, region).unwrap();
        prop_assert!(is_proved(&other.check(token.as_str(), now).unwrap()).is_err());
    }

    /// In the envelope of Vault's login, too.
    #[cfg(any(feature = "client", feature = "post-policy"))]
    #[test]
    fn logins(
        region in region(),
        server_id in "[!-~]{1,300}",
        session_token in prop_oneof!["[A-Za-z0-9+/=]{0,400}", "[A-Za-z0-9+/=]{2000,3000}"],
    ) {
        use crate::verified_identity::Envelope;
        use sigv4::tokens::{StsIdentity, StsIdentityError, StsIdentityVerifier};
        let credentials = credentials(&session_token);
        let at = Timestamp::parse("20240102T030405Z").unwrap();
        let identity = StsIdentity::new(region).with_server_id(&server_id);
        let request = identity.request(&Maker::new(&credentials, at)).unwrap();
        let envelope: Envelope = serde_json::from_str(&request.to_vault_json()).unwrap();
        let host = request.url().trim_start_matches("https://").trim_end_matches('/');
        let endpoints = [host];
        let verifier = StsIdentityVerifier::new(&endpoints, &server_id);
        let replay = verifier.check_envelope(&envelope.as_ref(), at);
        prop_assert!(replay.is_ok(), "{:?}", replay);
        let replay = replay.unwrap();
        prop_assert_eq!((replay.region(), replay.at()), (region, at));
        prop_assert_eq!(is_proved(&replay), Ok(()));
        let other = StsIdentityVerifier::new(&endpoints, "another.example.com");
        let refused = other.check_envelope(&envelope.as_ref(), at).map(|_| ());
        prop_assert_eq!(refused, Err(StsIdentityError::WrongServerId));
    }
}
