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
                assert_ne!(
                    replay.url().to_string(),
                    asked.url().to_string(),
                    "byte {at} is {byte}"
                );
                if is_proved(&replay).is_ok() {
                    // The digits of an escape, which signatures do not tell apart (`%2F`, `%2f`).
                    let [now, before] =
                        [&replay, &asked].map(|of| of.url().to_string().to_ascii_lowercase());
                    assert_eq!(now, before, "byte {at} is {byte}");
                    assert_eq!(replay.access_key_id(), asked.access_key_id());
                }
            }
        }
    }
    // Those of the key's name, of signature and session token.
    assert!(taken > 200, "{taken}");
}

/// A token's URL, in pieces: up to the query, and its parameters.
const BEFORE: [&str; 3] = ["https://", "sts.us-west-2.amazonaws.com", "/"];
const PARAMETERS: [&str; 7] = [
    "Action=GetCallerIdentity",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    "X-Amz-Credential=A%2F20240102%2Fus-west-2%2Fsts%2Faws4_request",
    "X-Amz-Date=20240102T030405Z",
    "X-Amz-Expires=60",
    "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
    "X-Amz-Signature=0b97d323d1ecd3adc74b80cab665129dd59fc74626fd0afb30e0bb9734e1bcdd",
];
/// What else stands in URLs, or in those of others.
const OTHERS: [&str; 14] = [
    "sts.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    "example.com",
    "http://",
    "@",
    ":443",
    "?",
    "&",
    "#",
    ";",
    "%41ction=GetCallerIdentity",
    "action=GetCallerIdentity",
    "Action=AssumeRole",
    "Version=2011-06-15",
];

#[derive(Clone, Copy, Debug)]
enum Change {
    Drop,
    Double,
    Swap,
    Insert,
    Replace,
}

/// Whatever is sent, STS is asked and nobody else, for nothing but who calls.
#[test]
fn any_url() {
    use base64::Engine;
    use proptest::test_runner::TestRunner;
    let case = right("accept_awscli");
    let taken = std::cell::Cell::new(0);
    let change = prop_oneof![
        Just(Change::Drop),
        Just(Change::Double),
        Just(Change::Swap),
        Just(Change::Insert),
        Just(Change::Replace),
    ];
    let index = any::<prop::sample::Index>;
    let changes = proptest::collection::vec((change, index(), index()), 0..4);
    let mut runner = TestRunner::new(config(2_000));
    let outcome = runner.run(&changes, |changes| {
        let mut pieces = BEFORE.to_vec();
        for (place, parameter) in PARAMETERS.into_iter().enumerate() {
            pieces.extend([if place == 0 { "?" } else { "&" }, parameter]);
        }
        for (change, at, other) in changes {
            let [at, other_at] = [at, other].map(|place| place.index(pieces.len()));
            match change {
                Change::Drop => {
                    pieces.remove(at);
                }
                Change::Double => pieces.insert(at, pieces[at]),
                Change::Swap => pieces.swap(at, other_at),
                Change::Insert => pieces.insert(at, OTHERS[other.index(OTHERS.len())]),
                Change::Replace => pieces[at] = OTHERS[other.index(OTHERS.len())],
            }
        }
        let url = pieces.concat();
        let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&url);
        let Ok(replay) = case.check(&format!("k8s-aws-v1.{token}")) else {
            return Ok(());
        };
        if url != [&BEFORE.concat(), "?", &PARAMETERS.join("&")].concat() {
            taken.set(taken.get() + 1);
        }
        let read = hyper::Uri::try_from(replay.url().to_string()).unwrap();
        prop_assert_eq!(read.scheme_str(), Some("https"));
        prop_assert_eq!(read.authority().unwrap().as_str(), replay.host());
        let hosts =
            ["us-west-2.", "eu-west-1.", ""].map(|region| format!("sts.{region}amazonaws.com"));
        prop_assert!(hosts.iter().any(|host| host == replay.host()), "{}", url);
        prop_assert_eq!(read.path(), "/");
        let query = read.query().unwrap();
        prop_assert_eq!(query.matches("ction=").count(), 1);
        prop_assert!(query.contains("ction=GetCallerIdentity"));
        Ok(())
    });
    outcome.unwrap();
    // Parameters in another order, another of STS's hosts, a version.
    assert!(taken.get() > 50, "{}", taken.get());
}
