//! Who makes a token, and when.

use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use crate::tokens::error::TokenError;
use crate::tokens::validity::Validity;

/// Who makes a token, and when: what all tokens have in common.
///
/// ```
/// use sigv4::tokens::Maker;
/// use sigv4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "secret").with_session_token("token");
/// let at = Timestamp::parse("20240102T030405Z")?;
/// // Temporary credentials end, and with them what they made.
/// let maker = Maker::new(&credentials, at)
///     .with_credentials_end(Timestamp::parse("20240102T031000Z")?);
/// assert_eq!(maker.at(), at);
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    credentials: &'a Credentials,
    at: Timestamp,
    credentials_end: Option<Timestamp>,
}

impl<'a> Maker<'a> {
    /// One whose tokens are good from `at` on. Credentials are checked when a token is made.
    #[must_use]
    pub fn new(credentials: &'a Credentials, at: Timestamp) -> Self {
        Self {
            credentials,
            at,
            credentials_end: None,
        }
    }

    /// Says when the credentials end, which ends their tokens, too; of those that have ended none is
    /// made ([`TokenError::CredentialsEnded`]).
    #[must_use]
    pub fn with_credentials_end(self, end: Timestamp) -> Self {
        Self {
            credentials_end: Some(end),
            ..self
        }
    }

    /// Whose tokens they are.
    #[must_use]
    pub fn credentials(&self) -> &'a Credentials {
        self.credentials
    }

    /// When they are made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Of a token that is good for so many seconds, or for a time that nobody states.
    pub(crate) fn validity(&self, seconds: Option<u64>) -> Result<Validity, TokenError> {
        let at = self.at;
        if let Some(ended) = self.credentials_end.filter(|end| *end <= at) {
            return Err(TokenError::CredentialsEnded { ended, at });
        }
        let expires_at = match seconds {
            Some(seconds) => {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                let end = self.at.unix().saturating_add(seconds);
                Some(Timestamp::from_unix(end)?)
            }
            None => None,
        };
        Ok(Validity {
            expires_at,
            credentials_end: self.credentials_end,
        })
    }
}
