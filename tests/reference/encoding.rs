//! Bytes as text: percent-encoded, in hexadecimal, hashed.

use sha2::{Digest, Sha256};

/// `A-Z a-z 0-9 - _ . ~` and `also` as they are, every other byte as `%` and two digits.
pub fn encode(text: impl AsRef<[u8]>, also: &str) -> String {
    let one = |&byte: &u8| match char::from(byte) {
        keep if keep.is_ascii_alphanumeric() || "-_.~".contains(keep) => keep.to_string(),
        keep if also.contains(keep) => keep.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.as_ref().iter().map(one).collect()
}

/// `None` if a `%` is not followed by two hexadecimal digits.
pub fn decode(text: &str, plus_is_space: bool) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'%' => {
                let digit = |at| char::from(*tail.get::<usize>(at)?).to_digit(16);
                decoded.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
                rest = &tail[2..];
            }
            b'+' if plus_is_space => decoded.push(b' '),
            other => decoded.push(*other),
        }
    }
    Some(decoded)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
