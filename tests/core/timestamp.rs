//! Times, by example.

use crate::support::example::at;
use sigv4::{Error, Timestamp};

#[test]
fn times_have_four_digits_for_the_year() {
    for (seconds, text) in [
        (-62_167_219_200, "00000101T000000Z"),
        (-1, "19691231T235959Z"),
        (0, "19700101T000000Z"),
        (1_440_938_160, "20150830T123600Z"),
        (253_402_300_799, "99991231T235959Z"),
    ] {
        assert_eq!(Timestamp::from_unix(seconds).unwrap().as_str(), text);
        assert_eq!(Timestamp::parse(text).unwrap().unix(), seconds);
        assert_eq!(text.parse(), Timestamp::parse(text));
    }
    for unix_seconds in [-62_167_219_201, 253_402_300_800, i64::MIN, i64::MAX] {
        let error = Timestamp::from_unix(unix_seconds).unwrap_err();
        assert_eq!(error, Error::TimeOutOfRange { unix_seconds });
        assert_eq!(
            error.to_string(),
            format!("unix time {unix_seconds} s is outside the years 0 to 9999")
        );
    }
}

#[cfg(feature = "std")]
#[test]
fn fractions_of_a_second_are_dropped() {
    use std::time::{Duration, SystemTime};
    let epoch = SystemTime::UNIX_EPOCH;
    let millisecond = Duration::from_millis(1);
    let of = |time: SystemTime| Timestamp::try_from(time).unwrap().to_string();
    assert_eq!(of(epoch + millisecond), "19700101T000000Z");
    assert_eq!(of(epoch - millisecond), "19691231T235959Z");
    assert_eq!(of(epoch - Duration::from_secs(1)), "19691231T235959Z");
}

/// As others write it, whatever the year.
#[test]
fn times_for_others() {
    for (text, rfc3339) in [
        ("20150830T123600Z", "2015-08-30T12:36:00Z"),
        ("00000101T000000Z", "0000-01-01T00:00:00Z"),
        ("99991231T235958Z", "9999-12-31T23:59:58Z"),
    ] {
        assert_eq!(Timestamp::parse(text).unwrap().to_rfc3339(), rfc3339);
    }
}

/// The date of a time is that of its credential scope.
#[test]
fn a_time_has_a_date() {
    assert_eq!(at().date(), "20150830");
    assert_eq!(Timestamp::EPOCH.date(), "19700101");
}

/// An offset can carry a time over the edge of what four digits can write.
#[test]
fn offsets_are_taken_into_account() {
    use time::{OffsetDateTime, UtcOffset};
    let last = OffsetDateTime::from(Timestamp::parse("99991231T235959Z").unwrap());
    let first = OffsetDateTime::from(Timestamp::parse("00000101T000000Z").unwrap());
    let east = UtcOffset::from_hms(2, 0, 0).unwrap();
    let west = UtcOffset::from_hms(-2, 0, 0).unwrap();
    for (local, offset) in [(last, west), (first, east)] {
        let over = local.replace_offset(offset);
        assert!(matches!(
            Timestamp::try_from(over),
            Err(Error::TimeOutOfRange { .. })
        ));
    }
    let noon = OffsetDateTime::from(at()).replace_offset(east);
    assert_eq!(
        Timestamp::try_from(noon).unwrap().as_str(),
        "20150830T103600Z"
    );
}

#[test]
fn timestamps_name_the_first_fault() {
    for (text, position) in [
        ("", 0),
        ("20150830", 8),
        ("20150830T123600", 15),
        ("20150830T123600ZZ", 16),
        ("20150830 123600Z", 8),
        ("20150830t123600Z", 8),
        ("20150830T123600z", 15),
        ("20150830T123600+", 15),
        ("x0150830T123600Z", 0),
        ("2 150830T123600Z", 1),
        ("201x0830T123600Z", 3),
        ("20151330T123600Z", 4),
        ("20150030T123600Z", 4),
        ("20150832T123600Z", 6),
        ("20150229T123600Z", 6),
        ("20150830T243600Z", 9),
        ("20150830T126000Z", 11),
        ("20150830T123660Z", 13),
        ("2015-08-30T12:36", 4),
        ("Sun, 30 Aug 2015", 0),
        ("+0150830T123600Z", 0),
        ("２015083T123600Z", 0),
    ] {
        let error = Timestamp::parse(text).unwrap_err();
        assert_eq!(error, Error::InvalidTimestamp { position }, "{text}");
        assert_eq!(
            error.to_string(),
            format!("no date and time of the form YYYYMMDD'T'HHMMSS'Z' at byte {position}")
        );
    }
    assert!(Timestamp::parse("20160229T000000Z").is_ok());
    assert!(Timestamp::parse("19000229T000000Z").is_err());
    assert!(Timestamp::parse("20000229T000000Z").is_ok());
}
