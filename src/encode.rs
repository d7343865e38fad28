//! Percent-encoding, path normalisation, hex: the texts inside a canonical request.

use crate::error::Error;
use crate::profile::QueryPlus;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// Everything but `A-Z a-z 0-9 - _ . ~` (RFC 3986, 2.3): encoded in a query.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The same but `/`: encoded in a path.
pub(crate) const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// For each byte, whether it is one of `A-Z a-z 0-9 - _ . ~`.
const UNRESERVED: [bool; 256] = byte_table(b"-_.~");

/// For each byte, whether it may stand in an HTTP token (RFC 9110, 5.6.2).
pub(crate) const TOKEN: [bool; 256] = byte_table(b"!#$%&'*+-.^_`|~");

/// The same without capital letters.
pub(crate) const LOWER_CASE_TOKEN: [bool; 256] = without_capitals(TOKEN);

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
const fn without_capitals(mut table: [bool; 256]) -> [bool; 256] {
    let mut byte = b'A';
    while byte <= b'Z' {
        table[byte as usize] = false;
        byte += 1;
    }
    table
}

/// Letters, digits and these.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
pub(crate) const fn byte_table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
}

/// A table has an entry for every byte.
#[inline]
pub(crate) fn is_in(table: &[bool; 256], byte: u8) -> bool {
    table.get(usize::from(byte)).copied().unwrap_or(false)
}

#[inline]
pub(crate) fn is_unreserved(byte: u8) -> bool {
    is_in(&UNRESERVED, byte)
}

/// Whether a text is the same before and after it is encoded.
#[inline]
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(is_unreserved)
}

/// Encodes what is in `set`, with upper-case hex.
pub(crate) fn encode(text: &str, set: &'static AsciiSet, out: &mut impl FnMut(&str)) {
    if is_plain(text) {
        return out(text);
    }
    percent_encode(text.as_bytes(), set).for_each(out);
}

/// Decodes escapes once and encodes the bytes again with upper-case hex, so that
/// every spelling of the same bytes comes out alike. Bytes, never lossy text.
pub(crate) fn reencode(
    text: &str,
    set: &'static AsciiSet,
    plus: QueryPlus,
    out: &mut impl FnMut(&str),
) {
    if is_plain(text) {
        return out(text);
    }
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| byte == b'%' || byte == b'+') {
        let (plain, mut tail) = rest.split_at(at);
        percent_encode(plain, set).for_each(&mut *out);
        if let Some(byte) = next_decoded(&mut tail, plus) {
            percent_encode(&[byte], set).for_each(&mut *out);
        }
        rest = tail;
    }
    percent_encode(rest, set).for_each(out);
}

/// Takes one byte off the front: an escape as the byte it stands for, a `%` without
/// two hexadecimal digits as itself.
fn next_decoded(rest: &mut &[u8], plus: QueryPlus) -> Option<u8> {
    let (&first, tail) = rest.split_first()?;
    if let [b'%', high, low, after @ ..] = *rest
        && let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low))
    {
        *rest = after;
        return Some((high << 4) | low);
    }
    *rest = tail;
    match (first, plus) {
        (b'+', QueryPlus::Space) => Some(b' '),
        _ => Some(first),
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// The bytes that a text with escapes stands for.
pub(crate) fn decoded(text: &str, plus: QueryPlus) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    core::iter::from_fn(move || next_decoded(&mut rest, plus))
}

/// How the encoded forms of two texts sort, without writing them down.
///
/// An encoded byte starts with `%`, which is below every unreserved character, and
/// upper-case hex sorts like the bytes it stands for. So encoded bytes come first,
/// each group by value.
pub(crate) fn compare_encoded(left: &str, right: &str, plus: QueryPlus) -> Ordering {
    if is_plain(left) && is_plain(right) {
        return left.cmp(right);
    }
    let rank = |byte| (is_unreserved(byte), byte);
    decoded(left, plus)
        .map(rank)
        .cmp(decoded(right, plus).map(rank))
}

/// A `%` needs two hexadecimal digits after it (RFC 3986, 2.1). `offset` is where
/// `text` starts in the request target.
pub(crate) fn check_escapes(text: &str, offset: usize) -> Result<(), Error> {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'%') {
        return Ok(());
    }
    for (position, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(position.saturating_add(1)..position.saturating_add(3));
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(Error::MalformedEscape {
                position: position.saturating_add(offset),
            });
        }
    }
    Ok(())
}

/// Whether a path may have segments to remove: empty ones, or such as start with a dot.
pub(crate) fn has_dots(path: &str) -> bool {
    let pairs = path.as_bytes().windows(2);
    let mut pairs = pairs.map(|pair| matches!(pair, b"//" | b"/."));
    pairs.any(|found| found)
}

/// Removes empty, `.` and `..` segments; `..` never climbs above the root.
///
/// A slash at the end stays; one in front of a removed last segment goes:
/// `/a/b/..` becomes `/a`, `/a/b/../` becomes `/a/`. (Vectors `get-relative-normalized`,
/// `get-slash-*-normalized`, `get-slashes-normalized`.)
pub(crate) fn normalize_path(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') && !has_dots(path) {
        return Cow::Borrowed(path);
    }
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
    let mut normal = String::with_capacity(path.len());
    for segment in &kept {
        normal.push('/');
        normal.push_str(segment);
    }
    if kept.is_empty() || path.ends_with('/') {
        normal.push('/');
    }
    Cow::Owned(normal)
}

/// Bytes that are known to be ASCII, as text. (`core` wants them checked.)
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// 64 lower-case hexadecimal digits. Without branches: `hex::encode_to_slice` took a sixth
/// of the time of a signature (docs/PERFORMANCE.md).
pub(crate) fn hex(hash: &[u8; 32]) -> [u8; 64] {
    // Ten digits, then the letters, which start 39 places after the digits end.
    let digit = |value: u8| {
        let gap = if value > 9 { 39 } else { 0 };
        value.wrapping_add(b'0').wrapping_add(gap)
    };
    let mut digits = [0; 64];
    let (pairs, _) = digits.as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(hash) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    digits
}

/// The pieces of a text between all `byte`s, as by `str::split`.
pub(crate) fn pieces(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let (piece, tail) = cut(rest?, byte);
        rest = tail;
        Some(piece)
    })
}

/// What is in front of the first `byte`, which is ASCII, and what is behind it, if it is
/// there at all. (`str::split_once` searches long texts well and is slow to start.)
pub(crate) fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|found| found == byte) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at.saturating_add(1)..),
        ),
        None => (text, None),
    }
}

/// The hash that 64 lower-case hexadecimal digits stand for.
pub(crate) fn parse_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return None;
    }
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).ok()?;
    Some(hash)
}
