//! Identifiers and throw-away credentials, from the system's randomness.

use crate::request::credentials::Credentials;
use std::format;
use std::string::String;

/// The form of `x-amzn-RequestId`: a version 4 UUID (RFC 9562, 5.4).
pub(crate) fn request_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness the identifier is of no use, but the answer is still right.
    let _ = getrandom::getrandom(&mut bytes);
    let bits = u128::from_be_bytes(bytes);
    let bits = bits & !(0xf << 76) | (4 << 76); // version
    let bits = bits & !(3 << 62) | (2 << 62); // variant
    let (first, second, third) = (bits >> 96, bits >> 80 & 0xffff, bits >> 64 & 0xffff);
    let (fourth, last) = (bits >> 48 & 0xffff, bits & 0xffff_ffff_ffff);
    format!("{first:08x}-{second:04x}-{third:04x}-{fourth:04x}-{last:012x}")
}

/// Credentials in the form of AWS's that no account knows.
///
/// # Errors
/// Where the system gives no randomness.
pub fn throw_away_credentials() -> std::io::Result<Credentials> {
    Ok(Credentials::new(
        format!("AKIA{}", text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)?),
        text(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            40,
        )?,
    ))
}

/// The length of the alphabet divides 256, so every character is as likely as any other.
fn text(alphabet: &[u8], length: usize) -> std::io::Result<String> {
    let mut bytes = [0; 40];
    getrandom::getrandom(&mut bytes)?;
    let pick = |byte: u8| {
        let place = usize::from(byte).checked_rem(alphabet.len())?;
        alphabet.get(place).copied().map(char::from)
    };
    Ok(bytes.into_iter().take(length).filter_map(pick).collect())
}
