//! Everything that can be wrong with a request, a credential or a claim.

use core::fmt;

/// Why a request was not signed or not accepted.
///
/// Flat, `Copy` and comparable, so that callers can match on the exact fault.
/// Variants carry positions (byte offsets, counted from zero), limits and times,
/// never text from the request, a secret or an expected signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The method is empty or has a byte that is no HTTP token character (RFC 9110, 5.6.2).
    InvalidMethod {
        /// Byte offset in the method.
        position: usize,
    },
    /// The request target does not start with `/`.
    TargetNotAbsolute,
    /// A `%` that is not followed by two hexadecimal digits (RFC 3986, 2.1).
    MalformedEscape {
        /// Byte offset of the `%` in the request target.
        position: usize,
    },
    /// A header name is empty or has a byte that is no HTTP token character.
    InvalidHeaderName {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// A header value has a CR, LF or NUL that is not part of a folded line.
    InvalidHeaderValue {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
        /// Byte offset in the value.
        position: usize,
    },
    /// A header value has a byte above 0x7F, and the profile does not allow it.
    NonAsciiHeaderValue {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
        /// Byte offset in the value.
        position: usize,
    },
    /// There is no `host` header, or it is empty.
    MissingHost,
    /// There are two `host` headers.
    RepeatedHost,

    /// The request to be signed has an `authorization` header already.
    AuthorizationAlreadySet,
    /// The request to be signed has an `x-amz-date` header already.
    DateAlreadySet,
    /// The request to be signed has a session token header already.
    SecurityTokenAlreadySet,
    /// The request to be signed has an `x-amz-content-sha256` that is not what it would be given.
    ContentSha256Differs,
    /// The request to be signed has a signing parameter (`X-Amz-Signature`, …) in its query already.
    SigningParameterAlreadySet {
        /// Byte offset of the parameter in the request target.
        position: usize,
    },

    /// The access key id is empty.
    EmptyAccessKeyId,
    /// The access key id has white space, a control, a non-ASCII byte, or one of `/ , ; =`.
    InvalidAccessKeyId {
        /// Byte offset in the access key id.
        position: usize,
    },
    /// The secret access key is empty.
    EmptySecretAccessKey,
    /// The session token is empty or has a byte that is no visible ASCII character.
    InvalidSessionToken {
        /// Byte offset in the token.
        position: usize,
    },
    /// The region is empty.
    EmptyRegion,
    /// The region has white space, a control, a non-ASCII byte, or one of `/ , ; =`.
    InvalidRegion {
        /// Byte offset in the region.
        position: usize,
    },
    /// The service is empty.
    EmptyService,
    /// The service has white space, a control, a non-ASCII byte, or one of `/ , ; =`.
    InvalidService {
        /// Byte offset in the service.
        position: usize,
    },

    /// A text that is no `YYYYMMDD'T'HHMMSS'Z'`, or names a date or time that does not exist.
    InvalidTimestamp {
        /// Byte offset of the first part that is wrong.
        position: usize,
    },
    /// A time outside the years 0 to 9999, which four digits can write.
    TimeOutOfRange {
        /// Seconds since 1970-01-01T00:00:00Z.
        unix_seconds: i64,
    },
    /// `X-Amz-Expires` is below 1 or above `limit` seconds.
    ExpiresOutOfRange {
        /// What was asked for, in seconds.
        seconds: u64,
        /// 604800, seven days.
        limit: u64,
    },
    /// The profile does not allow `UNSIGNED-PAYLOAD`.
    UnsignedPayloadRefused,

    /// The algorithm is not `AWS4-HMAC-SHA256`.
    UnsupportedAlgorithm,
    /// The `Authorization` header has a part that is no `name=value`, an unknown name, or
    /// a name twice.
    MalformedAuthorization {
        /// Byte offset of the part in the header's value.
        position: usize,
    },
    /// No `Credential` or `X-Amz-Credential`.
    MissingCredential,
    /// No `SignedHeaders` or `X-Amz-SignedHeaders`.
    MissingSignedHeaders,
    /// No `Signature` or `X-Amz-Signature`.
    MissingSignature,
    /// A credential is not `access key id/date/region/service/aws4_request`.
    MalformedCredential {
        /// How many parts there are; five is right.
        parts: usize,
    },
    /// The date in the credential scope is not eight digits that name a day.
    InvalidScopeDate,
    /// The credential scope does not end in `aws4_request`.
    WrongTerminator,
    /// A name among the signed headers is empty or no lower-case HTTP token.
    InvalidSignedHeader {
        /// Byte offset of the name in the list.
        position: usize,
    },
    /// The signed headers are not sorted, or one is there twice.
    UnsortedSignedHeaders {
        /// Byte offset in the list of the first name out of order.
        position: usize,
    },
    /// A signature is not 64 lower-case hexadecimal digits.
    MalformedSignature,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::InvalidMethod { position } => {
                write!(f, "method: empty, or no HTTP token at byte {position}")
            }
            Self::TargetNotAbsolute => f.write_str("request target does not start with '/'"),
            Self::MalformedEscape { position } => write!(
                f,
                "request target: '%' without two hexadecimal digits at byte {position}"
            ),
            Self::InvalidHeaderName { index } => {
                write!(f, "header {index}: the name is no HTTP token")
            }
            Self::InvalidHeaderValue { index, position } => write!(
                f,
                "header {index}: CR, LF or NUL in the value at byte {position}"
            ),
            Self::NonAsciiHeaderValue { index, position } => write!(
                f,
                "header {index}: non-ASCII byte in the value at byte {position}"
            ),
            Self::MissingHost => f.write_str("no host header"),
            Self::RepeatedHost => f.write_str("more than one host header"),
            Self::AuthorizationAlreadySet => {
                f.write_str("the request has an authorization header already")
            }
            Self::DateAlreadySet => f.write_str("the request has an x-amz-date header already"),
            Self::SecurityTokenAlreadySet => {
                f.write_str("the request has a session token header already")
            }
            Self::ContentSha256Differs => {
                f.write_str("x-amz-content-sha256 differs from the hash of the payload")
            }
            Self::SigningParameterAlreadySet { position } => write!(
                f,
                "the request target has a signing parameter already at byte {position}"
            ),
            Self::EmptyAccessKeyId => f.write_str("the access key id is empty"),
            Self::InvalidAccessKeyId { position } => {
                write!(f, "access key id: character not allowed at byte {position}")
            }
            Self::EmptySecretAccessKey => f.write_str("the secret access key is empty"),
            Self::InvalidSessionToken { position } => write!(
                f,
                "session token: empty, or no visible ASCII character at byte {position}"
            ),
            Self::EmptyRegion => f.write_str("the region is empty"),
            Self::InvalidRegion { position } => {
                write!(f, "region: character not allowed at byte {position}")
            }
            Self::EmptyService => f.write_str("the service is empty"),
            Self::InvalidService { position } => {
                write!(f, "service: character not allowed at byte {position}")
            }
            Self::InvalidTimestamp { position } => write!(
                f,
                "no date and time of the form YYYYMMDD'T'HHMMSS'Z' at byte {position}"
            ),
            Self::TimeOutOfRange { unix_seconds } => write!(
                f,
                "unix time {unix_seconds} s is outside the years 0 to 9999"
            ),
            Self::ExpiresOutOfRange { seconds, limit } => {
                write!(f, "expires after {seconds} s: allowed are 1 to {limit} s")
            }
            Self::UnsignedPayloadRefused => {
                f.write_str("this service does not accept UNSIGNED-PAYLOAD")
            }
            Self::UnsupportedAlgorithm => f.write_str("the algorithm is not AWS4-HMAC-SHA256"),
            Self::MalformedAuthorization { position } => write!(
                f,
                "authorization: no known name=value, or one twice, at byte {position}"
            ),
            Self::MissingCredential => f.write_str("no credential"),
            Self::MissingSignedHeaders => f.write_str("no list of signed headers"),
            Self::MissingSignature => f.write_str("no signature"),
            Self::MalformedCredential { parts } => {
                write!(f, "credential: {parts} parts where there should be 5")
            }
            Self::InvalidScopeDate => f.write_str("credential scope: no date YYYYMMDD"),
            Self::WrongTerminator => f.write_str("credential scope: does not end in aws4_request"),
            Self::InvalidSignedHeader { position } => write!(
                f,
                "signed headers: no lower-case header name at byte {position}"
            ),
            Self::UnsortedSignedHeaders { position } => write!(
                f,
                "signed headers: not sorted, or repeated, at byte {position}"
            ),
            Self::MalformedSignature => {
                f.write_str("the signature is not 64 lower-case hexadecimal digits")
            }
        }
    }
}

impl core::error::Error for Error {}
