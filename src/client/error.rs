//! Everything that can end a call.

use crate::client::credentials_error::CredentialsError;
use crate::client::url_error::UrlError;
use crate::request::timestamp::Timestamp;
use core::fmt;
use core::time::Duration;
use std::prelude::rust_2024::*;

/// Why a call failed.
///
/// No variant ever holds a secret access key, a session token or a signature: what a
/// service sends back is searched for them and cut to 8 KiB.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The request, the credentials, the region or the service cannot be signed with.
    /// Nothing was sent.
    Signing(crate::Error),
    /// No credentials. Nothing was sent.
    Credentials(CredentialsError),
    /// The URL cannot be called. Nothing was sent.
    Url(UrlError),
    /// Neither given, nor known from the host, nor in the environment: set one, or
    /// `AWS_REGION`. Nothing was sent.
    MissingRegion {
        /// The host to be signed for.
        host: String,
    },
    /// Neither given nor known from the host, as with a custom domain: set one
    /// (`execute-api` for API Gateway). Nothing was sent.
    MissingService {
        /// The host to be signed for.
        host: String,
    },
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
    /// The body of the request could not be read. Nothing was sent.
    RequestBody {
        /// What reading it said.
        kind: std::io::ErrorKind,
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
    /// S3: signed for another region than the bucket's.
    WrongRegion {
        /// The bucket's region.
        region: String,
    },
    /// The signature is good, but a policy says no.
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

impl fmt::Display for ClientError {
    #[allow(clippy::too_many_lines)] // one line each
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signing(error) => write!(f, "cannot sign: {error}"),
            Self::Credentials(error) => write!(f, "no credentials: {error}"),
            Self::Url(error) => write!(f, "URL: {error}"),
            Self::MissingRegion { host } => {
                write!(f, "no region known for {host}: give one, or set AWS_REGION")
            }
            Self::MissingService { host } => write!(
                f,
                "no service known for {host}: give one (execute-api for API Gateway)"
            ),
            Self::PlainHttp { host } => {
                write!(f, "plain http to {host} was not allowed, use https")
            }
            Self::InvalidRequest { part } => write!(f, "malformed: {part}"),
            Self::RequestTooLarge { limit } => {
                write!(f, "the body is over the limit of {limit} bytes for signing")
            }
            Self::RequestBody { kind } => write!(f, "the body could not be read: {kind}"),
            Self::Transport { message, .. } => f.write_str(message),
            Self::ResponseTooLarge { limit } => {
                write!(f, "the response is over the limit of {limit} bytes")
            }
            Self::InvalidJson { line, column } => {
                write!(f, "the response is no JSON at line {line}, column {column}")
            }
            Self::UnexpectedJson {
                line,
                column,
                expected,
            } => {
                write!(
                    f,
                    "the response is other JSON at line {line}, column {column}"
                )?;
                match expected {
                    Some(expected) if expected.starts_with("missing") => write!(f, ": {expected}"),
                    Some(expected) => write!(f, ": expected {expected}"),
                    None => Ok(()),
                }
            }
            Self::InvalidUtf8 { valid_up_to } => {
                write!(f, "the response is no UTF-8 at byte {valid_up_to}")
            }
            Self::Redirect {
                status,
                location,
                region,
            } => {
                write!(f, "{status}: redirects are not followed with credentials")?;
                if let Some(location) = location {
                    write!(f, ", it points to {location}")?;
                }
                match region {
                    Some(region) => write!(f, ", the bucket is in {region}"),
                    None => Ok(()),
                }
            }
            Self::WrongRegion { region } => {
                write!(f, "signed for the wrong region: the bucket is in {region}")
            }
            Self::NotAuthorized { message, .. } => write!(f, "not authorized: {message}"),
            Self::SignatureMismatch { .. } => f.write_str(
                "the service computed another signature: wrong secret access key, or the \
                 request was changed on its way",
            ),
            Self::ClockSkew {
                server: Some(server),
                local,
                ..
            } => write!(
                f,
                "the clocks differ: signed at {local}, the service's is {server}"
            ),
            Self::ClockSkew { local, message, .. } => {
                write!(f, "the clocks differ: signed at {local}: {message}")
            }
            Self::CredentialsRejected {
                expired: true,
                message,
                ..
            } => write!(f, "the credentials have expired: {message}"),
            Self::CredentialsRejected { message, .. } => {
                write!(f, "the service does not accept the credentials: {message}")
            }
            Self::UnknownRoute { .. } => f.write_str(
                "API Gateway knows no such path or method (it says: missing authentication token)",
            ),
            Self::Throttled { message, .. } => write!(f, "throttled: {message}"),
            Self::Status {
                status,
                code,
                message,
                ..
            } => {
                write!(f, "status {status}")?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                if message.is_empty() {
                    Ok(())
                } else {
                    write!(f, ": {message}")
                }
            }
        }
    }
}

impl core::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Signing(error) => Some(error),
            Self::Credentials(error) => Some(error),
            Self::Url(error) => Some(error),
            _ => None,
        }
    }
}

impl From<crate::Error> for ClientError {
    fn from(error: crate::Error) -> Self {
        Self::Signing(error)
    }
}

impl From<CredentialsError> for ClientError {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
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
