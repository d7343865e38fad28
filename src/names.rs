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

/// What signing and verifying have to know of a header by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Known {
    #[default]
    Other,
    Host,
    ContentType,
    Authorization,
    Date,
    PayloadHash,
    /// Under the names of the built-in profiles; another profile may have another name.
    SessionToken,
    /// Proxies and connections add it, change it or drop it.
    NeverSigned,
}

const KNOWN: [(&str, Known); 22] = [
    ("host", Known::Host),
    ("content-type", Known::ContentType),
    ("authorization", Known::Authorization),
    (DATE_HEADER, Known::Date),
    (PAYLOAD_HASH_HEADER, Known::PayloadHash),
    ("x-amz-security-token", Known::SessionToken),
    ("x-amz-s3session-token", Known::SessionToken),
    ("connection", Known::NeverSigned),
    ("expect", Known::NeverSigned),
    ("keep-alive", Known::NeverSigned),
    ("proxy-authenticate", Known::NeverSigned),
    ("proxy-authorization", Known::NeverSigned),
    ("proxy-connection", Known::NeverSigned),
    ("te", Known::NeverSigned),
    ("trailer", Known::NeverSigned),
    ("transfer-encoding", Known::NeverSigned),
    ("upgrade", Known::NeverSigned),
    ("user-agent", Known::NeverSigned),
    ("x-amzn-trace-id", Known::NeverSigned),
    ("sec-websocket-key", Known::NeverSigned),
    ("sec-websocket-protocol", Known::NeverSigned),
    ("sec-websocket-version", Known::NeverSigned),
];

impl Known {
    pub(crate) fn of(name: &str) -> Self {
        KNOWN
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(Self::Other, |(_, known)| *known)
    }

    pub(crate) fn is_signable(self) -> bool {
        !matches!(self, Self::NeverSigned | Self::Authorization)
    }
}
