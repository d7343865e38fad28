//! The names under which a signature and what belongs to it travel. Those of a session
//! token are in the [`Profile`](crate::Profile).

/// The header that carries the time of the signature.
pub(crate) const DATE_HEADER: &str = "x-amz-date";

/// The header that carries the payload hash.
pub(crate) const PAYLOAD_HASH_HEADER: &str = "x-amz-content-sha256";

/// The parameters of the query form.
pub(crate) const PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

/// Tells the service which payload hash was signed; without it S3 takes `UNSIGNED-PAYLOAD`.
pub(crate) const PAYLOAD_HASH_PARAMETER: &str = "X-Amz-Content-Sha256";
