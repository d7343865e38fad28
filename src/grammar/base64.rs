//! Base64, written.

use alloc::string::String;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS_OF_URLS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// With padding (RFC 4648, 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    written(bytes, DIGITS, true)
}

/// Without padding, in the alphabet of URLs (RFC 4648, 5): as JOSE has it (RFC 7515, 2).
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    written(bytes, DIGITS_OF_URLS, false)
}

/// In one piece of memory, as it can be a secret.
fn written(bytes: &[u8], digits: &[u8; 64], padded: bool) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let mut word = [0; 4];
        // In the upper three of four bytes.
        for (slot, byte) in word.iter_mut().zip(group) {
            *slot = *byte;
        }
        let word = u32::from_be_bytes(word);
        for (place, shift) in [26_u32, 20, 14, 8].into_iter().enumerate() {
            if place <= group.len() {
                let digit = digits.get((word >> shift) as usize & 63);
                text.push(char::from(digit.copied().unwrap_or(b'=')));
            } else if padded {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, base64_url};

    /// RFC 4648, 10, and every digit.
    #[test]
    fn vectors() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        let all = [
            0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b, 0x30, 0xd3, 0x8f, 0x41, 0x14,
            0x93, 0x51, 0x55, 0x97, 0x61, 0x96, 0x9b, 0x71, 0xd7, 0x9f, 0x82, 0x18, 0xa3, 0x92,
            0x59, 0xa7, 0xa2, 0x9a, 0xab, 0xb2, 0xdb, 0xaf, 0xc3, 0x1c, 0xb3, 0xd3, 0x5d, 0xb7,
            0xe3, 0x9e, 0xbb, 0xf3, 0xdf, 0xbf,
        ];
        assert_eq!(base64(&all).as_bytes(), super::DIGITS);
    }

    /// RFC 7515, appendix C.
    #[test]
    fn of_urls() {
        assert_eq!(base64_url(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(base64_url(&[255; 4]), "_____w");
        assert_eq!(base64_url(&[251]), "-w");
        assert_eq!(base64_url(b""), "");
    }
}
