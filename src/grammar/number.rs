//! Numbers in texts.

/// Digits and nothing else: the standard library takes a sign, too.
pub(crate) fn number(digits: &str, radix: u32) -> Option<u32> {
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    is_number.then(|| u32::from_str_radix(digits, radix).ok())?
}
