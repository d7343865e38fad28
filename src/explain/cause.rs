//! What can be behind a refusal.

use crate::request::timestamp::Timestamp;
use alloc::string::String;
use core::fmt;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The service did not refuse it.
    Nothing,

    /// The method that arrived is another one.
    Method,
    /// The path or the query is escaped once more, or once less, on one of the two sides.
    DoubleEncoding,
    /// A `+` was read as a space, or a space written as `+`.
    PlusSign,
    /// Dot segments or doubled slashes were removed on one of the two sides.
    DotSegments,
    /// The path lost or gained a slash at its end.
    TrailingSlash,
    /// The path lost or gained segments at its start: a stage or a base path.
    PathPrefix,
    /// The path differs in another way.
    Path,
    /// The same parameters, not in the same order.
    QueryOrder,
    /// Query parameters were added, removed or changed.
    QueryParameters,
    /// A port is in the `host` of one of the two sides only.
    PortInHost,
    /// The `host` that arrived is another one.
    Host,
    /// A header takes part in the service's signature, but was not signed.
    HeaderAdded {
        /// In lower case.
        name: String,
    },
    /// A signed header did not arrive.
    HeaderRemoved {
        /// In lower case.
        name: String,
    },
    /// A signed header arrived with another value.
    HeaderAltered {
        /// In lower case.
        name: String,
    },
    /// A session token is needed and was not there, or did not arrive.
    SessionTokenMissing,
    /// A session token arrived that is not signed.
    SessionTokenUnsigned,
    /// Another session token arrived than the one that was signed.
    SessionTokenAltered,
    /// The body that arrived is not the one that was signed.
    PayloadHash,
    /// The canonical requests differ, but the service did not show its own.
    CanonicalRequest,

    /// The time or the date of the scope is not the one that was signed.
    Date,
    /// The credential is scoped to another region.
    WrongRegion {
        /// Where the service says it.
        expected: Option<String>,
    },
    /// The credential is scoped to another service.
    WrongService {
        /// Where the service says it.
        expected: Option<String>,
    },
    /// The clocks of caller and service are too far apart, or the signature was too old
    /// when it arrived.
    Clock {
        /// When the request was signed.
        signed: Timestamp,
        /// When it arrived.
        server: Timestamp,
    },
    /// As [`Clock`](Self::Clock), where the service does not say its time.
    ClockUnshown,
    /// A presigned URL was used after its time.
    PresignedExpired,
    /// The session token has expired.
    SessionTokenExpired,
    /// The access key is not known, or the session token is not the one of that key.
    UnknownAccessKey,
    /// Both sides computed the same: only the secrets can differ.
    WrongSecret,
    /// The signature is wrong, but the service did not show what it computed.
    MismatchUnshown,

    /// The `Authorization` header or the query lack a part, or it cannot be read.
    MalformedSignature,
    /// No signature arrived.
    NotSigned,
    /// The service has no such route, stage or method. API Gateway says the same when no
    /// signature arrives.
    NoSuchRoute,
    /// The signature is right; a policy does not allow the call.
    NotAuthorized {
        /// A policy denies it by name; otherwise none allows it.
        explicit_deny: bool,
    },
    /// Refused without a reason: an API key, a firewall or a resource policy, or an HTTP
    /// API, which gives no reasons.
    Forbidden,
    /// Nothing in the answer is known.
    Unknown,
}

impl fmt::Display for Cause {
    #[allow(clippy::too_many_lines)] // an arm for each variant
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "the service accepted the request; nothing differs",
            Self::Method => "the method that arrived is not the one that was signed",
            Self::DoubleEncoding => {
                "one side has escaped the path or the query once more than the other"
            }
            Self::PlusSign => "one side reads '+' as a space, the other as a plus sign",
            Self::DotSegments => {
                "dot segments or doubled slashes in the path were removed on one side only"
            }
            Self::TrailingSlash => "the path has a slash at its end on one side only",
            Self::PathPrefix => {
                "the path has more segments at its start on one side: a stage or a base path"
            }
            Self::Path => "the path that arrived is not the one that was signed",
            Self::QueryOrder => "the query parameters are the same, but not sorted alike",
            Self::QueryParameters => "query parameters were added, removed or changed",
            Self::PortInHost => "the host has a port on one side only",
            Self::Host => "the host that arrived is not the one that was signed",
            Self::HeaderAdded { name } => {
                return write!(f, "the header '{name}' arrived, but was not signed");
            }
            Self::HeaderRemoved { name } => {
                return write!(f, "the header '{name}' was signed, but did not arrive");
            }
            Self::HeaderAltered { name } => {
                return write!(f, "the header '{name}' arrived with another value");
            }
            Self::SessionTokenMissing => {
                "the session token that belongs to the access key is missing"
            }
            Self::SessionTokenUnsigned => "a session token arrived that the signature leaves out",
            Self::SessionTokenAltered => {
                "the session token that arrived is not the one that was signed"
            }
            Self::PayloadHash => "the body that arrived is not the one that was signed",
            Self::CanonicalRequest => {
                "the canonical requests differ, and the service does not show its own"
            }
            Self::Date => "the date or time that arrived is not the one that was signed",
            Self::WrongRegion { expected } => {
                return wrong(f, "region", expected.as_deref());
            }
            Self::WrongService { expected } => {
                return wrong(f, "service", expected.as_deref());
            }
            Self::Clock { signed, server } => {
                let apart = server.unix().saturating_sub(signed.unix());
                let (seconds, way) = (
                    apart.unsigned_abs(),
                    if apart < 0 { "ahead of" } else { "behind" },
                );
                return write!(
                    f,
                    "the request was signed at {signed}, {} {way} the service's {server}",
                    Seconds(seconds)
                );
            }
            Self::ClockUnshown => {
                "the time of the signature is too far from the time of the service"
            }
            Self::PresignedExpired => "the presigned URL has expired",
            Self::SessionTokenExpired => "the session token has expired",
            Self::UnknownAccessKey => {
                "the access key is unknown, or the session token does not belong to it"
            }
            Self::WrongSecret => {
                "both sides computed the same strings, but the signatures differ: \
                 the secret access key is not the one of this access key"
            }
            Self::MismatchUnshown => {
                "the signature is wrong, and the service does not show what it computed"
            }
            Self::MalformedSignature => "the signature is incomplete or cannot be read",
            Self::NotSigned => "no signature arrived",
            Self::NoSuchRoute => "the service has no such route, stage or method",
            Self::NotAuthorized {
                explicit_deny: true,
            } => "the signature is right; a policy denies the call",
            Self::NotAuthorized {
                explicit_deny: false,
            } => "the signature is right; no policy allows the call",
            Self::Forbidden => "the service refused the request without a reason",
            Self::Unknown => "the answer says nothing about the signature",
        })
    }
}

fn wrong(f: &mut fmt::Formatter<'_>, what: &str, expected: Option<&str>) -> fmt::Result {
    write!(f, "the credential is scoped to another {what}")?;
    match expected {
        Some(expected) => write!(f, " than '{expected}'"),
        None => Ok(()),
    }
}

/// A length of time in the largest unit that it fills.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400_u64, "day"), (3_600, "hour"), (60, "minute")];
        for (length, unit) in units {
            if let Some(count) = self.0.checked_div(length).filter(|count| *count > 0) {
                let plural = if count == 1 { "" } else { "s" };
                return write!(f, "{count} {unit}{plural}");
            }
        }
        write!(f, "{} s", self.0)
    }
}
