//! Texts and the values that are read from them.

use super::config::config;
use super::shuffle::shuffle;
use super::strategies::{FIRST_SECOND, LAST_SECOND, timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use sigv4::{Authorization, Error, Scope, Signature, Timestamp};

proptest! {
    #![proptest_config(config(400))]

    /// Seconds, text and calendar are the same moment; the order is that of time.
    #[test]
    fn timestamps_round_trip(seconds in FIRST_SECOND..=LAST_SECOND, other in FIRST_SECOND..=LAST_SECOND) {
        let at = Timestamp::from_unix(seconds).unwrap();
        prop_assert_eq!(at.unix(), seconds);
        prop_assert_eq!(Timestamp::parse(at.as_str()), Ok(at));
        prop_assert_eq!(at.to_string().parse(), Ok(at));
        prop_assert_eq!(at.date(), &at.as_str()[..8]);
        prop_assert_eq!(at.as_str(), civil(seconds));
        prop_assert_eq!(at.cmp(&Timestamp::from_unix(other).unwrap()), seconds.cmp(&other));
    }

    #[test]
    fn any_second_is_a_timestamp_or_out_of_range(seconds: i64) {
        match Timestamp::from_unix(seconds) {
            Ok(at) => prop_assert_eq!(at.unix(), seconds),
            Err(error) => {
                prop_assert!(!(FIRST_SECOND..=LAST_SECOND).contains(&seconds));
                prop_assert_eq!(error, Error::TimeOutOfRange { unix_seconds: seconds });
            }
        }
    }

    /// Digits in the right places are a timestamp exactly if they name a moment.
    #[test]
    fn only_moments_that_exist_are_read(
        year in 0..10_000_i64, month in 0..14_i64, day in 0..33_i64,
        hour in 0..26_i64, minute in 0..62_i64, second in 0..62_i64,
    ) {
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month { 2 if leap => 29, 2 => 28, 4 | 6 | 9 | 11 => 30, _ => 31 };
        let wrong = [
            (4, (1..=12).contains(&month)),
            (6, (1..=days).contains(&day)),
            (9, hour < 24),
            (11, minute < 60),
            (13, second < 60),
        ];
        let expected = wrong.iter().find(|(_, right)| !right);
        match Timestamp::parse(&text) {
            Ok(at) => {
                prop_assert!(expected.is_none());
                prop_assert_eq!(at.as_str(), text);
            }
            Err(error) => {
                let position = expected.unwrap().0;
                prop_assert_eq!(error, Error::InvalidTimestamp { position });
            }
        }
    }

    /// The header is read as it was written, its parameters in any order.
    #[test]
    fn authorization_round_trips(
        access_key_id in "[!-+\\-.0-:<>-~]{1,30}",
        region in "[a-z0-9-]{1,20}",
        service in "[a-z0-9.-]{1,20}",
        names in proptest::collection::btree_set("[!#$%&'*+.^_`|~0-9a-z-]{1,12}", 1..20),
        signature in "[0-9a-f]{64}",
        at in timestamp(),
        order in any::<u64>(),
        space in select(&["", " ", "  ", "\t", " \t "][..]),
    ) {
        let names: Vec<_> = names.into_iter().collect();
        let names = names.join(";");
        let written = Authorization {
            access_key_id: &access_key_id,
            scope: Scope::new(&at, &region, &service).unwrap(),
            signed_headers: &names,
            signature: Signature::parse(&signature).unwrap(),
        };
        let text = written.to_string();
        prop_assert_eq!(Authorization::parse(&text), Ok(written));
        prop_assert!(text.ends_with(&signature));
        let (algorithm, parameters) = text.split_once(' ').unwrap();
        let mut parameters: Vec<_> = parameters.split(", ").collect();
        shuffle(&mut parameters, order);
        let text = format!("{algorithm} {}", parameters.join(&format!("{space},{space}")));
        prop_assert_eq!(Authorization::parse(&text), Ok(written));
    }
}

/// The civil date of a unix time, counted day by day through the 400-year cycle.
fn civil(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut days = days + 719_528; // since 0000-01-01
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = days.div_euclid(146_097) * 400;
    days = days.rem_euclid(146_097);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!(
        "{year:04}{month:02}{:02}T{hour:02}{minute:02}{second:02}Z",
        days + 1
    )
}
