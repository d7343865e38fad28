//! How long: `30s`, `15m`, `2h`, `7d`.

use sigv4::proxy::parse_time;
use std::time::Duration;

/// A number and a unit, whole seconds; a number alone is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, &'static str> {
    parse_time(text)
        .filter(|time| time.subsec_nanos() == 0 && !text.ends_with("ms"))
        .ok_or("a duration is written 30s, 15m, 2h or 7d")
}
