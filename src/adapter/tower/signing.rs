//! What a request is signed with, and what keeps it from being sent.

use super::BoxError;
use super::body::Body;
use super::chunked::Chunks;
use super::clock::Now;
use super::collect::{NotCollected, collect};
use super::credentials::ReadyCredentials;
use crate::adapter::http::is_safe_to_sign;
use crate::adapter::spans::Span;
use crate::endpoint::{Destination, EndpointError, Given, KnownHosts, Resolved, resolve_known};
use crate::error::Error;
use crate::grammar::host::is_loopback;
use crate::request::Payload;
use crate::request::profile::{Profile, UnsignedPayload};
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::sign::signers::{Signers, algorithm_of};
use crate::signature::Signature;
use crate::stream::StreamError;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use http::header::{HOST, HeaderName};
use http::uri::{Authority, PathAndQuery};

/// How a layer signs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub region: Option<String>,
    pub service: Option<String>,
    pub profile: Option<Profile>,
    pub also_sign: Vec<HeaderName>,
    pub body_limit: usize,
    pub unsigned_payload: bool,
    pub chunks: Option<Chunks>,
    pub plain_http: bool,
    pub now: Now,
    pub signers: Arc<Signers>,
    pub hosts: Arc<KnownHosts>,
}

/// Why a request was not sent. It comes as a [`BoxError`], to be had by `downcast_ref`.
///
/// ```
/// use sigv4::tower::{BoxError, SignError};
///
/// fn is_too_long(error: &BoxError) -> bool {
///     matches!(error.downcast_ref(), Some(SignError::BodyTooLong { .. }))
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SignError {
    /// There are no credentials.
    Credentials(BoxError),
    /// The request cannot be signed.
    Sign(Error),
    /// Its host does not tell the region or the service, and nobody else does.
    Endpoint(EndpointError),
    /// The body is longer than is read into memory to be signed.
    BodyTooLong {
        /// How long it may be, in bytes.
        limit: usize,
    },
    /// The body could not be read.
    Body(BoxError),
    /// reqwest's URL is none that can be sent: longer than 65,534 bytes, for example.
    InvalidUrl,
    /// reqwest's body is a stream: it is not read into memory, and so is signed only as an upload
    /// [in chunks](super::SignLayer::chunked), or where it is
    /// [declared unsigned](super::SignLayer::unsigned_payload).
    StreamedBody,
    /// reqwest's client has followed a redirect, and has sent what was signed for one URL to
    /// another: it has to be built with `redirect(Policy::none())`.
    Redirected {
        /// Where it was sent at last.
        host: String,
    },
    /// A body that is to be sent [in chunks](super::SignLayer::chunked) does not say how long it is,
    /// and neither does `x-amz-decoded-content-length`.
    LengthUnknown,
    /// `x-amz-decoded-content-length` is not the length of the body.
    LengthDiffers {
        /// What the header says, in bytes.
        stated: u64,
        /// What the body says, in bytes.
        actual: u64,
    },
    /// The body cannot be sent [in chunks](super::SignLayer::chunked).
    Stream(StreamError),
    /// Plain http to another machine: everybody on the way can read it.
    PlainHttp {
        /// Where it was to be sent.
        host: String,
    },
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials(_) => f.write_str("no credentials to sign with"),
            Self::Sign(error) => write!(f, "the request cannot be signed: {error}"),
            Self::Endpoint(error) => error.fmt(f),
            Self::BodyTooLong { limit } => {
                write!(
                    f,
                    "the body is longer than {limit} bytes, and so is not signed"
                )
            }
            Self::Body(_) => f.write_str("the body could not be read"),
            Self::InvalidUrl => f.write_str("the URL is none that can be sent"),
            Self::StreamedBody => f.write_str(
                "the body is a stream, and is signed only as an upload in chunks, or where it is declared unsigned",
            ),
            Self::LengthUnknown => f.write_str(
                "the body does not say how long it is, and so cannot be sent in chunks: \
                 x-amz-decoded-content-length says it, too",
            ),
            Self::LengthDiffers { stated, actual } => write!(
                f,
                "x-amz-decoded-content-length says {stated} bytes, and the body {actual}"
            ),
            Self::Stream(error) => write!(f, "the body cannot be sent in chunks: {error}"),
            Self::Redirected { host } => write!(
                f,
                "what was signed was redirected to {host}: the client has to be built with \
                 redirect(Policy::none())"
            ),
            Self::PlainHttp { host } => write!(f, "plain http to {host}: not signed"),
        }
    }
}

