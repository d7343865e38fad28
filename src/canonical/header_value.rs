//! The values of headers: their grammar, and their white space.

use crate::error::Error;
use crate::grammar::text::is_graphic;

/// Whether a value is visible ASCII.
///
/// CR and LF may only fold a line, that is, be followed by a space or tab (RFC 9112, 5.2;
/// vector `get-header-value-multiline`): anything else would start a new header.
pub(crate) fn check_value(index: usize, value: &[u8]) -> Result<bool, Error> {
    if is_graphic(value) {
        return Ok(true);
    }
    // Nearly no value goes on.
    if least(value) >= b' ' {
        return Ok(false);
    }
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        let position = value.len().saturating_sub(rest.len());
        rest = tail;
        match byte {
            b'\r' if matches!(tail, [b'\n', b' ' | b'\t', ..]) => {}
            b'\n' if matches!(tail, [b' ' | b'\t', ..]) => {}
            b'\r' | b'\n' | 0 => return Error::InvalidHeaderValue { index, position }.into_err(),
            _ => {}
        }
    }
    Ok(false)
}

/// The least of the bytes, of 16 at a time without a branch for each.
fn least(bytes: &[u8]) -> u8 {
    let Some(end) = bytes.last_chunk::<16>() else {
        return bytes.iter().fold(u8::MAX, |least, byte| least.min(*byte));
    };
    // The last 16 once more, rather than what is left of them one by one.
    let mut least = *end;
    for chunk in bytes.as_chunks::<16>().0 {
        for (least, byte) in least.iter_mut().zip(chunk) {
            *least = (*least).min(*byte);
        }
    }
    least.into_iter().fold(u8::MAX, u8::min)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) fn is_blank(value: &[u8]) -> bool {
    value.iter().all(|&byte| is_space(byte))
}

/// What white space separates, separated by one space.
pub(crate) fn write_words(value: &[u8], out: &mut impl FnMut(&[u8])) {
    let mut rest = value;
    let mut first = true;
    loop {
        let (_, words) = rest.split_at(leading(rest, is_space));
        if words.is_empty() {
            return;
        }
        let (word, after) = words.split_at(leading(words, |byte| !is_space(byte)));
        if !first {
            out(b" ");
        }
        first = false;
        out(word);
        rest = after;
    }
}

/// How many bytes in front are of a kind. A long run is gone over 16 at a time, without a
/// branch for each.
fn leading(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let one_by_one = |bytes: &[u8]| bytes.iter().take_while(|byte| is(**byte)).count();
    let (start, rest) = bytes.split_at_checked(16).unwrap_or((bytes, b""));
    let short = one_by_one(start);
    if short < 16 {
        return short;
    }
    let (chunks, _) = rest.as_chunks::<16>();
    let all = |chunk: &&[u8; 16]| chunk.iter().fold(true, |all, byte| all & is(*byte));
    let skipped = chunks.iter().take_while(all).count().saturating_mul(16);
    let more = one_by_one(rest.get(skipped..).unwrap_or_default());
    short.saturating_add(skipped).saturating_add(more)
}
