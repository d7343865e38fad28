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

/// Whether all are digits of lower-case hexadecimal, without a branch.
pub(crate) fn are_hex(digits: &[u8; 64]) -> bool {
    let is_digit = |digit: u8| (digit.wrapping_sub(b'0') < 10) | (digit.wrapping_sub(b'a') < 6);
    digits
        .iter()
        .fold(true, |all, digit| all & is_digit(*digit))
}

/// What 64 digits stand for. Not by a branch for each digit, which in a hash is mispredicted
/// every other time.
pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    if !are_hex(digits) {
        return None;
    }
    // `0` is 0x30, `a` is 0x61.
    let value = |digit: u8| (digit & 15).wrapping_add((digit >> 6).wrapping_mul(9));
    let (pairs, _) = digits.as_chunks::<2>();
    let mut hash = [0; 32];
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        *byte = (value(*high) << 4) | value(*low);
    }
    Some(hash)
}
