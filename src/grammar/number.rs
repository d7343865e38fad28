//! Numbers in texts.

/// Digits and nothing else: the standard library takes a sign, too.
pub(crate) fn number(digits: &str, radix: u32) -> Option<u32> {
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    is_number.then(|| u32::from_str_radix(digits, radix).ok())?
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn digits_and_nothing_else() {
        for (digits, radix, expected) in [
            ("47", 10, Some(47)),
            ("002F", 16, Some(47)),
            ("ffffffff", 16, Some(u32::MAX)),
            ("4294967296", 10, None),
            ("2f", 10, None),
            ("2g", 16, None),
            ("+47", 10, None),
            ("-0", 16, None),
            (" 7", 10, None),
            ("", 10, None),
        ] {
            assert_eq!(number(digits, radix), expected, "{digits}");
        }
    }
}
