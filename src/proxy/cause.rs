//! Why a proxy answers itself: one word, and one status each.

use http::StatusCode;

/// Why a request was answered by the proxy, and not by its upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// It breaks HTTP's rules in a way that servers read differently.
    Malformed,
    /// Request line and headers are too long, or too many.
    HeadTooLong,
    /// It uses what this proxy does not have: another version of HTTP, another transfer coding.
    NotSupported,
    /// The caller has not shown the token.
    Token,
    /// The caller's signature, or what it is allowed.
    Caller,
    /// No route takes its host and path.
    NoRoute,
    /// What it would be signed for is not allowed here, or is not known.
    NotAllowed,
    /// The caller did not send its body in time.
    SlowCaller,
    /// Its body is longer than is taken.
    TooLong,
    /// Its body is not what its headers say.
    Body,
    /// Its body has no room in files, or cannot be written to one.
    Spool,
    /// It cannot be signed as it is.
    Unsignable,
    /// There are no credentials.
    NoCredentials,
    /// Too many requests are on their way to the upstream.
    Busy,
    /// There is no connection to the upstream: name, network, TLS.
    Connect,
    /// The upstream left in mid-answer, or answered what is not HTTP.
    Upstream,
    /// The upstream took too long.
    SlowUpstream,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::HeadTooLong,
        Self::NotSupported,
        Self::Token,
        Self::Caller,
        Self::NoRoute,
        Self::NotAllowed,
        Self::SlowCaller,
        Self::TooLong,
        Self::Body,
        Self::Spool,
        Self::Unsignable,
        Self::NoCredentials,
        Self::Busy,
        Self::Connect,
        Self::Upstream,
        Self::SlowUpstream,
    ];

    /// The word for it in answers, logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::HeadTooLong => "head_too_long",
            Self::NotSupported => "not_supported",
            Self::Token => "token",
            Self::Caller => "caller",
            Self::NoRoute => "no_route",
            Self::NotAllowed => "not_allowed",
            Self::SlowCaller => "slow_caller",
            Self::TooLong => "too_long",
            Self::Body => "body",
            Self::Spool => "spool",
            Self::Unsignable => "unsignable",
            Self::NoCredentials => "no_credentials",
            Self::Busy => "busy",
            Self::Connect => "connect",
            Self::Upstream => "upstream",
            Self::SlowUpstream => "slow_upstream",
        }
    }

    /// The status that it is answered with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed | Self::Body | Self::Unsignable => StatusCode::BAD_REQUEST,
            Self::HeadTooLong => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::NotSupported => StatusCode::NOT_IMPLEMENTED,
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::Caller | Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::SlowCaller => StatusCode::REQUEST_TIMEOUT,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Spool => StatusCode::INSUFFICIENT_STORAGE,
            Self::NoCredentials | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Connect | Self::Upstream => StatusCode::BAD_GATEWAY,
            Self::SlowUpstream => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}