impl core::error::Error for SignError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Credentials(error) | Self::Body(error) => Some(&**error),
            Self::Sign(error) => Some(error),
            Self::Endpoint(error) => Some(error),
            Self::Stream(error) => Some(error),
            Self::BodyTooLong { .. }
            | Self::LengthUnknown
            | Self::LengthDiffers { .. }
            | Self::InvalidUrl
            | Self::StreamedBody
            | Self::Redirected { .. }
            | Self::PlainHttp { .. } => None,
        }
    }
}

impl From<Error> for SignError {
    fn from(error: Error) -> Self {
        Self::Sign(error)
    }
}

impl Settings {
    /// What can be wrong is found before anything is sent, and before the body is read where it
    /// does not depend on that.
    pub(super) async fn sign<B>(
        &self,
        credentials: &impl ReadyCredentials,
        request: http::Request<B>,
        span: &Span,
    ) -> Result<http::Request<Body>, SignError>
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (head, body) = request.into_parts();
        let mut head = http::Request::from_parts(head, ());
        let signer = self.signer(credentials, &head, span).await?;
        if self.leaves_payload_unsigned(&signer) {
            self.sign_head(&signer, &mut head, Payload::Unsigned)?;
            return Ok(head.map(|()| Body::streamed(body)));
        }
        if let Some(length) = self.data_length(&signer, &head, &body.size_hint())? {
            let body = self.sign_chunked(&signer, &mut head, length, body)?;
            return Ok(head.map(|()| Body::boxed(body)));
        }
        let limit = self.body_limit;
        let bytes = collect(body, limit).await.map_err(|error| match error {
            NotCollected::TooLong => SignError::BodyTooLong { limit },
            NotCollected::Read(error) => SignError::Body(error.into()),
        })?;
        self.sign_head(&signer, &mut head, Payload::Bytes(&bytes))?;
        Ok(head.map(|()| Body::new(bytes)))
    }

    /// Who signs a request: kept for the next one.
    pub(crate) async fn signer(
        &self,
        credentials: &impl ReadyCredentials,
        head: &http::Request<()>,
        span: &Span,
    ) -> Result<Arc<Signer>, SignError> {
        let scope = self.scope(head)?;
        let credentials = credentials.credentials().await;
        let credentials = credentials.map_err(SignError::Credentials)?;
        let signer = self.signers.get(&credentials, &scope, self.profile);
        span.signer(&signer);
        Ok(signer)
    }

    /// Asked for, or what the service wants.
    pub(crate) fn leaves_payload_unsigned(&self, signer: &Signer) -> bool {
        self.unsigned_payload || signer.profile().unsigned_payload == UnsignedPayload::Required
    }

    pub(crate) fn sign_head(
        &self,
        signer: &Signer,
        head: &mut http::Request<()>,
        payload: Payload<'_>,
    ) -> Result<(), SignError> {
        self.sign_head_at(signer, head, payload, self.now.get())
            .map(|_| ())
    }

    pub(super) fn sign_head_at(
        &self,
        signer: &Signer,
        head: &mut http::Request<()>,
        payload: Payload<'_>,
        at: Timestamp,
    ) -> Result<Signature, SignError> {
        let is_signed = |name: &HeaderName| is_safe_to_sign(name) || self.also_sign.contains(name);
        signer
            .sign_http_selected(head, payload, at, is_signed)
            .map_err(SignError::Sign)
    }

    /// Explicit region and service win, then those of a known host. There is no default: a wrong
    /// guess is a 403 without a hint.
    fn scope(&self, head: &http::Request<()>) -> Result<Resolved, SignError> {
        let uri = head.uri();
        let scheme = uri.scheme_str();
        let header = head.headers().get(HOST);
        let named = header.and_then(|value| Authority::try_from(value.as_bytes()).ok());
        let of_uri = uri.authority().map(Authority::host);
        let host = named.as_ref().map(Authority::host).or(of_uri);
        let host = host.unwrap_or_default();
        // Of a request without a scheme the connection knows more than this.
        let sent_to = of_uri.unwrap_or(host);
        if scheme == Some("http") && !self.plain_http && !is_loopback(sent_to) {
            let host = sent_to.into();
            return Err(SignError::PlainHttp { host });
        }
        let to = Destination {
            scheme: scheme.unwrap_or("https"),
            host,
            target: uri.path_and_query().map_or("/", PathAndQuery::as_str),
        };
        let given = Given {
            service: self.service.as_deref(),
            region: self.region.as_deref(),
            algorithm: algorithm_of(self.profile),
            fallback_service: None,
            fallback_region: None,
        };
        let resolved = (self.hosts).with(host, |known| resolve_known(&to, &given, known));
        resolved.map_err(SignError::Endpoint)
    }
}
