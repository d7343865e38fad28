//! One byte of a token changed: refused by the verifier, or by STS, or the same call.

use crate::verified::{Eks, is_proved, read};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_240_102),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn right(wanted: &str) -> Eks {
    let mut cases = read::<Eks>("eks").into_iter();
    cases.find(|(name, _)| name == wanted).unwrap().1
}

/// And no two tokens are the same URL.
#[test]
fn each_byte_of_a_token() {
    let case = right("accept_awscli-session");
    let asked = case.check(&case.token).unwrap();
    assert!(is_proved(&asked).is_ok());
    let mut taken = 0;
    for at in 0..case.token.len() {
        for byte in (at % 9..128).step_by(9).map(|byte| byte as u8) {
            let mut token = case.token.clone().into_bytes();
            if token[at] == byte {
                continue;
            }
            token[at] = byte;
            let token = String::from_utf8(token).unwrap();
            if let Ok(replay) = case.check(&token) {
                taken += 1;
                assert_ne!(*replay.url(), *asked.url(), "byte {at} is {byte}");
                if is_proved(&replay).is_ok() {
                    // The digits of an escape, which signatures do not tell apart (`%2F`, `%2f`).
                    let [now, before] = [&replay, &asked].map(|of| of.url().to_ascii_lowercase());
                    assert_eq!(now, before, "byte {at} is {byte}");
                    assert_eq!(replay.access_key_id(), asked.access_key_id());
                }
            }
        }
    }
    // Those of the key's name, of signature and session token.
    assert!(taken > 200, "{taken}");
}

proptest! {
    #![proptest_config(config(400))]

    /// Whatever is sent, STS is asked and nobody else, for nothing but who calls.
    #[test]
    fn any_url(parts in proptest::collection::vec(prop_oneof![
        Just("https://"), Just("sts.us-west-2.amazonaws.com"), Just("sts.amazonaws.com"), Just("/"),
        Just("?"), Just("&"), Just("#"), Just("@"), Just(":443"), Just("%41ction=GetCallerIdentity"),
        Just("Action=GetCallerIdentity"), Just("Action=AssumeRole"), Just("X-Amz-Date=20240102T030405Z"),
        Just("X-Amz-Expires=60"), Just("X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"),
        Just("X-Amz-Algorithm=AWS4-HMAC-SHA256"),
        Just("X-Amz-Credential=A%2F20240102%2Fus-west-2%2Fsts%2Faws4_request"),
        Just("X-Amz-Signature=0b97d323d1ecd3adc74b80cab665129dd59fc74626fd0afb30e0bb9734e1bcdd"),
    ], 0..24), shuffled in any::<bool>()) {
        use base64::Engine;
        let case = right("accept_awscli");
        let url = if shuffled { parts.concat() } else {
            let pieces: Vec<_> = parts.iter().filter(|part| part.contains('=')).copied().collect();
            format!("https://sts.us-west-2.amazonaws.com/?{}", pieces.join("&"))
        };
        let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&url);
        if let Ok(replay) = case.check(&format!("k8s-aws-v1.{token}")) {
            let read = hyper::Uri::try_from(replay.url().as_str()).unwrap();
            prop_assert_eq!(read.scheme_str(), Some("https"));
            prop_assert_eq!(read.authority().unwrap().as_str(), replay.host());
            prop_assert!(["sts.us-west-2.amazonaws.com", "sts.amazonaws.com"].contains(&replay.host()));
            prop_assert_eq!(read.path(), "/");
            let query = read.query().unwrap();
            prop_assert_eq!(query.matches("ction=").count(), 1);
            prop_assert!(query.contains("ction=GetCallerIdentity"));
        }
    }
}
