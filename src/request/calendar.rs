//! Times read, checked and converted.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

impl Timestamp {
    /// Reads `YYYYMMDD'T'HHMMSS'Z'`, exactly 16 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTimestamp`], at the first byte that is out of form, otherwise at
    /// the first part that does not exist.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let form = b"00000000T000000Z";
        let fits = |(slot, byte): (&u8, &u8)| match slot {
            b'0' => byte.is_ascii_digit(),
            _ => slot == byte,
        };
        let stamp = match text.as_bytes().try_into() {
            Ok(bytes) if form.iter().zip(&bytes).all(fits) => Self(bytes),
            _ => {
                let pairs = form.iter().zip(text.as_bytes());
                let position = pairs.take_while(|pair| fits(*pair)).count();
                return Err(Error::InvalidTimestamp { position });
            }
        };
        if !stamp.is_in_every_calendar() {
            stamp.calendar()?;
        }
        Ok(stamp)
    }

    /// Whether it is a time of a day that its month has in every year: then the calendar need not be
    /// asked. Two digits are in the order of their numbers.
    fn is_in_every_calendar(&self) -> bool {
        let [_, _, _, _, m1, m2, d1, d2, _, h1, h2, n1, _, s1, _, _] = self.0;
        let (month, day) = ([m1, m2], [d1, d2]);
        let last = if month == *b"02" { b"28" } else { b"30" };
        (*b"01"..=*b"12").contains(&month)
            && (*b"01"..=*last).contains(&day)
            && [h1, h2] <= *b"23"
            && n1 <= b'5'
            && s1 <= b'5'
    }

    /// Reads the date of HTTP, exactly 29 bytes: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110,
    /// 5.6.7; the obsolete forms are not taken).
    ///
    /// # Errors
    /// [`Error::InvalidTimestamp`].
    pub(crate) fn parse_http(text: &str) -> Result<Self, Error> {
        const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
        const MONTHS: [&[u8]; 12] = [
            b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
            b"Dec",
        ];
        let invalid = |position| Error::InvalidTimestamp { position };
        let [
            day @ ..,
            b',',
            b' ',
            d1,
            d2,
            b' ',
            m1,
            m2,
            m3,
            b' ',
            y1,
            y2,
            y3,
            y4,
            b' ',
            h1,
            h2,
            b':',
            n1,
            n2,
            b':',
            s1,
            s2,
            b' ',
            b'G',
            b'M',
            b'T',
        ] = text.as_bytes()
        else {
            return Err(invalid(0));
        };
        let month = MONTHS.iter().zip(1_u8..);
        let mut month = month.filter(|(name, _)| ***name == [*m1, *m2, *m3]);
        let (_, month) = month.next().ok_or(invalid(8))?;
        let stamp = Self([
            *y1,
            *y2,
            *y3,
            *y4,
            b'0' | (month / 10),
            b'0' | (month % 10),
            *d1,
            *d2,
            b'T',
            *h1,
            *h2,
            *n1,
            *n2,
            *s1,
            *s2,
            b'Z',
        ]);
        // Whether it was that day is of no interest: in AWS's first suite it was not.
        if !DAYS.contains(&day) {
            return Err(invalid(0));
        }
        match stamp.calendar() {
            Ok(_) => Ok(stamp),
            // The place of that part in this form.
            Err(Error::InvalidTimestamp { position }) => Err(invalid(match position {
                4 => 8,
                6 => 5,
                9 => 17,
                11 => 20,
                13 => 23,
                _ => 12,
            })),
            Err(error) => Err(error),
        }
    }

    /// The moment that is `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Error::TimeOutOfRange`] outside the years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, Error> {
        OffsetDateTime::from_unix_timestamp(seconds)
            .map_err(|_| Error::TimeOutOfRange {
                unix_seconds: seconds,
            })?
            .try_into()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(&self) -> i64 {
        OffsetDateTime::from(*self).unix_timestamp()
    }

    /// Seconds from another moment to this one. Most are of the same day, and then the
    /// calendar is not asked.
    pub(crate) fn since(&self, other: &Self) -> i64 {
        if self.date_bytes() == other.date_bytes() {
            self.second_of_day().saturating_sub(other.second_of_day())
        } else {
            self.unix().saturating_sub(other.unix())
        }
    }

    fn second_of_day(&self) -> i64 {
        let [.., h1, h2, n1, n2, s1, s2, _] = self.0;
        // In this form, the digits of hours, minutes and seconds are worth so much.
        [
            (h1, 36_000),
            (h2, 3_600),
            (n1, 600),
            (n2, 60),
            (s1, 10),
            (s2, 1),
        ]
        .iter()
        .map(|(digit, worth)| i64::from(digit & 15).wrapping_mul(*worth))
        .fold(0, i64::wrapping_add)
    }

    /// Whether eight digits name a date.
    pub(crate) fn check_date(date: [u8; 8]) -> Result<(), Error> {
        match calendar_date(date) {
            Ok(_) => Ok(()),
            Err(_) => Error::InvalidScopeDate.into_err(),
        }
    }

    fn calendar(&self) -> Result<PrimitiveDateTime, Error> {
        let [y1, y2, y3, y4, m1, m2, d1, d2, _, h1, h2, n1, n2, s1, s2, _] = self.0;
        let date = calendar_date([y1, y2, y3, y4, m1, m2, d1, d2])?;
        let (hour, minute, second) = (
            two_digits(h1, h2, 9)?,
            two_digits(n1, n2, 11)?,
            two_digits(s1, s2, 13)?,
        );
        let time = Time::from_hms(hour, minute, second).map_err(|range| {
            let position = match range.name() {
                "hour" => 9,
                "minute" => 11,
                _ => 13,
            };
            Error::InvalidTimestamp { position }
        })?;
        Ok(PrimitiveDateTime::new(date, time))
    }
}

