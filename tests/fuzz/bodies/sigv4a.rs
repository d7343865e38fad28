//! Signatures and region sets of Version 4A.

use super::example::{HOST, at, credentials, get};
use sigv4::{Claim, Policy, Profile, PublicKey, Request, Signature, Signer};

/// What is read is written as it was: of all encodings of two numbers, one is read.
pub fn ecdsa_signature(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = Signature::parse_sigv4a(&text);
    assert_eq!(read.is_some(), is_shortest_der(&text), "{text}");
    if let Some(signature) = read {
        assert_eq!(signature.to_string(), text);
    }
}

/// X.690, 8.1.3, 8.3 and 10.1, of numbers that P-256 has.
fn is_shortest_der(digits: &str) -> bool {
    let lower_case = digits
        .bytes()
        .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let Ok(der) = hex::decode(digits) else {
        return false;
    };
    let [0x30, length, numbers @ ..] = der.as_slice() else {
        return false;
    };
    let all = usize::from(*length) == numbers.len() && *length < 0x80;
    lower_case && all && number(numbers).and_then(number) == Some(&[])
}

/// What follows a number.
fn number(der: &[u8]) -> Option<&[u8]> {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let [2, length, rest @ ..] = der else {
        return None;
    };
    let (bytes, rest) = rest.split_at_checked(usize::from(*length))?;
    let magnitude = match bytes {
        [0, first, ..] if *first >= 0x80 => &bytes[1..],
        [first, ..] if (1..0x80).contains(first) => bytes,
        _ => return None,
    };
    let padding = vec![0; 32_usize.checked_sub(magnitude.len())?];
    let padded = [&padding, magnitude].concat();
    (padded.as_slice() < ORDER.as_slice()).then_some(rest)
}

/// What can be signed for is read as it is written, and holds in the regions that it names and
/// in no other.
pub fn region_set(data: &[u8]) {
    let set = String::from_utf8_lossy(data);
    let signer =
        Signer::new(credentials(), &*set, "service").with_profile(Profile::DEFAULT.with_sigv4a());
    let headers = [HOST];
    let unsigned = get("/", &headers);
    let Ok(signed) = signer.sign(&unsigned, at()) else {
        return;
    };
    let mut headers = headers.to_vec();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let request = Request {
        headers: &headers,
        ..unsigned
    };
    let claim = Claim::from_request(&request).unwrap();
    assert_eq!(claim.region_set(), Some(&*set));
    let keys = credentials();
    let key = PublicKey::derive(keys.access_key_id(), keys.secret_access_key()).unwrap();
    let holds = |region: &str| {
        let regions = [region];
        let mut policy = Policy::new(&regions, "service");
        policy.profile = policy.profile.with_sigv4a();
        claim
            .verify_with_public_key(&key, &request, &policy, at())
            .is_ok()
    };
    let everywhere = set.split(',').any(|element| element == "*");
    for element in set.split(',').take(4) {
        match element.strip_suffix('*') {
            Some(start) => assert!(holds(start) && holds(&[start, "x"].concat())),
            None => assert!(holds(element)),
        }
    }
    // No element can have a slash.
    assert_eq!(holds("/"), everywhere);
}
