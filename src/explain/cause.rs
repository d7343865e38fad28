//! What can be behind a refusal.

use super::apart::Apart;
use super::denial::Denial;
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use core::fmt;

/// Why a request was refused. `Display` says it in a sentence.
///
/// ```
/// use sigv4::explain::Cause;
///
/// let cause = Cause::HeaderAdded { name: "x-amz-acl".into() };
/// assert_eq!(cause.name(), "header-added");
/// assert_eq!(cause.to_string(), "the header 'x-amz-acl' arrived, but was not signed");
/// ```
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
    /// A header arrived that the signature leaves out, though the service signs it too.
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
    /// The service asks for a header that is not there.
    HeaderMissing {
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
    /// For the body, one side signs its hash and the other a word in its place, or another word.
    PayloadForm,
    /// The canonical requests differ, but the service did not show its own.
    CanonicalRequest,

    /// The time or the date of the scope is not the one that was signed.
    Date,
    /// The credential is scoped to another region.
    WrongRegion {
        /// Where the service says it: a region, or the list of those that it takes.
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
    /// The session token is not one of those that are valid in this region.
    SessionTokenRegion,
    /// The account has not enabled the region, which then knows none of its keys.
    /// [Regions that are not enabled by default](https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html)
    RegionNotEnabled,
    /// The access key is not known, or the session token is not the one of that key.
    UnknownAccessKey,
    /// Both sides computed the same strings, and still the signatures differ.
    WrongSecret,
    /// The signature is wrong, but the service did not show what it computed.
    MismatchUnshown,
    /// The signature is wrong; what the service computed has nothing to be compared with.
    MismatchShown,

    /// The `Authorization` header or the query lack a part, or it cannot be read.
    MalformedSignature,
    /// The `Authorization` header is of another scheme than AWS's.
    OtherScheme {
        /// For example `Bearer`.
        scheme: String,
    },
    /// The request is signed twice: by header and by query, or beside another scheme.
    TwoSignatures,
    /// The service does not take this signature algorithm.
    UnsupportedAlgorithm,
    /// No signature arrived.
    NotSigned,
    /// The service has no such route, stage or method. API Gateway says the same when no
    /// signature arrives.
    NoSuchRoute,
    /// The path or the parameters name no operation of the service.
    NoSuchOperation,
    /// The object does not exist, and the caller may not list the bucket to know it.
    NoSuchObject,
    /// A policy does not let the call through.
    NotAuthorized(Denial),
    /// Refused without a reason: an API key, a firewall or a resource policy, or an HTTP
    /// API, which gives no reasons.
    Forbidden,
    /// The answer has no body that would give a reason.
    NoBody,
    /// Something else that is known of this answer.
    Other {
        /// The name of the known answer.
        name: &'static str,
        /// A sentence.
        text: &'static str,
    },
    /// Nothing in the answer is known.
    Unknown,
}

impl Cause {
    /// A stable name in lower case, for programs and logs; for
    /// [`Other`](Self::Other), the name of the known answer.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Method => "method",
            Self::DoubleEncoding => "double-encoding",
            Self::PlusSign => "plus-sign",
            Self::DotSegments => "dot-segments",
            Self::TrailingSlash => "trailing-slash",
            Self::PathPrefix => "path-prefix",
            Self::Path => "path",
            Self::QueryOrder => "query-order",
            Self::QueryParameters => "query-parameters",
            Self::PortInHost => "port-in-host",
            Self::Host => "host",
            Self::HeaderAdded { .. } => "header-added",
            Self::HeaderRemoved { .. } => "header-removed",
            Self::HeaderAltered { .. } => "header-altered",
            Self::HeaderMissing { .. } => "header-missing",
            Self::SessionTokenMissing => "session-token-missing",
            Self::SessionTokenUnsigned => "session-token-unsigned",
            Self::SessionTokenAltered => "session-token-altered",
            Self::PayloadHash => "payload-hash",
            Self::PayloadForm => "payload-form",
            Self::CanonicalRequest => "canonical-request",
            Self::Date => "date",
            Self::WrongRegion { .. } => "wrong-region",
            Self::WrongService { .. } => "wrong-service",
            Self::Clock { .. } | Self::ClockUnshown => "clock",
            Self::PresignedExpired => "presigned-expired",
            Self::SessionTokenExpired => "session-token-expired",
            Self::SessionTokenRegion => "session-token-region",
            Self::RegionNotEnabled => "region-not-enabled",
            Self::UnknownAccessKey => "unknown-access-key",
            Self::WrongSecret => "wrong-secret",
            Self::MismatchUnshown | Self::MismatchShown => "mismatch",
            Self::MalformedSignature => "malformed-signature",
            Self::OtherScheme { .. } => "other-scheme",
            Self::TwoSignatures => "two-signatures",
            Self::UnsupportedAlgorithm => "unsupported-algorithm",
            Self::NotSigned => "not-signed",
            Self::NoSuchRoute => "no-such-route",
            Self::NoSuchOperation => "no-such-operation",
            Self::NoSuchObject => "no-such-object",
            Self::NotAuthorized(_) => "not-authorized",
            Self::Forbidden => "forbidden",
            Self::NoBody => "no-body",
            Self::Other { name, .. } => name,
            Self::Unknown => "unknown",
        }
    }
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
            Self::HeaderMissing { name } => {
                return write!(f, "the service asks for the header '{name}'");
            }
            Self::SessionTokenMissing => {
                "the session token that belongs to the access key is missing"
            }
            Self::SessionTokenUnsigned => "a session token arrived that the signature leaves out",
            Self::SessionTokenAltered => {
                "the session token that arrived is not the one that was signed"
            }
            Self::PayloadHash => "the body that arrived is not the one that was signed",
            Self::PayloadForm => {
                "the two sides sign something else for the body: its hash, or a word in its place"
            }
            Self::CanonicalRequest => {
                "the canonical requests differ, and the service does not show its own"
            }
            Self::Date => "the date or time that arrived is not the one that was signed",
            Self::WrongRegion { expected } => return wrong(f, "region", expected.as_deref()),
            Self::WrongService { expected } => return wrong(f, "service", expected.as_deref()),
            Self::Clock { signed, server } => {
                let apart = server.unix().saturating_sub(signed.unix());
                let way = if apart < 0 { "ahead of" } else { "behind" };
                return write!(
                    f,
                    "the request was signed at {signed}, {} {way} the service's {server}",
                    Apart(apart.unsigned_abs())
                );
            }
            Self::ClockUnshown => {
                "the time of the signature is too far from the time of the service"
            }
            Self::PresignedExpired => "the presigned URL has expired",
            Self::SessionTokenExpired => "the session token has expired",
            Self::SessionTokenRegion => {
                "the session token is of the global STS endpoint, and not valid in this region"
            }
            Self::RegionNotEnabled => "the account has not enabled this region (opt-in)",
            Self::UnknownAccessKey => {
                "the access key is unknown, or the session token does not belong to it"
            }
            Self::WrongSecret => {
                "both sides compute the same strings: the signature was made with another \
                 secret access key, or from other strings by the program that made it"
            }
            Self::MismatchUnshown => {
                "the signature is wrong, and the service does not show what it computed"
            }
            Self::MismatchShown => {
                "the signature is wrong; the service shows what it computed, and there is no \
                 request to compare it with"
            }
            Self::MalformedSignature => "the signature is incomplete or cannot be read",
            Self::OtherScheme { scheme } => {
                return write!(
                    f,
                    "the Authorization header is of the scheme '{scheme}', not an AWS signature"
                );
            }
            Self::TwoSignatures => "the request is authorized twice",
            Self::UnsupportedAlgorithm => "the service takes no signature of this algorithm",
            Self::NotSigned => "no signature arrived",
            Self::NoSuchRoute => "the service has no such route, stage or method",
            Self::NoSuchOperation => "the request names no operation of the service",
            Self::NoSuchObject => {
                "the object does not exist, and the caller may not list the bucket"
            }
            Self::NotAuthorized(denial) => return denial.fmt(f),
            Self::Forbidden => "the service refused the request without a reason",
            Self::NoBody => "the answer has no body that would give a reason",
            Self::Other { text, .. } => text,
            Self::Unknown => "the answer says nothing about the signature",
        })
    }
}

fn wrong(f: &mut fmt::Formatter<'_>, what: &str, expected: Option<&str>) -> fmt::Result {
    write!(f, "the credential is scoped to another {what}")?;
    match expected {
        Some(expected) if expected.contains(',') => write!(f, " than one of: {expected}"),
        Some(expected) => write!(f, " than '{expected}'"),
        None => Ok(()),
    }
}
