//! Percent-encoding (RFC 3986, 2.1).

use crate::error::Error;
use crate::grammar::text::{
    IN_PLAIN_QUERY, UNRESERVED, are_all_in, ascii, find, is_in, is_unreserved, pieces,
};
use crate::request::profile::QueryPlus;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode_byte};

/// What must be escaped in a path on the wire: all that RFC 3986, 3.3 does not allow there.
pub(crate) const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Encodes all bytes that are not `plain`, with upper-case hex.
pub(crate) fn encode(text: &str, plain: &'static [bool; 256], out: &mut impl FnMut(&str)) {
    if are_all_in(plain, text) {
        return out(text);
    }
    write_encoded(text.bytes(), plain, out);
}

/// Decodes escapes once and encodes the bytes again with upper-case hex, so that
/// every spelling of the same bytes comes out alike. Bytes, never lossy text.
pub(crate) fn reencode(
    text: &str,
    plain: &'static [bool; 256],
    plus: QueryPlus,
    out: &mut impl FnMut(&str),
) {
    if is_canonical(text) {
        return out(text);
    }
    write_encoded(decoded(text, plus), plain, out);
}

/// By the dozen: a piece for each byte would cost more than its encoding.
pub(crate) fn write_encoded(
    bytes: impl Iterator<Item = u8>,
    plain: &'static [bool; 256],
    out: &mut impl FnMut(&str),
) {
    let mut buffer = [0; 96];
    let mut filled = 0_usize;
    for byte in bytes {
        if filled.saturating_add(3) > buffer.len() {
            out(ascii(buffer.get(..filled).unwrap_or_default()));
            filled = 0;
        }
        let free = buffer.get_mut(filled..).unwrap_or_default();
        let length = match (free, percent_encode_byte(byte).as_bytes()) {
            ([slot, ..], _) if is_in(plain, byte) => {
                *slot = byte;
                1
            }
            ([first, second, third, ..], [percent, high, low]) => {
                (*first, *second, *third) = (*percent, *high, *low);
                3
            }
            _ => 0, // there are three free places, and an escape has three
        };
        filled = filled.saturating_add(length);
    }
    out(ascii(buffer.get(..filled).unwrap_or_default()));
}

/// Whether a text is the same before and after it is encoded anew: unreserved characters,
/// and others escaped in upper case.
pub(crate) fn is_canonical(text: &str) -> bool {
    if are_all_in(&UNRESERVED, text) {
        return true;
    }
    let mut pieces = pieces(text, b'%');
    let is_canonical = |piece: &str| match piece.as_bytes() {
        // What follows an escape; its digits are unreserved, too.
        [high, low, ..] => is_canonical_escape(*high, *low) && are_all_in(&UNRESERVED, piece),
        _ => false,
    };
    let first = pieces.next().unwrap_or_default();
    are_all_in(&UNRESERVED, first) && pieces.all(is_canonical)
}

/// Whether all keys and values of a query are [canonical](is_canonical), or would be without
/// the `=` in them.
pub(crate) fn is_canonical_query(query: &str) -> bool {
    let plain = |all: bool, byte: &u8| all & is_in(&IN_PLAIN_QUERY, *byte);
    let mut rest = query.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, tail @ ..] if is_canonical_escape(*high, *low) => tail,
            [b'%', ..] => return false,
            // Eight at a time: a test for each would take as long as the look-up.
            _ => match rest.split_first_chunk::<8>() {
                Some((eight, tail)) if eight.iter().fold(true, plain) => tail,
                _ => match rest {
                    [byte, tail @ ..] if is_in(&IN_PLAIN_QUERY, *byte) => tail,
                    _ => return false,
                },
            },
        }
    }
}

/// Digits in upper case, of a byte that has to be escaped.
fn is_canonical_escape(high: u8, low: u8) -> bool {
    let lower_case = high.is_ascii_lowercase() || low.is_ascii_lowercase();
    match (hex_digit(high), hex_digit(low)) {
        (Some(high), Some(low)) => !lower_case && !is_unreserved((high << 4) | low),
        _ => false,
    }
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
    match digit {
        b'0'..=b'9' => Some(digit & 15),
        // `A` is 0x41, `a` 0x61.
        b'A'..=b'F' | b'a'..=b'f' => Some((digit & 7).wrapping_add(9)),
        _ => None,
    }
}

/// The bytes that a text with escapes stands for.
pub(crate) fn decoded(text: &str, plus: QueryPlus) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    core::iter::from_fn(move || next_decoded(&mut rest, plus))
}

/// The text that a text with escapes stands for; `None` if it is no UTF-8.
pub(crate) fn decode(value: &str) -> Option<Cow<'_, str>> {
    if find(value.as_bytes(), b'%').is_none() {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    bytes.extend(decoded(value, QueryPlus::Literal));
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// A `%` needs two hexadecimal digits after it (RFC 3986, 2.1). `offset` is where
/// `text` starts in the request target.
pub(crate) fn check_escapes(text: &str, offset: usize) -> Result<(), Error> {
    let bytes = text.as_bytes();
    let mut next = 0_usize;
    while let Some(before) = find(bytes.get(next..).unwrap_or_default(), b'%') {
        let at = next.saturating_add(before);
        match bytes.get(at..).unwrap_or_default() {
            [_, high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                next = at.saturating_add(3);
            }
            _ => {
                let position = offset.saturating_add(at);
                return Err(Error::MalformedEscape { position });
            }
        }
    }
    Ok(())
}
