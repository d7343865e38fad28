//! MSK.

use crate::endpoint::suffix_of;
use crate::grammar::base64::base64_url;
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_SOONER, Presigned};
use crate::tokens::secret_text::Token;
use alloc::string::String;
use zeroize::Zeroizing;

/// What the token says of its maker, where nobody says anything else.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const LONGEST_USER_AGENT: usize = 256;

/// The brokers of MSK in a region, which take a token by SASL/OAUTHBEARER.
/// [IAM access control](https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Msk<'a> {
    region: &'a str,
    user_agent: &'a str,
}

impl<'a> Msk<'a> {
    /// Of a region, for example `us-east-1`.
    #[must_use]
    pub fn new(region: &'a str) -> Self {
        Self {
            region,
            user_agent: USER_AGENT,
        }
    }

    /// What the token says of its maker, `name/version`; it is not signed.
    #[must_use]
    pub fn with_user_agent(self, user_agent: &'a str) -> Self {
        Self { user_agent, ..self }
    }

    /// The token of OAUTHBEARER, good for 15 minutes: its lifetime, where a client wants it in
    /// milliseconds, is [`expires_at`](crate::tokens::Validity::expires_at) times 1,000. Vectors
    /// `msk*` of `test-vectors/tokens`.
    ///
    /// It is signed for `kafka.REGION.amazonaws.com`, as by AWS's own makers, in every partition.
    ///
    /// ```
    /// use sigv4::tokens::{Maker, Msk};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let token = Msk::new("us-east-1").token(&maker)?;
    /// assert!(token.as_str().starts_with("aHR0cHM6Ly9rYWZrYS51cy1lYXN0LTEu")); // https://kafka.us-east-1.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a region of none of AWS's partitions, a malformed user agent, and what
    /// cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        suffix_of(self.region, false).ok_or(TokenError::UnknownRegion)?;
        let input = Input::UserAgent;
        checked::length(input, self.user_agent, LONGEST_USER_AGENT)?;
        checked::bytes(input, self.user_agent, |byte| {
            byte == b' ' || byte.is_ascii_graphic()
        })?;
        let presigned = Presigned {
            method: "GET",
            host: &["kafka.", self.region, ".amazonaws.com"].concat(),
            target: "/?Action=kafka-cluster%3AConnect",
            header: None,
            region: self.region,
            service: "kafka-cluster",
            expires: Some(900),
            order: &EXPIRES_SOONER,
        };
        let mut user_agent = String::from("&User-Agent=");
        encode(self.user_agent, &UNRESERVED, &mut |piece| {
            user_agent.push_str(piece);
        });
        let url = presigned.written(maker, "https://", presigned.host, &user_agent)?;
        Ok(Token {
            text: Zeroizing::new(base64_url(url.as_bytes())),
            validity: maker.validity(presigned.expires)?,
        })
    }
}
