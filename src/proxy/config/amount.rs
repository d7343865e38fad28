//! Sizes and times as people write them: `64K`, `30s`.

use core::time::Duration;

/// A number of bytes, or of KiB, MiB or GiB: `65536`, `64K`, `10M`, `2G`.
///
/// ```
/// assert_eq!(sigv4::proxy::parse_bytes("64K"), Some(65_536));
/// assert_eq!(sigv4::proxy::parse_bytes("64 KiB"), None);
/// ```
#[must_use]
pub fn parse_bytes(text: &str) -> Option<u64> {
    let (digits, unit) = match text.char_indices().next_back()? {
        (at, 'K') => (text.get(..at)?, 1 << 10),
        (at, 'M') => (text.get(..at)?, 1 << 20),
        (at, 'G') => (text.get(..at)?, 1 << 30),
        _ => (text, 1),
    };
    number(digits)?.checked_mul(unit)
}

/// A number and a unit: `500ms`, `30s`, `15m`, `2h`, `7d`; a number alone is seconds.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(sigv4::proxy::parse_time("500ms"), Some(Duration::from_millis(500)));
/// assert_eq!(sigv4::proxy::parse_time("5 min"), None);
/// ```
#[must_use]
pub fn parse_time(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|char: char| !char.is_ascii_digit());
    let count = number(digits)?;
    let seconds = match text.strip_prefix(digits)? {
        "ms" => return Some(Duration::from_millis(count)),
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    count.checked_mul(seconds).map(Duration::from_secs)
}

/// Digits and nothing else: the standard library takes a sign, too.
fn number(digits: &str) -> Option<u64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{parse_bytes, parse_time};
    use core::time::Duration;

    #[test]
    fn sizes() {
        for (text, expected) in [
            ("0", Some(0)),
            ("65536", Some(65_536)),
            ("64K", Some(65_536)),
            ("10M", Some(10 << 20)),
            ("5G", Some(5 << 30)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("18014398509481984K", None),
            ("", None),
            ("K", None),
            ("-1", None),
            ("+1", None),
            ("64k", None),
            ("64KiB", None),
            ("6 4", None),
            ("1.5G", None),
            ("\u{661}", None),
        ] {
            assert_eq!(parse_bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, millis) in [
            ("0", Some(0)),
            ("30", Some(30_000)),
            ("30s", Some(30_000)),
            ("500ms", Some(500)),
            ("15m", Some(900_000)),
            ("2h", Some(7_200_000)),
            ("7d", Some(604_800_000)),
            ("", None),
            ("s", None),
            ("-1s", None),
            ("1.5s", None),
            ("30 s", None),
            ("30S", None),
            ("1m30s", None),
            ("213503982334602d", None),
            ("\u{661}s", None),
        ] {
            let expected = millis.map(Duration::from_millis);
            assert_eq!(parse_time(text), expected, "{text}");
        }
    }
}
