//! Lower-case hexadecimal, as hashes and signatures are written in it. Ours, as both
//! directions of the crate `hex` showed in the time of a signature (docs/PERFORMANCE.md).

/// 64 digits, without a branch.
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

/// The value of each digit, and [`NO_DIGIT`] for other bytes.
const DIGITS: [u8; 256] = digits();
const NO_DIGIT: u8 = 0xFF;

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
const fn digits() -> [u8; 256] {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    values
}

/// What 64 digits stand for. By a table: a branch for each digit of a signature is
/// mispredicted every other time.
pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let value = |digit: u8| {
        let value = DIGITS.get(usize::from(digit));
        value.copied().unwrap_or(NO_DIGIT)
    };
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let (pairs, _) = text.as_chunks::<2>();
    let (mut hash, mut seen) = ([0; 32], 0);
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        let (high, low) = (value(*high), value(*low));
        seen |= high | low;
        *byte = (high << 4) | low;
    }
    (seen < 16).then_some(hash)
}
