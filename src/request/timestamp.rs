//! The time of a signature: `YYYYMMDD'T'HHMMSS'Z'`, in UTC. What it has to do with the calendar
//! is in `calendar`.

use crate::grammar::text::ascii;
use alloc::string::String;
use core::fmt;

/// A moment to the second, in the form in which SigV4 writes it (`20150830T123600Z`).
/// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
///
/// It is a value that callers pass in: nothing in the core reads a clock.
/// Ordered by time. Years 0 to 9999; leap seconds (`:60`) do not exist in it.
///
/// ```
/// use sigv4::Timestamp;
///
/// let at = Timestamp::parse("20150830T123600Z")?;
/// assert_eq!(at.date(), "20150830");
/// assert_eq!(Timestamp::from_unix(1_440_938_160)?, at);
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub(super) [u8; 16]);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(*b"19700101T000000Z");

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only digits, `T` and `Z` are ever stored.
        ascii(&self.0)
    }

    /// As AWS's tools write it for people and in JSON: `2015-08-30T12:36:00Z`
    /// ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).
    ///
    /// ```
    /// let at = sigv4::Timestamp::parse("20150830T123600Z")?;
    /// assert_eq!(at.to_rfc3339(), "2015-08-30T12:36:00Z");
    /// # Ok::<(), sigv4::Error>(())
    /// ```
    #[must_use]
    pub fn to_rfc3339(&self) -> String {
        let mut text = String::with_capacity(20);
        for (index, character) in self.as_str().char_indices() {
            text.push_str(match index {
                4 | 6 => "-",
                11 | 13 => ":",
                _ => "",
            });
            text.push(character);
        }
        text
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The first eight characters: the date of the credential scope.
    #[must_use]
    pub fn date(&self) -> &str {
        ascii(self.date_bytes())
    }

    pub(crate) fn date_bytes(&self) -> &[u8; 8] {
        let [date @ .., _, _, _, _, _, _, _, _] = &self.0;
        date
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}
