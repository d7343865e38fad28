//! What each error says.

use super::Error;
use core::fmt;

impl fmt::Display for Error {
    #[allow(clippy::too_many_lines)] // an arm for each variant
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::InvalidMethod { position } => {
                write!(f, "method: empty, or no HTTP token at byte {position}")
            }
            Self::TargetNotAbsolute => f.write_str("request target does not start with '/'"),
            Self::ControlInTarget { position } => {
                write!(f, "request target: control character at byte {position}")
            }
            Self::TargetTooLong { limit } => {
                write!(f, "request target is longer than {limit} bytes")
            }
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
            Self::HostDiffers => f.write_str("the host header is not the host of the URI"),
            Self::RepeatedHost => f.write_str("more than one host header"),
            Self::AuthorizationAlreadySet => {
                f.write_str("the request has an authorization header already")
            }
            Self::DateAlreadySet => f.write_str("the request has an x-amz-date header already"),
            Self::SecurityTokenAlreadySet => {
                f.write_str("the request has a session token header already")
            }
            Self::RegionSetAlreadySet => {
                f.write_str("the request has an x-amz-region-set header already")
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
            Self::InvalidRegionSet { position } => write!(
                f,
                "region set: no region, or a '*' that is not its end, at byte {position}"
            ),
            Self::NoSigningKey => f.write_str("no key can be derived from the secret access key"),
            Self::InvalidPublicKey => f.write_str("no public key: not a point of P-256"),
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
            Self::UnsupportedAlgorithm => {
                f.write_str("the algorithm of the signature is not accepted")
            }
            Self::MalformedAuthorization { position } => write!(
                f,
                "authorization: no known name=value, or one twice, at byte {position}"
            ),
            Self::MissingCredential => f.write_str("no credential"),
            Self::MissingSignedHeaders => f.write_str("no list of signed headers"),
            Self::MissingSignature => f.write_str("no signature"),
            Self::MalformedCredential { parts, expected } => write!(
                f,
                "credential: {parts} parts where there should be {expected}"
            ),
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
            Self::MalformedEcdsaSignature => f.write_str(
                "the signature is no DER of two numbers of P-256 in lower-case hexadecimal digits",
            ),
            Self::NotSigned => f.write_str("the request carries no signature"),
            Self::MixedForms => {
                f.write_str("an authorization header and signing parameters at once")
            }
            Self::RepeatedAuthorization => f.write_str("more than one authorization header"),
            Self::RepeatedSigningHeader { index } => {
                write!(f, "header {index}: a second one of its name")
            }
            Self::RepeatedSigningParameter { position } => write!(
                f,
                "request target: a second signing parameter of its name at byte {position}"
            ),
            Self::InvalidSigningParameter { position } => write!(
                f,
                "request target: signing parameter without UTF-8 text at byte {position}"
            ),
            Self::MissingAlgorithm => f.write_str("no X-Amz-Algorithm"),
            Self::MissingDate => f.write_str("no x-amz-date, and no date"),
            Self::MissingExpires => f.write_str("no X-Amz-Expires"),
            Self::MissingRegionSet => f.write_str("no x-amz-region-set"),
            Self::MalformedExpires => f.write_str("X-Amz-Expires is no decimal number"),
            Self::ScopeDateDiffers => {
                f.write_str("the date of the credential scope is not that of x-amz-date")
            }
            Self::WrongRegion => f.write_str("the credential is scoped to another region"),
            Self::RegionNotInSet => f.write_str("the region set has none of the expected regions"),
            Self::WrongService => f.write_str("the credential is scoped to another service"),
            Self::Expired { signed, now, limit } => write!(
                f,
                "signed at {signed}, too old at {now}: allowed are {limit} s"
            ),
            Self::NotYetCurrent { signed, now, limit } => write!(
                f,
                "signed at {signed}, in the future at {now}: allowed are {limit} s"
            ),
            Self::SignedHeaderMissing { index } => {
                write!(f, "signed header {index} is not in the request")
            }
            Self::HostNotSigned => f.write_str("host is not signed"),
            Self::DateNotSigned { index } => write!(
                f,
                "header {index}: the date of the signature, which is not signed"
            ),
            Self::RegionSetNotSigned { index } => {
                write!(f, "header {index}: the region set, which is not signed")
            }
            Self::TargetNotAsSent { position } => write!(
                f,
                "request target: not spelt as a signer sends it at byte {position}"
            ),
            Self::AmzHeaderNotSigned { index } => {
                write!(f, "header {index}: an x-amz-* header that is not signed")
            }
            Self::ContentTypeNotSigned { index } => {
                write!(f, "header {index}: content-type is not signed")
            }
            Self::MissingContentSha256 => f.write_str("no x-amz-content-sha256"),
            Self::UnsupportedContentSha256 => f.write_str(
                "x-amz-content-sha256 is neither a lower-case SHA-256 nor UNSIGNED-PAYLOAD",
            ),
            Self::SignedPayloadRefused => f.write_str("this service accepts UNSIGNED-PAYLOAD only"),
            Self::PayloadDiffers => f.write_str("the body does not have the stated hash"),
            Self::PayloadUnknown => f.write_str("the body is signed, but was not given"),
            Self::StreamingPayloadRefused => {
                f.write_str("this service does not accept this kind of streaming payload")
            }
            Self::MissingAwsChunked => f.write_str("no content-encoding says aws-chunked"),
            Self::MissingDecodedContentLength => f.write_str("no x-amz-decoded-content-length"),
            Self::MalformedDecodedContentLength { index } => write!(
                f,
                "header {index}: x-amz-decoded-content-length is no decimal number below 2^64"
            ),
            Self::MissingTrailerNames => f.write_str("no x-amz-trailer"),
            Self::UnexpectedTrailerNames { index } => write!(
                f,
                "header {index}: x-amz-trailer, and x-amz-content-sha256 says that there is none"
            ),
            Self::InvalidTrailerName { index, position } => write!(
                f,
                "header {index}: no lower-case name of a trailer, or one twice, at byte {position}"
            ),
            Self::TooManyTrailerNames { limit } => {
                write!(f, "x-amz-trailer: allowed are {limit} names")
            }
            Self::ChecksumAlgorithmDiffers { index } => write!(
                f,
                "header {index}: x-amz-sdk-checksum-algorithm is not the one of x-amz-trailer"
            ),
            Self::TooManyHeaders { count, limit } => {
                write!(f, "{count} headers: allowed are {limit}")
            }
            Self::TooManyParameters { count, limit } => {
                write!(f, "{count} query parameters: allowed are {limit}")
            }
            Self::HeadTooLarge { bytes, limit } => {
                write!(
                    f,
                    "{bytes} bytes of target and headers: allowed are {limit}"
                )
            }
            Self::SignatureMismatch => f.write_str("the signature does not match"),
        }
    }
}

impl core::error::Error for Error {}
