//! Base64, read strictly: one text for the same bytes, and no other.

use alloc::vec::Vec;

/// Which of the two alphabets of RFC 4648.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base64 {
    /// With `+` and `/`, and padding (4).
    #[cfg_attr(
        not(any(feature = "client", feature = "post-policy")),
        allow(dead_code)
    )]
    Standard,
    /// With `-` and `_`, without padding (5; RFC 7515, 2).
    Url,
}

/// The bytes that a text stands for; of one that stands for none the place of the first byte that
/// is wrong. Neither line breaks nor missing padding are overlooked, nor bits that are set behind
/// the last byte (RFC 4648, 3): two texts of one token would be two tokens to who keeps them.
pub(crate) fn decode_base64(text: &str, kind: Base64) -> Result<Vec<u8>, usize> {
    let digits = match kind {
        Base64::Standard => text.trim_end_matches('='),
        Base64::Url => text,
    };
    let padding = text.len().saturating_sub(digits.len());
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(4).saturating_mul(3));
    for (group, four) in digits.as_bytes().chunks(4).enumerate() {
        let start = group.saturating_mul(4);
        let mut word = 0_u32;
        for (place, digit) in four.iter().enumerate() {
            let value = value_of(*digit, kind).ok_or(start.saturating_add(place))?;
            word = (word << 6) | u32::from(value);
        }
        // What is left of the last byte has to be zero.
        let last = start.saturating_add(four.len()).saturating_sub(1);
        let (word, rest) = match four.len() {
            4 => (word << 8, 0),
            3 => (word << 14, word & 3),
            2 => (word << 20, word & 15),
            _ => (0, 1),
        };
        if rest != 0 {
            return Err(last);
        }
        let whole = four.len().saturating_sub(1);
        bytes.extend(word.to_be_bytes().into_iter().take(whole));
    }
    let wanted = match kind {
        Base64::Standard => digits
            .len()
            .next_multiple_of(4)
            .saturating_sub(digits.len()),
        Base64::Url => 0,
    };
    if padding == wanted {
        Ok(bytes)
    } else {
        Err(digits.len().saturating_add(padding.min(wanted)))
    }
}

fn value_of(digit: u8, kind: Base64) -> Option<u8> {
    let (before, value) = match (digit, kind) {
        (b'A'..=b'Z', _) => (b'A', 0),
        (b'a'..=b'z', _) => (b'a', 26),
        (b'0'..=b'9', _) => (b'0', 52),
        (b'+', Base64::Standard) | (b'-', Base64::Url) => (digit, 62),
        (b'/', Base64::Standard) | (b'_', Base64::Url) => (digit, 63),
        _ => return None,
    };
    Some(digit.wrapping_sub(before).wrapping_add(value))
}

#[cfg(test)]
mod tests {
    use super::{Base64, decode_base64};
    use alloc::vec::Vec;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    /// RFC 4648, 10, and what is none.
    #[test]
    fn texts() {
        for (text, read) in [
            ("", Ok("")),
            ("Zg==", Ok("f")),
            ("Zm8=", Ok("fo")),
            ("Zm9v", Ok("foo")),
            ("Zm9vYg==", Ok("foob")),
            ("Zg", Err(2)),
            ("Zg=", Err(3)),
            ("Zg===", Err(4)),
            ("Zh==", Err(1)),
            ("Zm9=", Err(2)),
            ("Zm9v\n", Err(4)),
            ("Zm9v=", Err(4)),
            ("Z", Err(0)),
            ("Zm-v", Err(2)),
            ("=", Err(0)),
            ("Zg==Zg==", Err(2)),
            ("Zm9\u{fc}", Err(3)),
        ] {
            let read = read.map(|read| Vec::from(read.as_bytes()));
            assert_eq!(decode_base64(text, Base64::Standard), read, "{text}");
        }
        for (text, read) in [
            ("A-z_4ME", Ok([3, 236, 255, 224, 193].as_slice())),
            ("A-z_4ME=", Err(7)),
            ("A+z_4ME", Err(1)),
            ("A-z_4MF", Err(6)),
            ("A-z_4", Err(4)),
        ] {
            assert_eq!(
                decode_base64(text, Base64::Url),
                read.map(Vec::from),
                "{text}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// As a well-kept library reads it.
        #[test]
        fn as_base64_reads_it(bytes: Vec<u8>, text in "[A-Za-z0-9+/=_-]{0,9}") {
            let texts = [STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes), text];
            for text in &texts {
                let standard = decode_base64(text, Base64::Standard);
                prop_assert_eq!(standard.ok(), STANDARD.decode(text).ok());
                let url = decode_base64(text, Base64::Url);
                prop_assert_eq!(url.ok(), URL_SAFE_NO_PAD.decode(text).ok());
            }
        }
    }
}
