//! IoT Core.

use crate::tokens::checked;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_LATER, Presigned};
use crate::tokens::secret_text::Token;

/// An endpoint of IoT Core, which speaks MQTT over WebSocket.
/// [Device communication protocols](https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Iot<'a> {
    /// The endpoint, without a port: what `aws iot describe-endpoint --endpoint-type
    /// iot:Data-ATS` prints.
    pub host: &'a str,
    /// Where it is, for example `us-east-1`.
    pub region: &'a str,
}

impl Iot<'_> {
    /// The URL to connect to, with the subprotocol `mqtt`. It states no end, and AWS none for
    /// it. Vectors `iot*` of `test-vectors/tokens`.
    ///
    /// A session token stands in it and is not signed:
    /// [`Profile::IOT_DEVICE_GATEWAY`](crate::Profile::IOT_DEVICE_GATEWAY).
    ///
    /// ```
    /// use sigv4::tokens::{Iot, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let endpoint = Iot { host: "abc123-ats.iot.us-east-1.amazonaws.com", region: "us-east-1" };
    /// let url = endpoint.token(&maker)?;
    /// assert!(url.as_str().starts_with("wss://abc123-ats.iot.us-east-1.amazonaws.com/mqtt?X-Amz-"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed host, another region than the host's, and what cannot be
    /// signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        let host = checked::host(self.host)?;
        checked::region_of(&host, self.region)?;
        let presigned = Presigned {
            method: "GET",
            host: &host,
            target: "/mqtt",
            header: None,
            region: self.region,
            service: "iotdevicegateway",
            expires: None,
            order: &EXPIRES_LATER,
        };
        Ok(Token {
            text: presigned.written(maker, "wss://", &host, "")?,
            validity: maker.validity(None)?,
        })
    }
}
