//! Bedrock.

use crate::grammar::base64::base64;
use crate::tokens::checked;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_SOONER, Presigned};
use crate::tokens::secret_text::Token;
use core::time::Duration;
use zeroize::Zeroizing;

/// 12 hours, in seconds.
const LONGEST: u64 = 43_200;

const PREFIX: &str = "bedrock-api-key-";

/// A short-term API key of Bedrock, sent as `Authorization: Bearer`; AWS's SDKs read it from
/// `AWS_BEARER_TOKEN_BEDROCK`.
/// [API keys](https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bedrock<'a> {
    region: &'a str,
    expires: Duration,
}

impl<'a> Bedrock<'a> {
    /// For the models of a region, for example `us-west-2`; 12 hours.
    #[must_use]
    pub fn new(region: &'a str) -> Self {
        Self {
            region,
            expires: Duration::from_secs(LONGEST),
        }
    }

    /// How long the key is good, in whole seconds: 1 second to 12 hours, and no longer than the
    /// credentials are.
    #[must_use]
    pub fn with_expires(self, expires: Duration) -> Self {
        Self { expires, ..self }
    }

    /// The key. Vectors `bedrock*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use core::time::Duration;
    /// use sigv4::tokens::{Bedrock, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let key = Bedrock::new("us-west-2").with_expires(Duration::from_secs(3600)).token(&maker)?;
    /// assert!(key.as_str().starts_with("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a life of more than 12 hours, and what cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        checked::expires(self.expires.as_secs(), LONGEST)?;
        let presigned = Presigned {
            method: "POST",
            host: "bedrock.amazonaws.com",
            target: "/?Action=CallWithBearerToken",
            header: None,
            region: self.region,
            service: "bedrock",
            expires: Some(self.expires.as_secs()),
            order: &EXPIRES_SOONER,
        };
        // The version of the key's form, which is not signed.
        let url = presigned.written(maker, "", presigned.host, "&Version=1")?;
        let encoded = Zeroizing::new(base64(url.as_bytes()));
        Ok(Token {
            text: Zeroizing::new([PREFIX, &encoded].concat()),
            validity: maker.validity(presigned.expires)?,
        })
    }
}
