//! Everything that can end a call.

use crate::client::url_error::UrlError;
use crate::endpoint::EndpointError;
use crate::request::timestamp::Timestamp;
use crate::sources::credentials_error::CredentialsError;
use core::time::Duration;
use std::prelude::rust_2024::*;

/// Why a call failed.
///
/// `{}` and `{:?}` write the same message, so that `fn main() -> Result<(), ClientError>`
/// and `unwrap` tell it in words; `{:#?}` writes the variant with its fields.
///
/// ```no_run
/// use sigv4::{Client, ClientError};
///
/// fn main() -> Result<(), ClientError> {
///     let client = Client::from_env()?;
///     let url = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items";
///     match client.get(url).send() {
///         Ok(response) => println!("{}", response.text()?),
///         Err(ClientError::Throttled { retry_after, .. }) => println!("later: {retry_after:?}"),
///         // Error: not authorized: User: … is not authorized to perform: execute-api:Invoke …
///         Err(error) => return Err(error),
///     }
///     Ok(())
/// }
/// ```
///
/// A secret access key is never sent, so that no answer can quote it. What a service sends
/// back goes into an error as follows, and in this order: its texts are cut to 8 KiB each;
/// the session token and the signature that were sent are replaced by `[redacted]`, as they
/// are, as JSON or a URL escapes them and, where they come out when up to three layers of
/// escapes of URLs, JSON, HTML or XML are resolved, with the whole text around them; so is
/// the beginning of one where the text was cut. A token of fewer than 16 bytes is no secret
/// and not looked for. Control characters become spaces, but for the lines of a canonical
/// request and a string to sign.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The request, the credentials, the region or the service cannot be signed with.
    /// Nothing was sent.
    Signing(crate::error::Error),
    /// No credentials. Nothing was sent.
    Credentials(CredentialsError),
    /// The URL cannot be called. Nothing was sent.
    Url(UrlError),
    /// Neither given, nor known from the host, nor in the environment: set one, or
    /// `AWS_REGION`. Nothing was sent.
    MissingRegion {
        /// The host to be signed for.
        host: String,
        /// Why the metadata of an EC2 instance tell none, where they were asked.
        instance: Option<CredentialsError>,
    },
    /// Neither given nor known from the host, as with a custom domain: set one
    /// (`execute-api` for API Gateway). Nothing was sent.
    MissingService {
        /// The host to be signed for.
        host: String,
    },
    /// The host is one of AWS's, and what to sign for is neither given nor in its name; or it
    /// takes no signature of Version 4. Nothing was sent.
    Endpoint(EndpointError),
    /// Plain http to a host that is not this machine, and nobody allowed it. Nothing was sent.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// A method, a header's name or a header's value is none, or the body cannot be written
    /// as JSON. Nothing was sent.
    InvalidRequest {
        /// Which part, and of JSON why not: `method`, the header's name.
        part: String,
    },
    /// The body of the request is over the limit for bodies that are signed. Nothing was sent.
    RequestTooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The body of the request could not be read. Nothing was sent; of an
    /// [`Upload`](crate::client::Upload), not to its end.
    RequestBody {
        /// What reading it said.
        kind: std::io::ErrorKind,
    },
    /// An [`Upload`](crate::client::Upload) is shorter or longer than it was said to be. It was not
    /// sent to its end.
    RequestStream(crate::stream::StreamError),
    /// An [`Upload`](crate::client::Upload) that can be read only once, for a service that does
    /// not take this request in chunks: its hash has to be known before it is sent. Nothing was
    /// sent.
    OneTimeBody {
        /// The service.
        service: String,
    },

    /// No usable response: the network, the name, TLS, time or HTTP itself.
    Transport {
        /// What went wrong, to match on.
        kind: TransportKind,
        /// The same in words.
        message: String,
    },
    /// The body of the response is over the limit, counted after decompression.
    ResponseTooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The body of the response is no JSON.
    InvalidJson {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// The body of the response is JSON, but not what the type asks for.
    UnexpectedJson {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
        /// What would have been right, or which field is missing; nothing of the response.
        expected: Option<String>,
    },
    /// The body of the response is no UTF-8.
    InvalidUtf8 {
        /// How many bytes of it are.
        valid_up_to: usize,
    },

    /// The service points elsewhere. Credentials do not follow.
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Where it points to.
        location: Option<String>,
        /// S3: the region that the bucket is in.
        region: Option<String>,
    },
    /// Signed for another region than the service's, or the bucket's.
    WrongRegion {
        /// The right one, where the service names it.
        region: Option<String>,
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// Signed for another service than the one that answers.
    WrongService {
        /// The right one, where the service names it.
        service: Option<String>,
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// Headers arrived that have to be signed and were not: sign them with
    /// [`SigV4::also_sign`](crate::client::SigV4::also_sign), or find out what adds them on
    /// the way.
    HeadersNotSigned {
        /// Their names, where the service tells them.
        headers: Vec<String>,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// The service saw no signature, although one was sent: something on the way took the
    /// `Authorization` header away.
    SignatureLost {
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// The service denies access. Where it names an action, the signature was right and a
    /// policy says no; a bare "Access Denied" can also mean that what was asked for does not
    /// exist and may not be listed (S3).
    NotAuthorized {
        /// For example `execute-api:Invoke`, where the service names it.
        action: Option<String>,
        /// The ARN, where the service names it.
        resource: Option<String>,
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// The service computed another signature: a wrong secret access key, or a request
    /// that was changed on its way. Compare the two texts with
    /// [`Signer::stages`](crate::Signer::stages).
    SignatureMismatch {
        /// The canonical request that the service computed, where it shows it. A session
        /// token in it is replaced.
        canonical_string: Option<String>,
        /// The string to sign that the service computed, where it shows it.
        string_to_sign: Option<String>,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// The request's time is too far from the service's.
    ClockSkew {
        /// The service's time, from its message or its `Date` header.
        server: Option<Timestamp>,
        /// The time that the request was signed with.
        local: Timestamp,
        /// What the service says.
        message: String,
    },
    /// The service does not know these credentials, or they are no longer valid.
    CredentialsRejected {
        /// They were valid once.
        expired: bool,
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// API Gateway: a signed request was told that its token is missing, which is how it
    /// says that there is no such path or method.
    UnknownRoute {
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// Too many requests.
    Throttled {
        /// How long to wait, where the service says it.
        retry_after: Option<Duration>,
        /// What the service says.
        message: String,
        /// To quote to AWS support.
        request_id: Option<String>,
    },
    /// Any other status but 2xx.
    Status {
        /// The HTTP status.
        status: u16,
        /// AWS's name for the error.
        code: Option<String>,
        /// To quote to AWS support.
        request_id: Option<String>,
        /// What the service says.
        message: String,
    },
}

/// What went wrong below HTTP, or in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportKind {
    /// The name of the host is not known.
    HostNotFound,
    /// No connection.
    Connect,
    /// The TLS handshake failed, or the certificate is not trusted.
    Tls,
    /// A connection took too long to come about.
    ConnectTimeout,
    /// The other side took too long to take or to send data.
    ReadTimeout,
    /// The call as a whole took too long.
    Deadline,
    /// The other side reset the connection.
    Reset,
    /// The other side closed the connection too early.
    Closed,
    /// What came is no HTTP response.
    Malformed,
    /// The body could not be decompressed.
    Decompress,
    /// The proxy refused or is set up wrongly.
    Proxy,
    /// Anything else.
    Other,
}

impl core::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Signing(error) => Some(error),
            Self::Credentials(error) => Some(error),
            Self::Url(error) => Some(error),
            Self::Endpoint(error) => Some(error),
            _ => None,
        }
    }
}

impl From<crate::error::Error> for ClientError {
    fn from(error: crate::error::Error) -> Self {
        Self::Signing(error)
    }
}

impl From<CredentialsError> for ClientError {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
    }
}

impl From<EndpointError> for ClientError {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::MissingService {
                host, aws: false, ..
            } => Self::MissingService { host },
            EndpointError::MissingRegion { host, aws: false } => Self::MissingRegion {
                host,
                instance: None,
            },
            _ => Self::Endpoint(error),
        }
    }
}

impl From<UrlError> for ClientError {
    fn from(error: UrlError) -> Self {
        Self::Url(error)
    }
}

impl From<ClientError> for ureq::Error {
    fn from(error: ClientError) -> Self {
        Self::Other(Box::new(error))
    }
}
