//! How far apart two times are, in words.

use core::fmt;

/// A length of time in the two largest units that it fills: `1 h 30 min`.
pub(super) struct Apart(pub u64);

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400_u64, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        let mut rest = self.0;
        let mut written = 0_u8;
        for (length, unit) in units {
            let count = rest.checked_div(length).unwrap_or(0);
            rest = rest.checked_rem(length).unwrap_or(0);
            if written == 1 && count == 0 {
                break;
            }
            if count > 0 && written < 2 {
                let gap = if written == 0 { "" } else { " " };
                write!(f, "{gap}{count} {unit}")?;
                written = written.saturating_add(1);
            }
        }
        if written == 0 {
            f.write_str("0 s")
        } else {
            Ok(())
        }
    }
}

/// Distances from UTC that are in use, in quarters of an hour, beside the whole hours up
/// to 14 ([IANA time zones](https://www.iana.org/time-zones)): Newfoundland, the Marquesas,
/// Iran, Afghanistan, India, Nepal, Myanmar, Eucla, central Australia, Lord Howe, Chatham.
const QUARTERS: [u64; 11] = [10, 14, 18, 22, 23, 26, 35, 38, 42, 51, 55];

/// Whether clocks that are this many seconds apart can be those of two time zones, give or
/// take a minute.
pub(super) fn is_time_zone(apart: u64) -> bool {
    let quarters = apart.saturating_add(60).checked_div(900).unwrap_or(0);
    let nearest = quarters.saturating_mul(900);
    let hours = quarters.checked_rem(4) == Some(0) && (1..=14).contains(&(quarters >> 2));
    apart.abs_diff(nearest) <= 60 && (hours || QUARTERS.contains(&quarters))
}

#[cfg(test)]
mod tests {
    use super::{Apart, is_time_zone};
    use alloc::string::ToString;

    #[test]
    fn words() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "1 min 1 s"),
            (5_400, "1 h 30 min"),
            (5_401, "1 h 30 min"),
            (3_601, "1 h"),
            (86_400, "1 d"),
            (97_200, "1 d 3 h"),
        ] {
            assert_eq!(Apart(seconds).to_string(), text, "{seconds}");
        }
    }

    #[test]
    fn zones() {
        for hours in 1..=14 {
            assert!(is_time_zone(hours * 3_600), "{hours} h");
        }
        for minutes in [150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825] {
            assert!(is_time_zone(minutes * 60), "{minutes} min");
        }
        for minutes in [0, 15, 30, 45, 75, 90, 225, 450, 855, 900, 1440] {
            assert!(!is_time_zone(minutes * 60), "{minutes} min");
        }
        for (apart, is_zone) in [(3_539, false), (3_540, true), (3_660, true), (3_661, false)] {
            assert_eq!(is_time_zone(apart), is_zone, "{apart} s");
        }
    }
}
