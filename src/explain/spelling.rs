//! Escapes and dot segments, undone and redone: what proxies and clients do to a target.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// Each `%` with two hexadecimal digits as the byte that it stands for.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if let (b'%', [high, low, after @ ..]) = (first, tail)
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            bytes.push((high << 4) | low);
            rest = after;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

/// All but unreserved characters and slashes escaped (RFC 3986, 2.3).
pub(super) fn encoded(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// A path without empty, `.` and `..` segments.
pub(super) fn resolved(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            ".." => {
                kept.pop();
            }
            "" | "." => {}
            _ => kept.push(segment),
        }
    }
    let mut plain = String::with_capacity(path.len());
    for segment in &kept {
        plain.push('/');
        plain.push_str(segment);
    }
    if kept.is_empty() || path.ends_with('/') {
        plain.push('/');
    }
    plain
}
