//! Which bytes a text may hold, and its pieces between separators.

/// For each byte, whether it is one of `A-Z a-z 0-9 - _ . ~`.
pub(crate) const UNRESERVED: [bool; 256] = byte_table(b"-_.~");

/// What is the same in every form of a path, but for dot segments.
pub(crate) const IN_PLAIN_PATH: [bool; 256] = byte_table(b"-_.~/");

/// What is the same in every form of a query, but for a second `=`.
pub(crate) const IN_PLAIN_QUERY: [bool; 256] = byte_table(b"-_.~&=");

/// For each byte, whether it may stand in an HTTP token (RFC 9110, 5.6.2).
pub(crate) const TOKEN: [bool; 256] = byte_table(b"!#$%&'*+-.^_`|~");

/// The same without capital letters.
pub(crate) const LOWER_CASE_TOKEN: [bool; 256] = without_capitals(TOKEN);

/// For each byte, whether it may stand in a part of a credential: visible ASCII, but for
/// `/`, `,`, `;` and `=`.
pub(crate) const CREDENTIAL_PART: [bool; 256] = byte_table(b"!\"#$%&'()*+-.:<>?@[\\]^_`{|}~");

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
const fn byte_table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    with(table, others)
}

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
const fn with(mut table: [bool; 256], bytes: &[u8]) -> [bool; 256] {
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

/// A table has an entry for every byte.
#[inline]
pub(crate) fn is_in(table: &[bool; 256], byte: u8) -> bool {
    table.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Four at a time: a test for each would take as long as the look-up.
pub(crate) fn are_all_in(table: &[bool; 256], text: &str) -> bool {
    let (chunks, rest) = text.as_bytes().as_chunks::<4>();
    let all = |all: bool, byte: &u8| all & is_in(table, *byte);
    chunks.iter().all(|chunk| chunk.iter().fold(true, all)) && rest.iter().fold(true, all)
}

pub(crate) fn first_not_in(table: &[bool; 256], text: &str) -> Option<usize> {
    if are_all_in(table, text) {
        return None;
    }
    text.bytes().position(|byte| !is_in(table, byte))
}

#[inline]
pub(crate) fn is_unreserved(byte: u8) -> bool {
    is_in(&UNRESERVED, byte)
}

/// Bytes that are known to be ASCII, as text. (`core` wants them checked.)
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// Without spaces and tabs at the ends.
pub(crate) fn trim(mut text: &str) -> &str {
    while let [b' ' | b'\t', ..] = text.as_bytes() {
        text = text.get(1..).unwrap_or_default();
    }
    while let [rest @ .., b' ' | b'\t'] = text.as_bytes() {
        text = text.get(..rest.len()).unwrap_or_default();
    }
    text
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
/// there at all.
pub(crate) fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    let Some((front, tail)) = find(text.as_bytes(), byte).and_then(|at| text.split_at_checked(at))
    else {
        return (text, None);
    };
    (front, tail.get(1..))
}

/// In the words that the functions below look at 8 bytes at a time.
const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);

/// Whether all bytes are visible ASCII, `!` to `~`. Taking `!` from a byte that is less, or
/// adding 1 to one that is more than `~`, sets its highest bit; a byte that borrows or
/// carries has set its own.
pub(crate) fn is_graphic(bytes: &[u8]) -> bool {
    const FIRST: u64 = u64::from_le_bytes([b'!'; 8]);
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().all(u8::is_ascii_graphic);
    };
    // The last 8 once more, rather than what is left of them one by one.
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().chain([last]).all(|word| {
        let word = u64::from_le_bytes(*word);
        let others = word | word.wrapping_sub(FIRST) | word.wrapping_add(ONES);
        others & HIGHEST == 0
    })
}

/// Whether a byte stands in front of one of two others, looked for in 8 bytes at a time: of
/// each byte of a word that is zero where one is, the highest bit shows it, and the pair is
/// where one shows a byte further on. (Unlike in [`find`], each of them counts.)
pub(crate) fn has_pair(bytes: &[u8], first: u8, second: [u8; 2]) -> bool {
    const LOW_BITS: u64 = !HIGHEST;
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if *left == first && second.contains(right)));
    };
    let is_in = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let shown = |byte| {
            let zero = word ^ u64::from_le_bytes([byte; 8]);
            !((zero & LOW_BITS).wrapping_add(LOW_BITS) | zero) & HIGHEST
        };
        let [left, right] = second.map(shown);
        (shown(first) << 8) & (left | right) != 0
    };
    // Each word has the last byte of the one before; and the last 8 bytes once more.
    let mut words = bytes.windows(8).step_by(7).filter_map(<[u8]>::first_chunk);
    words.any(is_in) || is_in(last)
}

/// Where a byte is for the first time, found 8 bytes at a time: in a word that is zero where
/// the byte is, taking 1 from each byte sets the highest bit of the zero ones and of no byte
/// below the first of them. (`str::find` is good at long texts and slow to start.)
pub(crate) fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().position(|byte| *byte == wanted);
    };
    let pattern = u64::from_le_bytes([wanted; 8]);
    let find_in = |word: &[u8; 8]| {
        let zero_where_wanted = u64::from_le_bytes(*word) ^ pattern;
        let found = zero_where_wanted.wrapping_sub(ONES) & !zero_where_wanted & HIGHEST;
        // A power of two, and less than 64.
        (found != 0).then(|| found.trailing_zeros() as usize / 8)
    };
    let (words, _) = bytes.as_chunks::<8>();
    let mut at = 0_usize;
    for word in words {
        if let Some(in_word) = find_in(word) {
            return Some(at.saturating_add(in_word));
        }
        at = at.saturating_add(8);
    }
    // The last 8 once more, rather than what is left of them one by one.
    let in_last = find_in(last)?;
    Some(bytes.len().saturating_sub(8).saturating_add(in_last))
}

#[cfg(test)]
mod tests;
