//! Which codes are of authentication and authorization.

/// Codes of AWS's [common errors](https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html)
/// and of [S3](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) that refuse
/// a caller or a signature, without `Exception`.
const REFUSALS: [&str; 26] = [
    "AuthFailure",
    "BadDigest",
    "ExpiredRequest",
    "ExpiredToken",
    "Forbidden",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidContentSHA256",
    "InvalidRegionName",
    "InvalidSecurity",
    "InvalidSignature",
    "InvalidToken",
    "MalformedSignature",
    "MissingAuthenticationToken",
    "MissingSecurityHeader",
    "NotSignedUp",
    "OptInRequired",
    "RegionDisabled",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClient",
    "XAmzContentSHA256Mismatch",
    "security_exception",
];

/// Whether it refuses a caller or a signature. Services make names of their own around
/// `AccessDenied`, `Unauthorized` and `Authorization`.
pub(super) fn is_refusal(code: &str) -> bool {
    let named = |piece: &&str| code.contains(*piece);
    REFUSALS.contains(&code) || ["AccessDenied", "uthoriz"].iter().any(named)
}

/// Whether a word in front of a colon is a code, and not `Error`, `User` or the name of an
/// SDK's own error.
pub(super) fn is_code(word: &str) -> bool {
    let hump =
        |pair: &[u8]| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let several = word.as_bytes().windows(2).any(hump);
    is_refusal(word.strip_suffix("Exception").unwrap_or(word))
        || word == "Throttling"
        || several && !word.ends_with("Error")
}

#[cfg(test)]
mod tests {
    use super::{REFUSALS, is_code, is_refusal};

    #[test]
    fn kinds() {
        assert!(REFUSALS.is_sorted());
        for code in REFUSALS {
            assert!(is_refusal(code) && is_code(code), "{code}");
        }
        for code in [
            "AccessDeniedFault",
            "AuthorizationError",
            "NotAuthorized",
            "Unauthorized",
        ] {
            assert!(is_refusal(code) && is_code(code), "{code}");
        }
        for code in ["ValidationException", "ResourceNotFound", "Throttling"] {
            assert!(!is_refusal(code) && is_code(code), "{code}");
        }
        for word in ["", "Error", "User", "ClientError", "HTTPError", "Exception"] {
            assert!(!is_refusal(word) && !is_code(word), "{word}");
        }
    }
}
