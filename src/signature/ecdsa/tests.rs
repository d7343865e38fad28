//! Candidates for private keys that no secret is known for, and the grammar of DER.

use super::{KeyPair, Point, first_private_key, parse_der, private_key, write_der};
use crate::signature::public_key::PublicKey;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use serde::Deserialize;
use zeroize::Zeroizing;

const VECTORS: &str = include_str!("../../../test-vectors/sigv4a-keys.json");

#[derive(Deserialize)]
struct Keys {
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    candidate: String,
    private_key: Option<String>,
}

fn bytes(digits: &str) -> [u8; 32] {
    hex::decode(digits).unwrap().try_into().unwrap()
}

#[test]
fn a_candidate_up_to_the_order_less_2_gives_a_key() {
    let keys: Keys = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(keys.candidates.len(), 7);
    for row in keys.candidates {
        let private = private_key(&bytes(&row.candidate)).map(|private| hex::encode(*private));
        assert_eq!(private, row.private_key, "{}", row.candidate);
    }
}

#[test]
fn counters_go_from_1_to_254() {
    let tried = Cell::new(0_u8);
    let at = |last: u8| {
        move |counter: u8| {
            let bytes = if counter == last { [1; 32] } else { [0xff; 32] };
            Zeroizing::new(bytes)
        }
    };
    for last in [1, 2, 254] {
        assert!(first_private_key(at(last)).is_some(), "{last}");
    }
    for last in [0, 255] {
        assert!(first_private_key(at(last)).is_none(), "{last}");
    }
    let none = first_private_key(|counter| {
        assert_eq!(counter, tried.replace(counter) + 1);
        Zeroizing::new([0xff; 32])
    });
    assert!(none.is_none());
    assert_eq!(tried.get(), 254);
}

/// The order of P-256.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The same, less 1.
const LARGEST: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";

#[test]
fn what_is_read_is_written_again() {
    let largest = [LARGEST, LARGEST].map(|digits| ["022100", digits].concat());
    for digits in [
        "3006020101020101",
        "300702010102020080",
        "30080202008002020080",
        &["3046", &largest.concat()].concat(),
    ] {
        let signature = parse_der(digits).unwrap_or_else(|| panic!("{digits}"));
        let mut written = String::new();
        write_der(&signature, &mut |text| written.push_str(text));
        assert_eq!(written, digits);
    }
}

#[test]
fn any_other_form_is_refused() {
    let too_large = ["3026022100", ORDER, "020101"].concat();
    let too_large_s = ["3026020101022100", ORDER].concat();
    for (digits, why) in [
        ("", "nothing"),
        ("30", "no length"),
        ("3000", "no numbers"),
        ("3003020101", "one number"),
        ("30060201010201", "cut off"),
        ("300602010102010", "half a byte"),
        ("300602010102010100", "a byte behind it"),
        ("3009020101020101020101", "a third number"),
        ("3007020101020101", "too long a length"),
        ("3005020101020101", "too short a length"),
        ("30810602010102 0101", "a space"),
        ("308106020101020101", "a length of two bytes"),
        ("3080020101020101 0000", "no definite length"),
        ("3007028101010201 01", "a length of two bytes inside"),
        ("300702020001020101", "a padded number"),
        ("300702010102020001", "a padded second number"),
        ("3006020180020101", "a negative number"),
        ("3006020101020180", "a negative second number"),
        ("3006020100020101", "a zero"),
        ("3006020101020100", "a second zero"),
        ("30050200020101", "an empty number"),
        (&too_large, "the order"),
        (&too_large_s, "the order as second number"),
        ("3106020101020101", "a set"),
        ("3006030101020101", "a bit string"),
        ("300602010102010G", "no digit"),
        ("300602010A02010A", "capital letters"),
        ("300602010102\u{e4}1", "no ASCII"),
        (&"3006020101020101".repeat(10), "longer than any"),
    ] {
        assert!(parse_der(digits).is_none(), "{why}");
    }
}

#[test]
fn an_unknown_key_has_a_stand_in() {
    let mut one = [0; 32];
    one[31] = 1;
    let pair = KeyPair(p256::ecdsa::SigningKey::from_slice(&one).unwrap());
    assert!(Point::generator() == Some(pair.public()));
    assert_eq!(PublicKey::stand_in(), Some(PublicKey(pair.public())));
}
