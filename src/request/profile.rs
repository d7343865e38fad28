//! The differences between services, one row each.

use crate::request::Request;
use crate::request::algorithm::Algorithm;
use crate::request::streaming::Streaming;

/// The rules that one service signs by. Build your own with `..Profile::DEFAULT`.
///
/// Everything that changes a canonical request is a field here, so that nothing
/// else has to know a service by its name.
///
/// ```
/// use sigv4::{Credentials, Profile, QueryPlus, Signer};
///
/// // A server behind an API of its own that reads a query as a form.
/// let profile = Profile {
///     query_plus: QueryPlus::Space,
///     payload_hash_header: true,
///     ..Profile::for_service("execute-api")
/// };
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY");
/// let signer = Signer::new(credentials, "us-east-1", "execute-api").with_profile(profile);
/// assert_eq!(signer.profile(), &profile);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// How requests are signed.
    pub algorithm: Algorithm,
    /// Encode the path of the wire once more: `%20` is signed as `%2520`.
    /// Otherwise it is decoded and encoded once (S3).
    pub double_encode_path: bool,
    /// Remove `.` and `..` segments and doubled slashes.
    pub normalize_path: bool,
    /// What a raw `+` in a query stands for.
    pub query_plus: QueryPlus,
    /// Send and sign `x-amz-content-sha256` in the header form.
    pub payload_hash_header: bool,
    /// Whether a payload may or must be signed as `UNSIGNED-PAYLOAD`.
    pub unsigned_payload: UnsignedPayload,
    /// Which bodies may be signed piece by piece.
    pub streaming_payload: StreamingPayload,
    /// Sign a presigned URL with `UNSIGNED-PAYLOAD`, as its user brings the body.
    pub presign_unsigned: bool,
    /// The header that carries a session token.
    pub session_token_header: &'static str,
    /// The query parameter that carries a session token.
    pub session_token_parameter: &'static str,
    /// The two names are for the service's own sessions: requests that IAM's credentials sign
    /// all the same carry their token under its usual names (S3 Express: what opens a session
    /// and what works without one).
    pub own_sessions: bool,
    /// Whether the session token header is signed.
    pub header_session_token: SessionToken,
    /// Whether the session token in a presigned URL is signed.
    pub presigned_session_token: SessionToken,
    /// Sign header values with bytes above 0x7F as they are, instead of refusing them.
    pub non_ascii_header_values: bool,
}

/// What a raw `+` in a query stands for. `%2B` is a plus sign in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryPlus {
    /// A plus sign (RFC 3986; what AWS's C signer reads).
    Literal,
    /// A space (`application/x-www-form-urlencoded`).
    Space,
}

/// A service's stance on `UNSIGNED-PAYLOAD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnsignedPayload {
    /// [`Payload::Unsigned`](crate::Payload::Unsigned) is an error.
    Refused,
    /// The caller decides.
    Allowed,
    /// Every payload is signed as `UNSIGNED-PAYLOAD`.
    Required,
}

/// Which bodies a service takes that are signed piece by piece:
/// [`Payload::Streaming`](crate::Payload::Streaming).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamingPayload {
    /// None.
    Refused,
    /// Those in the content encoding `aws-chunked`: uploads to S3.
    Chunked,
    /// Event streams. The services that have none refuse it themselves.
    Events,
}

impl StreamingPayload {
    fn takes(self, streaming: Streaming) -> bool {
        match self {
            Self::Refused => false,
            Self::Chunked => streaming.is_chunked(),
            Self::Events => !streaming.is_chunked(),
        }
    }
}

/// When a session token joins the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionToken {
    /// Before signing: the signature covers it.
    Signed,
    /// After signing: the signature does not cover it.
    AppendedAfterSigning,
}

impl Profile {
    /// Whether the service takes a body in pieces of this kind. Pieces without signatures are an
    /// unsigned payload.
    pub(crate) fn takes(&self, streaming: Streaming) -> bool {
        let may_be_so = match self.unsigned_payload {
            UnsignedPayload::Refused => streaming.is_signed(),
            UnsignedPayload::Allowed => true,
            UnsignedPayload::Required => !streaming.is_signed(),
        };
        may_be_so && self.streaming_payload.takes(streaming)
    }

    /// `execute-api`, `lambda`, `es`, `iam` and all others without a row of their own.
    pub const DEFAULT: Self = Self {
        algorithm: Algorithm::SigV4,
        double_encode_path: true,
        normalize_path: true,
        query_plus: QueryPlus::Literal,
        payload_hash_header: false,
        unsigned_payload: UnsignedPayload::Refused,
        streaming_payload: StreamingPayload::Events,
        presign_unsigned: false,
        session_token_header: "x-amz-security-token",
        session_token_parameter: "X-Amz-Security-Token",
        own_sessions: false,
        header_session_token: SessionToken::Signed,
        presigned_session_token: SessionToken::Signed,
        non_ascii_header_values: false,
    };

