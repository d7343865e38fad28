//! AppSync.

use crate::grammar::base64::{base64, base64_url};
use crate::request::{Payload, Request};
use crate::sign::signer::Signer;
use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::header_json::Fields;
use crate::tokens::maker::Maker;
use crate::tokens::secret_text::SecretText;
use crate::tokens::validity::Validity;
use alloc::string::String;
use core::fmt;
use zeroize::Zeroizing;

const ACCEPT: &str = "application/json, text/javascript";
const CONTENT_ENCODING: &str = "amz-1.0";
const CONTENT_TYPE: &str = "application/json; charset=UTF-8";

/// In the name of the host of an API's WebSockets.
const REALTIME: &str = ".appsync-realtime-api.";

/// The longest message of AppSync's, 240 KB, and something more.
const LONGEST_DATA: usize = 1_048_576;

/// An API of AppSync, whose WebSockets take the headers of a signed request as JSON.
/// [Building a real-time WebSocket client](https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html),
/// [Event API WebSocket protocol](https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Appsync<'a> {
    /// That of the API, `ID.appsync-api.REGION.amazonaws.com` or its own domain name; not that of
    /// its WebSockets.
    pub host: &'a str,
    /// Where the API is, for example `us-east-1`.
    pub region: &'a str,
}

/// What is signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppsyncMessage<'a> {
    /// The connection to a GraphQL API.
    Connect,
    /// A subscription: the text of `data` in the message `start`, exactly as it stands there.
    Start(&'a str),
    /// The connection to an Event API.
    EventsConnect,
    /// A message of an Event API, exactly as it is signed for: `{"channel":"/default/news"}`.
    Event(&'a str),
}

impl Appsync<'_> {
    /// The headers that authorize a connection or a message. Vectors `appsync-*` of
    /// `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Appsync, AppsyncMessage, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let api = Appsync { host: "abc.appsync-api.us-east-1.amazonaws.com", region: "us-east-1" };
    /// let connect = api.headers(&maker, AppsyncMessage::Connect)?;
    /// let url = "wss://abc.appsync-realtime-api.us-east-1.amazonaws.com/graphql?header=eyJ";
    /// assert!(connect.url().starts_with(url));
    /// // Or without secrets in the URL, beside the subprotocol `graphql-ws`:
    /// assert!(connect.subprotocol().starts_with("header-eyJ"));
    /// // `payload.extensions.authorization` of a subscription.
    /// let data = r#"{"query":"subscription { onCreate { id } }","variables":{}}"#;
    /// let start = api.headers(&maker, AppsyncMessage::Start(data))?;
    /// assert!(start.json().starts_with(r#"{"accept":"application/json, text/javascript","#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed host or that of the WebSockets, another region than the host's,
    /// data that are none or too long, and what cannot be signed.
    pub fn headers(
        &self,
        maker: &Maker<'_>,
        message: AppsyncMessage<'_>,
    ) -> Result<AppsyncHeaders, TokenError> {
        let host = checked::host(self.host)?;
        checked::region_of(&host, self.region)?;
        // What is signed is the API's name, also for its WebSockets.
        if host.contains(REALTIME) {
            return Err(TokenError::WebSocketHost);
        }
        let (target, body) = match message {
            AppsyncMessage::Connect => ("/graphql/connect", "{}"),
            AppsyncMessage::Start(data) => ("/graphql", data),
            AppsyncMessage::EventsConnect => ("/event", "{}"),
            AppsyncMessage::Event(data) => ("/event", data),
        };
        checked::length(Input::Data, body, LONGEST_DATA)?;
        let request = Request {
            method: "POST",
            target,
            headers: &[
                ("accept", ACCEPT.as_bytes()),
                ("content-encoding", CONTENT_ENCODING.as_bytes()),
                ("content-type", CONTENT_TYPE.as_bytes()),
                ("host", host.as_bytes()),
            ],
            payload: Payload::Bytes(body.as_bytes()),
        };
        let service = Signer::new(maker.credentials().clone(), self.region, "appsync");
        let signed = service.sign(&request, maker.at())?;
        // In the order in which AWS Amplify writes them.
        let mut fields = Fields::default();
        fields.push("accept", ACCEPT);
        fields.push("content-encoding", CONTENT_ENCODING);
        fields.push("content-type", CONTENT_TYPE);
        fields.push("host", &host);
        fields.push("x-amz-date", maker.at().as_str());
        if let Some(token) = maker.credentials().session_token() {
            fields.push("x-amz-security-token", token);
        }
        fields.push("authorization", signed.authorization());
        Ok(AppsyncHeaders {
            endpoint: endpoint(&host, target),
            fields,
            validity: maker.validity(None)?,
        })
    }
}

/// The headers of a signed request to AppSync.
///
/// `Debug` shows only how long they are good. They are wiped when dropped.
pub struct AppsyncHeaders {
    endpoint: String,
    fields: Fields,
    validity: Validity,
}

impl AppsyncHeaders {
    /// Names in lower case, and values: secrets.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter()
    }

    /// An object of JSON: what stands in `payload.extensions.authorization` of a subscription, and
    /// in `authorization` of a message of an Event API.
    #[must_use]
    pub fn json(&self) -> SecretText {
        SecretText::new(self.fields.json(false))
    }

    /// The same in base64.
    #[must_use]
    pub fn base64(&self) -> SecretText {
        SecretText::new(Zeroizing::new(base64(self.json().as_bytes())))
    }

    /// A subprotocol to ask for, beside `graphql-ws` or `aws-appsync-event-ws`.
    #[must_use]
    pub fn subprotocol(&self) -> SecretText {
        let encoded = Zeroizing::new(base64_url(self.json().as_bytes()));
        SecretText::new(Zeroizing::new(["header-", &encoded].concat()))
    }

    /// Where a WebSocket is opened with [`subprotocol`](Self::subprotocol), without a secret in it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where a WebSocket is opened without that: the headers of a connection stand in the URL,
    /// with the subprotocol `graphql-ws` or `aws-appsync-event-ws`.
    #[must_use]
    pub fn url(&self) -> SecretText {
        let encoded = self.base64();
        // A `+` in a query could be read as a space.
        let lengths = [self.endpoint.len(), encoded.len().saturating_mul(3), 32];
        let capacity = lengths.into_iter().fold(0, usize::saturating_add);
        let mut url = Zeroizing::new(String::with_capacity(capacity));
        url.push_str(&self.endpoint);
        url.push_str("?header=");
        for (index, piece) in encoded.split('+').enumerate() {
            url.push_str(if index > 0 { "%2B" } else { "" });
            url.push_str(piece);
        }
        url.push_str("&payload=e30="); // {}
        SecretText::new(url)
    }

    /// How long they are good, as far as the credentials tell: AWS states no end for them.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

impl fmt::Debug for AppsyncHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppsyncHeaders")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// Where the WebSockets of an API are: at a host of their own, or under a path of its own domain
/// name.
fn endpoint(host: &str, target: &str) -> String {
    let is_event = target == "/event";
    let (host, path) = match host.split_once(".appsync-api.") {
        Some((id, rest)) => (
            [id, REALTIME, rest].concat(),
            if is_event {
                "/event/realtime"
            } else {
                "/graphql"
            },
        ),
        None => (
            host.into(),
            if is_event {
                "/event/realtime"
            } else {
                "/graphql/realtime"
            },
        ),
    };
    ["wss://", &host, path].concat()
}
