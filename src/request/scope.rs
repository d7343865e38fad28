//! The credential scope: `date/region/service/aws4_request`, in Signature Version 4A without the
//! region.

use crate::error::Error;
use crate::grammar::text::{CREDENTIAL_PART, ascii, first_not_in};
use crate::request::algorithm::Algorithm;
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

/// The last part of every credential scope.
pub const TERMINATOR: &str = "aws4_request";

/// What a signature is good for: one day, one region, one service; of Signature Version 4A one
/// day and one service.
///
/// Written as `20150830/us-east-1/iam/aws4_request`, as in the vectors of `test-vectors/iam`.
/// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
///
/// ```
/// use sigv4::{Scope, Timestamp};
///
/// let at = Timestamp::parse("20150830T123600Z")?;
/// let scope = Scope::new(&at, "us-east-1", "iam")?;
/// assert_eq!(scope.to_string(), "20150830/us-east-1/iam/aws4_request");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    algorithm: Algorithm,
    date: &'a [u8; 8],
    /// Empty where the algorithm has a region set.
    region: &'a str,
    service: &'a str,
    /// What follows the date, if it is at hand in one piece: `/us-east-1/iam/aws4_request`.
    rest: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// Parts that have been checked before.
    pub(crate) fn trusted(
        algorithm: Algorithm,
        at: &'a Timestamp,
        region: &'a str,
        service: &'a str,
    ) -> Self {
        Self {
            algorithm,
            date: at.date_bytes(),
            region: if algorithm.has_region_set() {
                ""
            } else {
                region
            },
            service,
            rest: None,
        }
    }

    /// With all that follows the date once more, in one piece.
    pub(crate) fn with_rest(self, rest: Option<&'a str>) -> Self {
        Self { rest, ..self }
    }

    /// The scope of a signature made at `at`.
    ///
    /// # Errors
    /// [`Error::EmptyRegion`], [`Error::InvalidRegion`], [`Error::EmptyService`],
    /// [`Error::InvalidService`].
    pub fn new(at: &'a Timestamp, region: &'a str, service: &'a str) -> Result<Self, Error> {
        Self::check(region, service)?;
        Ok(Self::trusted(Algorithm::SigV4, at, region, service))
    }

    /// The scope of a signature of Version 4A made at `at`: `20150830/s3/aws4_request`.
    ///
    /// # Errors
    /// [`Error::EmptyService`], [`Error::InvalidService`].
    #[cfg(feature = "v4a")]
    pub fn sigv4a(at: &'a Timestamp, service: &'a str) -> Result<Self, Error> {
        Self::check_service(service)?;
        Ok(Self::trusted(Algorithm::SigV4a, at, "", service))
    }

    pub(crate) fn check(region: &str, service: &str) -> Result<(), Error> {
        if region.is_empty() {
            return Error::EmptyRegion.into_err();
        }
        match forbidden(region) {
            Some(position) => Error::InvalidRegion { position }.into_err(),
            None => Self::check_service(service),
        }
    }

    pub(crate) fn check_service(service: &str) -> Result<(), Error> {
        if service.is_empty() {
            return Error::EmptyService.into_err();
        }
        match forbidden(service) {
            Some(position) => Error::InvalidService { position }.into_err(),
            None => Ok(()),
        }
    }

    /// A scope from its four parts, of which the region is empty where the algorithm has a
    /// region set. The date of a `known` moment is not looked up in the calendar.
    pub(crate) fn parse(
        algorithm: Algorithm,
        [date, region, service, terminator]: [&'a str; 4],
        known: Option<&Timestamp>,
    ) -> Result<Self, Error> {
        let Ok(date) = <&[u8; 8]>::try_from(date.as_bytes()) else {
            return Error::InvalidScopeDate.into_err();
        };
        if known.is_none_or(|known| known.date_bytes() != date) {
            Timestamp::check_date(*date)?;
        }
        if algorithm.has_region_set() {
            Self::check_service(service)?;
        } else {
            Self::check(region, service)?;
        }
        if terminator != TERMINATOR {
            return Error::WrongTerminator.into_err();
        }
        Ok(Self {
            algorithm,
            date,
            region,
            service,
            rest: None,
        })
    }

    /// The algorithm of a signature with this scope.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Eight digits, `YYYYMMDD`.
    #[must_use]
    pub fn date(&self) -> &'a str {
        ascii(self.date)
    }

    pub(crate) fn date_bytes(&self) -> &'a [u8; 8] {
        self.date
    }

    /// For example `us-east-1`. Empty in Signature Version 4A, whose scope names no region:
    /// see [`Verified::region_set`](crate::Verified::region_set).
    #[must_use]
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// The signing name of the service, for example `execute-api`.
    #[must_use]
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// The four parts, from which a key of Signature Version 4 is derived.
    pub(crate) fn parts(&self) -> [&'a str; 4] {
        [self.date(), self.region, self.service, TERMINATOR]
    }

    /// The pieces that joined are the scope's text, from behind its date on.
    #[inline]
    pub(crate) fn write_rest(&self, out: &mut impl FnMut(&str)) {
        if let Some(rest) = self.rest {
            return out(rest);
        }
        if !self.algorithm.has_region_set() {
            out("/");
            out(self.region);
        }
        out("/");
        out(self.service);
        out("/");
        out(TERMINATOR);
    }
}

impl PartialEq for Scope<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.parts() == other.parts()
    }
}

impl Eq for Scope<'_> {}

impl Hash for Scope<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("date", &self.date())
            .field("region", &self.region)
            .field("service", &self.service)
            .finish()
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from(self.date());
        self.write_rest(&mut |piece| text.push_str(piece));
        f.write_str(&text)
    }
}

/// Where a part of a credential has a byte that would break the grammar of the
/// `Authorization` header, in which `/`, `,`, `;` and `=` separate.
pub(crate) fn forbidden(part: &str) -> Option<usize> {
    first_not_in(&CREDENTIAL_PART, part)
}
