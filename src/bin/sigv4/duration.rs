//! How long: `30s`, `15m`, `2h`, `7d`.

use std::time::Duration;

/// A number and a unit; a number alone is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, &'static str> {
    let digits = text.trim_end_matches(|char: char| !char.is_ascii_digit());
    let unit = match text.strip_prefix(digits) {
        Some("" | "s") => 1,
        Some("m") => 60,
        Some("h") => 3_600,
        Some("d") => 86_400,
        _ => return Err("a duration is written 30s, 15m, 2h or 7d"),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let count = digits.parse::<u64>().ok().filter(|_| plain);
    count
        .and_then(|count| count.checked_mul(unit))
        .map(Duration::from_secs)
        .ok_or("a duration is written 30s, 15m, 2h or 7d")
}
