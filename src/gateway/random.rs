//! Identifiers and throw-away credentials, from the system's randomness.

use crate::grammar::uuid::version_4;
use crate::request::credentials::Credentials;
use std::format;
use std::string::String;

/// The form of `x-amzn-RequestId`: a UUID.
pub(crate) fn request_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness the identifier is of no use, but the answer is still right.
    let _ = getrandom::getrandom(&mut bytes);
    version_4(bytes)
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
