//! Aurora DSQL.

use crate::sign::presign::MAX_EXPIRES;
use crate::tokens::checked;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_LATER, Presigned};
use crate::tokens::secret_text::Token;
use core::time::Duration;

/// A cluster of Aurora DSQL, to which a token is the password.
/// [Generating an authentication token](https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html)
///
/// Which user it is for does not stand in it: `admin` needs one of [`as_admin`](Self::as_admin),
/// all others need one without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dsql<'a> {
    host: &'a str,
    region: &'a str,
    is_admin: bool,
    expires: Duration,
}

impl<'a> Dsql<'a> {
    /// For a role of the database; 15 minutes.
    #[must_use]
    pub fn new(host: &'a str, region: &'a str) -> Self {
        Self {
            host,
            region,
            is_admin: false,
            expires: Duration::from_secs(900),
        }
    }

    /// For the user `admin`.
    #[must_use]
    pub fn as_admin(self) -> Self {
        Self {
            is_admin: true,
            ..self
        }
    }

    /// How long the token is good, in whole seconds: 1 second to 7 days.
    #[must_use]
    pub fn with_expires(self, expires: Duration) -> Self {
        Self { expires, ..self }
    }

    /// The password, over TLS only. Vectors `dsql*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Dsql, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let host = "foo0bar1baz2quux3quuux4.dsql.us-east-1.on.aws";
    /// let password = Dsql::new(host, "us-east-1").as_admin().token(&maker)?;
    /// assert!(password.as_str().starts_with(&format!("{host}/?Action=DbConnectAdmin&")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed host, another region than the host's, a life that is too long,
    /// and what cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        let host = checked::host(self.host)?;
        checked::region_of(&host, self.region)?;
        checked::expires(self.expires.as_secs(), MAX_EXPIRES)?;
        let presigned = Presigned {
            method: "GET",
            host: &host,
            target: if self.is_admin {
                "/?Action=DbConnectAdmin"
            } else {
                "/?Action=DbConnect"
            },
            header: None,
            region: self.region,
            service: "dsql",
            expires: Some(self.expires.as_secs()),
            order: &EXPIRES_LATER,
        };
        Ok(Token {
            text: presigned.text(maker)?,
            validity: maker.validity(presigned.expires)?,
        })
    }
}