fn calendar_date([y1, y2, y3, y4, m1, m2, d1, d2]: [u8; 8]) -> Result<Date, Error> {
    let wrong = |position| move |_| Error::InvalidTimestamp { position };
    let century = two_digits(y1, y2, 0)?;
    let year = two_digits(y3, y4, 2)?;
    let year = i32::from(century)
        .saturating_mul(100)
        .saturating_add(i32::from(year));
    let month = Month::try_from(two_digits(m1, m2, 4)?).map_err(wrong(4))?;
    Date::from_calendar_date(year, month, two_digits(d1, d2, 6)?).map_err(wrong(6))
}

/// The position is that of the part: where single bytes matter, they have been checked.
fn two_digits(tens: u8, ones: u8, position: usize) -> Result<u8, Error> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Ok((tens & 15).saturating_mul(10).saturating_add(ones & 15))
    } else {
        Error::InvalidTimestamp { position }.into_err()
    }
}

/// The offset is taken into account; fractions of a second are dropped.
impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = Error;

    fn try_from(at: OffsetDateTime) -> Result<Self, Error> {
        let out_of_range = || Error::TimeOutOfRange {
            unix_seconds: at.unix_timestamp(),
        };
        let at = at
            .checked_to_offset(UtcOffset::UTC)
            .ok_or_else(out_of_range)?;
        let (year, month, day) = at.to_calendar_date();
        let (hour, minute, second) = at.to_hms();
        let (century, year) = match u16::try_from(year) {
            Ok(year @ 0..=9999) => (year / 100, year % 100),
            _ => return Err(out_of_range()),
        };
        // Both are below 100.
        #[allow(clippy::cast_possible_truncation)]
        let pair = |number: u16| [b'0' | (number / 10) as u8, b'0' | (number % 10) as u8];
        let ([y1, y2], [y3, y4]) = (pair(century), pair(year));
        let ([m1, m2], [d1, d2]) = (pair(u8::from(month).into()), pair(day.into()));
        let [[h1, h2], [n1, n2], [s1, s2]] =
            [hour, minute, second].map(|number| pair(number.into()));
        Ok(Self([
            y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z',
        ]))
    }
}

impl From<Timestamp> for OffsetDateTime {
    fn from(stamp: Timestamp) -> Self {
        // Every constructor has checked the calendar: the epoch is never taken.
        stamp
            .calendar()
            .map_or(Self::UNIX_EPOCH, PrimitiveDateTime::assume_utc)
    }
}

/// Fractions of a second are dropped.
#[cfg(feature = "std")]
impl TryFrom<std::time::SystemTime> for Timestamp {
    type Error = Error;

    fn try_from(at: std::time::SystemTime) -> Result<Self, Error> {
        let seconds = match at.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                let part = i64::from(before.subsec_nanos() > 0);
                whole.saturating_neg().saturating_sub(part)
            }
        };
        Self::from_unix(seconds)
    }
}

impl core::str::FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}
