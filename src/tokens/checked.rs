//! What is given for a token, checked before anything is signed.

use crate::endpoint::recognize;
use crate::tokens::error::{Input, TokenError};
use alloc::string::String;

/// The longest name of a host (RFC 1035, 2.3.4).
const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A name of a host, or an address of IPv4, in lower case, which is how names are compared; no
/// port, no dot at its end (RFC 1123, 2.1; `_` stands in names that people give).
pub(super) fn host(text: &str) -> Result<String, TokenError> {
    let input = Input::Host;
    length(input, text, LONGEST_HOST)?;
    bytes(input, text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
    })?;
    let mut position = 0_usize;
    for label in text.split('.') {
        if label.is_empty() || label.starts_with('-') {
            return Err(TokenError::Invalid { input, position });
        }
        if label.len() > LONGEST_LABEL {
            let position = position.saturating_add(LONGEST_LABEL);
            return Err(TokenError::Invalid { input, position });
        }
        position = position.saturating_add(label.len()).saturating_add(1);
    }
    Ok(text.to_ascii_lowercase())
}

/// A host whose name tells another region is not signed for: its service would refuse it.
pub(super) fn region_of(host: &str, region: &str) -> Result<(), TokenError> {
    match recognize(host).and_then(|known| known.region) {
        Some(told) if told != region && !region.is_empty() => Err(TokenError::RegionDiffers),
        _ => Ok(()),
    }
}

/// At least one byte, and not more than the service takes.
pub(super) fn length(input: Input, text: &str, limit: usize) -> Result<(), TokenError> {
    match text.len() {
        0 => Err(TokenError::Empty { input }),
        length if length > limit => Err(TokenError::TooLong {
            input,
            length,
            limit,
        }),
        _ => Ok(()),
    }
}

/// No bytes but these.
pub(super) fn bytes(
    input: Input,
    text: &str,
    allowed: impl Fn(u8) -> bool,
) -> Result<(), TokenError> {
    match text.bytes().position(|byte| !allowed(byte)) {
        Some(position) => Err(TokenError::Invalid { input, position }),
        None => Ok(()),
    }
}

/// The name of a user: any characters but controls, which no database has in one.
pub(super) fn user(text: &str, limit: usize) -> Result<(), TokenError> {
    let input = Input::User;
    length(input, text, limit)?;
    match text.char_indices().find(|(_, one)| one.is_control()) {
        Some((position, _)) => Err(TokenError::Invalid { input, position }),
        None => Ok(()),
    }
}

/// Of tokens that live as long as is asked for, in whole seconds.
pub(super) fn expires(seconds: u64, limit: u64) -> Result<(), TokenError> {
    if (1..=limit).contains(&seconds) {
        Ok(())
    } else {
        Err(TokenError::ExpiresOutOfRange { seconds, limit })
    }
}
