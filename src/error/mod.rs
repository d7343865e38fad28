//! Everything that can be wrong with a request, a credential or a claim.

mod display;

use crate::request::timestamp::Timestamp;

/// Why a request was not signed or not accepted.
///
/// Flat, `Copy` and comparable, so that callers can match on the exact fault.
/// Variants carry positions (byte offsets, counted from zero), limits and times,
/// never text from the request, a secret or an expected signature.
///
/// ```
/// use sigv4::{Authorization, Error, Layer, Timestamp};
///
/// let error = Timestamp::parse("20150230T123600Z").unwrap_err();
/// assert_eq!(error.layer(), Layer::Parse);
/// match error {
///     Error::InvalidTimestamp { position } => assert_eq!(position, 6), // there is no 30th of February
///     other => panic!("{other}"),
/// }
/// ```
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
    /// The request target, to be sent as it is given, has a control character.
    ControlInTarget {
        /// Byte offset in the request target.
        position: usize,
    },
    /// The request target is longer than the `http` crate can hold.
    TargetTooLong {
        /// In bytes.
        limit: usize,
    },
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
    /// The `host` header is not the host of the URI (HTTP/2's `:authority`, HTTP/1's
    /// absolute form).
    HostDiffers,

    /// The request to be signed has an `authorization` header already.
    AuthorizationAlreadySet,
    /// The request to be signed has an `x-amz-date` header already.
    DateAlreadySet,
    /// The request to be signed has a session token header already.
    SecurityTokenAlreadySet,
    /// The request to be signed has an `x-amz-region-set` header already.
    RegionSetAlreadySet,
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
    /// A region set (Signature Version 4A) has an empty element, a `*` that is not the last
    /// character of one, or a byte that no region has.
    InvalidRegionSet {
        /// Byte offset in the region set.
        position: usize,
    },
    /// No key of Signature Version 4A can be derived from the secret. Not to be expected of any.
    NoSigningKey,
    /// Bytes that are no public key: no point of P-256 in SEC 1's form.
    InvalidPublicKey,
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

    /// The algorithm is not `AWS4-HMAC-SHA256`; or with feature `v4a` neither that nor
    /// `AWS4-ECDSA-P256-SHA256`, or the one of them that the
    /// [`Policy`](crate::Policy) does not accept.
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
    /// A credential is not `access key id/date/region/service/aws4_request`; with
    /// `AWS4-ECDSA-P256-SHA256` without a region.
    MalformedCredential {
        /// How many parts there are.
        parts: usize,
        /// How many there should be: 5, or 4.
        expected: usize,
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
    /// A signature of Version 4A is not DER of two numbers of P-256 in lower-case hexadecimal
    /// digits.
    MalformedEcdsaSignature,

    /// The request carries no signature: neither an `Authorization` header nor a signing
    /// parameter in its query.
    NotSigned,
    /// An `Authorization` header and signing parameters in the query at once.
    MixedForms,
    /// A second `Authorization` header.
    RepeatedAuthorization,
    /// A second `x-amz-date`, `x-amz-content-sha256` or session token header.
    RepeatedSigningHeader {
        /// Place of the second header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// A second query parameter of the same signing name.
    RepeatedSigningParameter {
        /// Byte offset of the second parameter in the request target.
        position: usize,
    },
    /// A signing parameter whose bytes are no UTF-8.
    InvalidSigningParameter {
        /// Byte offset of the parameter in the request target.
        position: usize,
    },
    /// No `X-Amz-Algorithm` in a presigned URL.
    MissingAlgorithm,
    /// No `x-amz-date` header or `X-Amz-Date` parameter, and no `date` header either.
    MissingDate,
    /// No `X-Amz-Expires` in a presigned URL.
    MissingExpires,
    /// No `x-amz-region-set` header, or no `X-Amz-Region-Set` parameter, of a signature of
    /// Version 4A.
    MissingRegionSet,
    /// `X-Amz-Expires` is no plain decimal number.
    MalformedExpires,

    /// The date of the credential scope is not that of `x-amz-date`.
    ScopeDateDiffers,
    /// The region of the credential scope is none that is expected.
    WrongRegion,
    /// The region set of a signature of Version 4A has none of the expected regions.
    RegionNotInSet,
    /// The service of the credential scope is not the expected one.
    WrongService,

    /// The signature is older than allowed.
    Expired {
        /// When it was made.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// How old it may be, in seconds: the allowed clock skew, or `X-Amz-Expires`.
        limit: u64,
    },
    /// The signature is from the future.
    NotYetCurrent {
        /// When it says that it was made.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// How far ahead it may be, in seconds.
        limit: u64,
    },

    /// A header that the claim lists as signed is not in the request.
    SignedHeaderMissing {
        /// Place of its name among the signed headers.
        index: usize,
    },
    /// `host` is not among the signed headers.
    HostNotSigned,
    /// The time of the signature is in a `date` header, which is not among the signed headers.
    DateNotSigned {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// The `x-amz-region-set` of a signature of Version 4A is not among the signed headers.
    RegionSetNotSigned {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// The request target is not spelt as signing sends it, which
    /// [`Policy::only_as_sent`](crate::Policy::only_as_sent) asks for.
    TargetNotAsSent {
        /// Byte offset of the first difference.
        position: usize,
    },
    /// An `x-amz-*` header of the request, or the session token under the profile's name for it, is
    /// not among the signed headers.
    AmzHeaderNotSigned {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// `content-type` is not among the signed headers of a header-form signature.
    ContentTypeNotSigned {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },

    /// The service wants `x-amz-content-sha256`, and the request has none.
    MissingContentSha256,
    /// `x-amz-content-sha256` is neither 64 lower-case hexadecimal digits nor
    /// `UNSIGNED-PAYLOAD`.
    UnsupportedContentSha256,
    /// The service accepts `UNSIGNED-PAYLOAD` only.
    SignedPayloadRefused,
    /// The body is not the one whose hash the request states.
    PayloadDiffers,
    /// The signature covers the body, but the body was not given.
    PayloadUnknown,

    /// The service takes no body that is signed in this way piece by piece, or not in this form of
    /// the signature.
    StreamingPayloadRefused,
    /// The body is to be `aws-chunked`, and no `content-encoding` says so.
    MissingAwsChunked,
    /// The body is `aws-chunked`, and there is no `x-amz-decoded-content-length`.
    MissingDecodedContentLength,
    /// `x-amz-decoded-content-length` is no decimal number below 2⁶⁴.
    MalformedDecodedContentLength {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// A signed trailer is to follow, and there is no `x-amz-trailer`.
    MissingTrailerNames,
    /// There is an `x-amz-trailer`, and `x-amz-content-sha256` says that no trailer follows.
    UnexpectedTrailerNames {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },
    /// `x-amz-trailer` has something else than names in lower case, each once, between commas.
    InvalidTrailerName {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
        /// Byte offset of the name in the value.
        position: usize,
    },
    /// `x-amz-trailer` has more names than one who verifies takes.
    TooManyTrailerNames {
        /// How many there may be.
        limit: usize,
    },
    /// `x-amz-sdk-checksum-algorithm` is not the algorithm that `x-amz-trailer` names.
    ChecksumAlgorithmDiffers {
        /// Place of the header in [`Request::headers`](crate::Request::headers).
        index: usize,
    },

    /// More headers than the policy allows.
    TooManyHeaders {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More query parameters than the policy allows.
    TooManyParameters {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Target and headers are longer than the policy allows.
    HeadTooLarge {
        /// Their length in bytes.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },

    /// The signature is not the one that this key makes for this request, or the key is
    /// unknown.
    SignatureMismatch,
}

/// What part of signing or verifying an [`Error`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// A request or credentials that cannot be signed.
    Signing,
    /// The grammar of the request or of its signature.
    Parse,
    /// More than the policy allows.
    Limit,
    /// Date, region, service.
    Scope,
    /// Too old or too new.
    Freshness,
    /// Which headers are there, and signed.
    Header,
    /// The body and its hash.
    Payload,
    /// The signature itself.
    Signature,
}

impl Error {
    /// As an `Err`. Cold, so that what is refused lies apart from what nearly every request takes:
    /// a server's processor fetches that anew for each (docs/PERFORMANCE.md).
    #[cold]
    #[inline(never)]
    pub(crate) fn into_err<T>(self) -> Result<T, Self> {
        Err(self)
    }

    /// What part of signing or verifying this error comes from.
    pub fn layer(&self) -> Layer {
        match self {
            Self::AuthorizationAlreadySet
            | Self::DateAlreadySet
            | Self::SecurityTokenAlreadySet
            | Self::RegionSetAlreadySet
            | Self::ContentSha256Differs
            | Self::MissingAwsChunked
            | Self::SigningParameterAlreadySet { .. }
            | Self::TargetTooLong { .. }
            | Self::EmptySecretAccessKey
            | Self::NoSigningKey
            | Self::InvalidSessionToken { .. }
            | Self::TimeOutOfRange { .. } => Layer::Signing,
            Self::TooManyHeaders { .. }
            | Self::TooManyParameters { .. }
            | Self::HeadTooLarge { .. } => Layer::Limit,
            Self::ScopeDateDiffers
            | Self::WrongRegion
            | Self::RegionNotInSet
            | Self::WrongService => Layer::Scope,
            Self::Expired { .. } | Self::NotYetCurrent { .. } => Layer::Freshness,
            Self::MissingHost
            | Self::RepeatedHost
            | Self::HostDiffers
            | Self::SignedHeaderMissing { .. }
            | Self::HostNotSigned
            | Self::DateNotSigned { .. }
            | Self::RegionSetNotSigned { .. }
            | Self::AmzHeaderNotSigned { .. }
            | Self::ContentTypeNotSigned { .. } => Layer::Header,
            Self::UnsignedPayloadRefused
            | Self::MissingContentSha256
            | Self::UnsupportedContentSha256
            | Self::SignedPayloadRefused
            | Self::PayloadDiffers
            | Self::PayloadUnknown
            | Self::StreamingPayloadRefused
            | Self::MissingDecodedContentLength
            | Self::MalformedDecodedContentLength { .. }
            | Self::MissingTrailerNames
            | Self::UnexpectedTrailerNames { .. }
            | Self::InvalidTrailerName { .. }
            | Self::TooManyTrailerNames { .. }
            | Self::ChecksumAlgorithmDiffers { .. } => Layer::Payload,
            Self::SignatureMismatch => Layer::Signature,
            _ => Layer::Parse,
        }
    }
}
