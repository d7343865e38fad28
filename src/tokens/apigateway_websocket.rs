//! WebSocket APIs of API Gateway.

use crate::sign::presign::MAX_EXPIRES;
use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_SOONER, Presigned};
use crate::tokens::secret_text::Token;
use core::time::Duration;

/// The longest name of a stage.
const LONGEST_STAGE: usize = 128;
/// Longer request lines are refused by every server.
const LONGEST_QUERY: usize = 65_536;

/// A WebSocket API behind API Gateway's IAM authorization, for clients that cannot send headers
/// with the handshake, as browsers.
/// [Control access to a WebSocket API](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html)
///
/// Those that can sign the handshake as any other request: [`Signer::sign`](crate::Signer::sign).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApigatewayWebsocket<'a> {
    host: &'a str,
    stage: &'a str,
    region: &'a str,
    query: &'a str,
    expires: Duration,
}

impl<'a> ApigatewayWebsocket<'a> {
    /// An API by its host and stage, or by its own domain name and what that has for the stage,
    /// which can be nothing. Five minutes.
    #[must_use]
    pub fn new(host: &'a str, stage: &'a str, region: &'a str) -> Self {
        Self {
            host,
            stage,
            region,
            query: "",
            expires: Duration::from_secs(300),
        }
    }

    /// Parameters of the API's own, signed with the rest: `name=value&…`, escaped.
    #[must_use]
    pub fn with_query(self, query: &'a str) -> Self {
        Self { query, ..self }
    }

    /// How long a connection can be opened with the URL, in whole seconds: 1 second to 7 days.
    /// One that is open stays open.
    #[must_use]
    pub fn with_expires(self, expires: Duration) -> Self {
        Self { expires, ..self }
    }

    /// The URL to connect to. Vectors `apigateway-websocket*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{ApigatewayWebsocket, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let host = "abcdef1234.execute-api.us-east-1.amazonaws.com";
    /// let api = ApigatewayWebsocket::new(host, "prod", "us-east-1").with_query("user=me");
    /// let url = api.token(&maker)?;
    /// assert!(url.as_str().starts_with(&format!("wss://{host}/prod?user=me&X-Amz-")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed host, stage or query, another region than the host's, a life
    /// that is too long, and what cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        let host = checked::host(self.host)?;
        checked::region_of(&host, self.region)?;
        checked::expires(self.expires.as_secs(), MAX_EXPIRES)?;
        if !self.stage.is_empty() {
            checked::length(Input::Stage, self.stage, LONGEST_STAGE)?;
        }
        checked::bytes(Input::Stage, self.stage, |byte| {
            byte.is_ascii_alphanumeric() || b"-_.$".contains(&byte)
        })?;
        if !self.query.is_empty() {
            checked::length(Input::Query, self.query, LONGEST_QUERY)?;
        }
        // A raw space or `#` is no part of a URL.
        checked::bytes(Input::Query, self.query, |byte| {
            byte.is_ascii_graphic() && byte != b'#'
        })?;
        let separator = if self.query.is_empty() { "" } else { "?" };
        let presigned = Presigned {
            method: "GET",
            host: &host,
            target: &["/", self.stage, separator, self.query].concat(),
            header: None,
            region: self.region,
            service: "execute-api",
            expires: Some(self.expires.as_secs()),
            order: &EXPIRES_SOONER,
        };
        Ok(Token {
            text: presigned.written(maker, "wss://", &host, "")?,
            validity: maker.validity(presigned.expires)?,
        })
    }
}
