//! Who signs.

use crate::error::Error;
use crate::grammar::text::is_graphic;
use crate::request::scope::forbidden;
use alloc::string::String;
use core::fmt;
use zeroize::Zeroizing;

/// An access key id, its secret and, for temporary credentials, a session token.
/// [Access keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html),
/// [temporary credentials](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html)
///
/// `Debug` shows only the access key id. Secret and token are wiped when dropped.
///
/// ```
/// use sigv4::Credentials;
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "hush").with_session_token("token");
/// assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
/// assert!(!format!("{credentials:?}").contains("hush"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// Long-term credentials. They are checked when they are used to sign.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: Zeroizing::new(secret_access_key.into()),
            session_token: None,
        }
    }

    /// Makes them temporary credentials, as AWS STS gives them out.
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<String>) -> Self {
        self.session_token = Some(Zeroizing::new(session_token.into()));
        self
    }

    /// The public half, for example `AKIDEXAMPLE`.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half. Never print it.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// The session token of temporary credentials. Treat it as a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(|token| token.as_str())
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.access_key_id.is_empty() {
            return Err(Error::EmptyAccessKeyId);
        }
        if let Some(position) = forbidden(&self.access_key_id) {
            return Err(Error::InvalidAccessKeyId { position });
        }
        if self.secret_access_key.is_empty() {
            return Err(Error::EmptySecretAccessKey);
        }
        match self.session_token() {
            Some("") => Err(Error::InvalidSessionToken { position: 0 }),
            Some(token) if is_graphic(token.as_bytes()) => Ok(()),
            Some(token) => match token.bytes().position(|byte| !byte.is_ascii_graphic()) {
                Some(position) => Err(Error::InvalidSessionToken { position }),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"[redacted]")
            .field(
                "session_token",
                &self.session_token.as_ref().map(|_| "[redacted]"),
            )
            .finish()
    }
}
