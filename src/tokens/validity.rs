//! How long a token is good.

use crate::request::timestamp::Timestamp;

/// How long a token is good: until its own end or that of the credentials, whichever is sooner.
///
/// ```
/// use sigv4::tokens::{Maker, Rds};
/// use sigv4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "secret").with_session_token("token");
/// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?)
///     .with_credentials_end(Timestamp::parse("20240102T031000Z")?);
/// let database = Rds { host: "db.example.com", port: 5432, user: "jane_doe", region: "us-east-1" };
/// let validity = database.token(&maker)?.validity();
/// assert_eq!(validity.expires_at(), Some(Timestamp::parse("20240102T031905Z")?)); // 15 minutes
/// assert!(validity.ends_with_credentials());
/// assert_eq!(validity.ends_at(), Some(Timestamp::parse("20240102T031000Z")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Validity {
    pub(super) expires_at: Option<Timestamp>,
    pub(super) credentials_end: Option<Timestamp>,
}

impl Validity {
    /// The end that the token has of its own, where its service states one.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// When it is over: the sooner of [`expires_at`](Self::expires_at) and the end of the
    /// credentials. `None` where neither is known.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        match (self.expires_at, self.credentials_end) {
            (Some(token), Some(credentials)) => Some(token.min(credentials)),
            (token, credentials) => token.or(credentials),
        }
    }

    /// Whether the credentials end before the token would, as far as both are known.
    #[must_use]
    pub fn ends_with_credentials(&self) -> bool {
        match (self.expires_at, self.credentials_end) {
            (Some(token), Some(credentials)) => credentials < token,
            _ => false,
        }
    }
}
