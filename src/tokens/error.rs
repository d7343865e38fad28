//! Why a token is not made.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why a token was not made.
///
/// Flat, `Copy` and comparable, as [`Error`]: what was given, positions (byte offsets, counted
/// from zero) and limits, never text of what was given.
///
/// ```
/// use sigv4::tokens::{Input, Maker, Rds, TokenError};
/// use sigv4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
/// let database = Rds { host: "db example.com", port: 5432, user: "jane_doe", region: "us-east-1" };
/// let error = database.token(&maker).unwrap_err();
/// assert_eq!(error, TokenError::Invalid { input: Input::Host, position: 2 });
/// assert_eq!(error.to_string(), "host: malformed at byte 2");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenError {
    /// What is wrong with the credentials, the region or the time.
    Signing(Error),
    /// Nothing was given.
    Empty {
        /// For what.
        input: Input,
    },
    /// A byte, a character or a part that may not stand there.
    Invalid {
        /// In what.
        input: Input,
        /// Byte offset in it.
        position: usize,
    },
    /// Longer than the service takes.
    TooLong {
        /// What it is that is too long.
        input: Input,
        /// Its length in bytes.
        length: usize,
        /// How many bytes it may have.
        limit: usize,
    },
    /// Port 0, which nobody listens at.
    PortZero,
    /// The token may not live so long, or not at all.
    ExpiresOutOfRange {
        /// What was asked for, in seconds.
        seconds: u64,
        /// The most that the service takes, in seconds; the least is 1.
        limit: u64,
    },
    /// A region of none of AWS's partitions: which host it belongs to is not known.
    UnknownRegion,
    /// The host is in another region, as its name tells.
    RegionDiffers,
    /// The host is none of the service's, and nothing else tells the region.
    NoRegionInHost,
    /// The host is that of an API's WebSockets, and what is signed is that of the API:
    /// `appsync-api` in the place of `appsync-realtime-api`.
    WebSocketHost,
    /// The token is longer than the service takes, as the session token in it is long.
    TokenTooLong {
        /// Its length in bytes.
        length: usize,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The credentials are over when the token is made, and the token would be.
    CredentialsEnded {
        /// When they ended.
        ended: Timestamp,
        /// When the token is made.
        at: Timestamp,
    },
}

/// What is given to make a token of, for [`TokenError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Input {
    /// The name of a host.
    Host,
    /// The name of a database's or a cache's user.
    User,
    /// The name of a cache or of a cluster of MemoryDB.
    Cache,
    /// The name of a cluster of EKS.
    Cluster,
    /// The stage of an API.
    Stage,
    /// The query of a URL.
    Query,
    /// The name and version of a client.
    UserAgent,
    /// The path of a repository.
    Repository,
    /// The data of a message.
    Data,
    /// The name of the header that names a server.
    ServerIdHeader,
    /// What names a server.
    ServerId,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::User => "user",
            Self::Cache => "cache",
            Self::Cluster => "cluster",
            Self::Stage => "stage",
            Self::Query => "query",
            Self::UserAgent => "user agent",
            Self::Repository => "repository",
            Self::Data => "data",
            Self::ServerIdHeader => "server id header",
            Self::ServerId => "server id",
        })
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signing(error) => error.fmt(f),
            Self::Empty { input } => write!(f, "{input}: empty"),
            Self::Invalid { input, position } => write!(f, "{input}: malformed at byte {position}"),
            Self::TooLong {
                input,
                length,
                limit,
            } => write!(f, "{input}: {length} bytes, and {limit} are allowed"),
            Self::PortZero => f.write_str("port: 0 is none"),
            Self::ExpiresOutOfRange { seconds, limit } => {
                write!(f, "a life of {seconds} seconds: allowed are 1 to {limit}")
            }
            Self::UnknownRegion => f.write_str("region: of none of AWS's partitions"),
            Self::RegionDiffers => f.write_str("region: the host is in another one"),
            Self::NoRegionInHost => f.write_str("host: its name tells no region"),
            Self::WebSocketHost => f.write_str(
                "host: that of the WebSockets; the API's has appsync-api in place of \
                 appsync-realtime-api",
            ),
            Self::TokenTooLong { length, limit } => write!(
                f,
                "the token has {length} bytes, and {limit} are taken: the session token in it is \
                 too long"
            ),
            Self::CredentialsEnded { ended, at } => {
                write!(f, "the credentials ended at {ended}, before {at}")
            }
        }
    }
}

impl core::error::Error for TokenError {}

impl From<Error> for TokenError {
    fn from(error: Error) -> Self {
        match error {
            Error::ExpiresOutOfRange { seconds, limit } => {
                Self::ExpiresOutOfRange { seconds, limit }
            }
            error => Self::Signing(error),
        }
    }
}