    /// `s3`, `s3-object-lambda`, `s3-outposts`.
    /// [Authenticating requests: Amazon S3](https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html)
    pub const S3: Self = Self {
        double_encode_path: false,
        normalize_path: false,
        payload_hash_header: true,
        unsigned_payload: UnsignedPayload::Allowed,
        streaming_payload: StreamingPayload::Chunked,
        presign_unsigned: true,
        ..Self::DEFAULT
    };

    /// `s3express`: S3 with session tokens of its own, but for `CreateSession`, `HeadBucket`,
    /// `CopyObject`, `UploadPartCopy` and all requests to the control endpoint.
    /// [`CreateSession`](https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html),
    /// [`HeadBucket`](https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html),
    /// [authorization](https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-authenticating-authorizing.html)
    pub const S3_EXPRESS: Self = Self {
        session_token_header: "x-amz-s3session-token",
        session_token_parameter: "X-Amz-S3session-Token",
        own_sessions: true,
        ..Self::S3
    };

    /// `aoss` (OpenSearch Serverless), which wants `x-amz-content-sha256` with every request.
    /// [Signing HTTP requests](https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html#serverless-signing)
    pub const OPENSEARCH_SERVERLESS: Self = Self {
        payload_hash_header: true,
        ..Self::DEFAULT
    };

    /// `vpc-lattice-svcs`, which does not support payload signing.
    /// [SIGv4 authenticated requests](https://docs.aws.amazon.com/vpc-lattice/latest/ug/sigv4-authenticated-requests.html)
    pub const VPC_LATTICE: Self = Self {
        payload_hash_header: true,
        unsigned_payload: UnsignedPayload::Required,
        streaming_payload: StreamingPayload::Refused,
        presign_unsigned: true,
        ..Self::DEFAULT
    };

    /// `iotdevicegateway`: MQTT over WebSocket with a presigned URL.
    /// [Device communication protocols](https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html)
    pub const IOT_DEVICE_GATEWAY: Self = Self {
        presigned_session_token: SessionToken::AppendedAfterSigning,
        ..Self::DEFAULT
    };

    /// The row for a service's signing name.
    #[must_use]
    pub fn for_service(service: &str) -> Self {
        match service {
            "s3" | "s3-object-lambda" | "s3-outposts" => Self::S3,
            "s3express" => Self::S3_EXPRESS,
            "aoss" => Self::OPENSEARCH_SERVERLESS,
            "vpc-lattice-svcs" => Self::VPC_LATTICE,
            "iotdevicegateway" => Self::IOT_DEVICE_GATEWAY,
            _ => Self::DEFAULT,
        }
    }

    /// The same rules with Signature Version 4A. What [`Signer::new`](crate::Signer::new) takes
    /// as its region is then a region set: `*`, or regions joined by commas, `us-east-1,us-west-*`.
    ///
    /// ```
    /// use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};
    ///
    /// // A multi-region access point takes nothing else.
    /// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "*", "s3")
    ///     .with_profile(Profile::S3.with_sigv4a());
    /// let request = Request {
    ///     method: "GET",
    ///     target: "/photo.jpg",
    ///     headers: &[("host", b"mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com")],
    ///     payload: Payload::EMPTY,
    /// };
    /// let signed = signer.sign(&request, Timestamp::parse("20150830T123600Z")?)?;
    /// let start = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/aws4_request, ";
    /// assert!(signed.authorization().starts_with(start));
    /// assert!(signed.headers().any(|header| header == ("x-amz-region-set", "*")));
    /// # Ok::<(), sigv4::Error>(())
    /// ```
    #[cfg(feature = "v4a")]
    #[must_use]
    pub const fn with_sigv4a(mut self) -> Self {
        self.algorithm = Algorithm::SigV4a;
        self
    }

    /// The header and the parameter that carry the session token of this request.
    #[inline]
    pub(crate) fn token_names(&self, request: &Request<'_>) -> (&'static str, &'static str) {
        let names = if self.own_sessions && takes_iam_credentials(request) {
            &Self::DEFAULT
        } else {
            self
        };
        (names.session_token_header, names.session_token_parameter)
    }
}

/// Operations of S3 Express that no session is for, as botocore's model marks them and the S3
/// API reference says. A directory bucket's name is in its host, so its own path is `/`.
fn takes_iam_credentials(request: &Request<'_>) -> bool {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((request.target, ""));
    let is_session = |pair: &str| pair == "session" || pair.starts_with("session=");
    let of_bucket = path == "/" || path.is_empty();
    let opens = request.method == "GET" && of_bucket && query.split('&').any(is_session);
    let heads = request.method == "HEAD" && of_bucket;
    opens
        || heads
        || request.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("x-amz-copy-source")
                || (name.eq_ignore_ascii_case("host") && value.starts_with(b"s3express-control"))
        })
}

impl Default for Profile {
    fn default() -> Self {
        Self::DEFAULT
    }
}
