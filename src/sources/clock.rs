//! The only place that reads a clock, and what is made of the times in AWS's answers.

#[cfg(feature = "client")]
use crate::error::Error;
#[cfg(feature = "client")]
use crate::request::timestamp::Timestamp;
use std::sync::Arc;
use std::time::SystemTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The time, from the system or, in tests, from elsewhere.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn system() -> Self {
        Self::new(SystemTime::now)
    }

    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// Now, in seconds since 1970.
    #[cfg(feature = "client")]
    pub(crate) fn unix(&self) -> Result<i64, Error> {
        Timestamp::try_from(self.now()).map(|now| now.unix())
    }
}

/// `2019-05-29T00:21:43Z`, with or without fractions and another offset than `Z`.
pub(crate) fn parse_iso_8601(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(SystemTime::from)
}
