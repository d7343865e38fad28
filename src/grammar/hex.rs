//! Lower-case hexadecimal, as hashes and signatures are written in it; by `hex`.

/// The 64 digits of a hash.
pub(crate) fn hex(hash: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    let (eights, fours) = (digits.as_chunks_mut::<8>().0, hash.as_chunks::<4>().0);
    // So few at a time are written without a loop: a fifth fewer instructions.
    for (digits, bytes) in eights.iter_mut().zip(fours) {
        // It refuses nothing but other lengths.
        let _ = hex::encode_to_slice(bytes, digits);
    }
    digits
}

/// Whether all are digits, letters in lower case. Without a branch for each, so that it goes over
/// many at a time.
pub(crate) fn are_lower_case(digits: &[u8; 64]) -> bool {
    let is_digit = |digit: u8| digit.is_ascii_digit() | matches!(digit, b'a'..=b'f');
    digits
        .iter()
        .fold(true, |all, digit| all & is_digit(*digit))
}

/// What 64 lower-case digits stand for.
pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    // It takes capital letters, too.
    let lower_case = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (lower_case && hex::decode_to_slice(text, &mut hash).is_ok()).then_some(hash)
}
