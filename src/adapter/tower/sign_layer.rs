//! The layer in front of a client.

use super::BoxError;
use super::body::Body;
use super::chunked::Chunks;
use super::clock::Now;
use super::credentials::ReadyCredentials;
use super::signing::Settings;
use crate::adapter::spans::Span;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::HeaderName;
use tower_layer::Layer;
use tower_service::Service;

/// The longest body that is read into memory to be signed, unless told otherwise.
const BODY_LIMIT: usize = 10 << 20;

/// Signs every request on its way to a client: hyper-util's, any
/// [`Service`](tower_service::Service) of [`http::Request`] that takes a [`Body`]. For one that takes
/// another, as tonic's `Channel`, tower's `map_request` makes that of it: `docs/async.md`.
///
/// - The body is read into memory up to a [limit](Self::body_limit) and hashed, or
///   [signed in chunks](Self::chunked) or [declared unsigned](Self::unsigned_payload), and streamed.
///   Trailers of a body that is signed are dropped, as no signature covers them.
/// - Signed are `host`, `content-type` and `x-amz-*`, which nothing on the way rewrites; more with
///   [`also_sign`](Self::also_sign).
/// - Credentials come from a [`ReadyCredentials`], which never blocks. The key that follows from
///   them is derived once a day, not for each request.
/// - What is sent is the signed target, free of what a server would normalise.
/// - Plain http goes to this machine only, unless [`allow_plain_http`](Self::allow_plain_http) says
///   otherwise.
///
/// Errors are a [`SignError`](super::SignError) or those of the client, in a [`BoxError`]. Layers
/// that retry or follow redirects belong outside of this one: each request is signed anew.
///
/// ```
/// use hyper_util::{client::legacy::Client, rt::TokioExecutor};
/// use sigv4::{Credentials, tower::SignLayer};
/// use tower::Layer;
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY");
/// let client = Client::builder(TokioExecutor::new()).build_http();
/// let client = SignLayer::new(credentials, "eu-west-1", "execute-api").layer(client);
/// # fn is_a_service<S: tower::Service<http::Request<http_body_util::Full<bytes::Bytes>>>>(_: S) {}
/// # is_a_service(client);
/// ```
pub struct SignLayer<P> {
    pub(crate) settings: Settings,
    pub(crate) credentials: Arc<P>,
}

impl<P: ReadyCredentials> SignLayer<P> {
    /// Signs for one region and one service.
    pub fn new(credentials: P, region: impl Into<String>, service: impl Into<String>) -> Self {
        let mut layer = Self::inferring(credentials);
        layer.settings.region = Some(region.into());
        layer.settings.service = Some(service.into());
        layer
    }

    /// Signs for the region and the service that the host's name tells, as those of AWS do.
    pub fn inferring(credentials: P) -> Self {
        Self {
            settings: Settings {
                region: None,
                service: None,
                profile: None,
                also_sign: Vec::new(),
                body_limit: BODY_LIMIT,
                unsigned_payload: false,
                chunks: None,
                plain_http: false,
                now: Now::system(),
                signers: Arc::default(),
                hosts: Arc::default(),
            },
            credentials: Arc::new(credentials),
        }
    }

    /// Signs by other rules than those of the service's name.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = Some(profile);
        self
    }

    /// Signs this header too, where a request has it and it may be signed.
    #[must_use]
    pub fn also_sign(mut self, header: HeaderName) -> Self {
        self.settings.also_sign.push(header);
        self
    }

    /// The longest body that is read, in bytes; 10 MiB by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Declares bodies unsigned (`UNSIGNED-PAYLOAD`), and streams them: of any length, and whoever
    /// is on the way can change them. Where the service's row does not allow it, requests fail with
    /// [`Error::UnsignedPayloadRefused`](crate::Error::UnsignedPayloadRefused).
    #[must_use]
    pub fn unsigned_payload(mut self) -> Self {
        self.settings.unsigned_payload = true;
        self
    }

    /// Sends the bodies of uploads in pieces (`aws-chunked`), each signed while it is sent: of any
    /// length, and in constant memory. [`unsigned_payload`](Self::unsigned_payload) comes first.
    ///
    /// - An upload is a `PUT` of an object or a part, and whatever says
    ///   `x-amz-decoded-content-length`. All else, and an empty body, is hashed as without this.
    /// - Its length has to be known: from the body's `size_hint`, or from that header; else the error
    ///   is [`LengthUnknown`](super::SignError::LengthUnknown), and nothing is sent.
    /// - `content-encoding` (`aws-chunked` behind what is there), `x-amz-decoded-content-length`,
    ///   `x-amz-trailer` and `content-length` are set, and `transfer-encoding` is taken off.
    /// - Where the service's row does not take it, as all but S3's do, requests fail with
    ///   [`Error::StreamingPayloadRefused`](crate::Error::StreamingPayloadRefused).
    /// - Over plain http chunks are signed, whatever is asked for.
    #[must_use]
    pub fn chunked(mut self, chunks: Chunks) -> Self {
        self.settings.chunks = Some(chunks);
        self
    }

    /// Plain http to any host. Whoever listens on the way can read everything and repeat the
    /// request for some minutes.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.settings.plain_http = true;
        self
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.settings.now = Now::new(now);
        self
    }
}

impl<P> Clone for SignLayer<P> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            credentials: Arc::clone(&self.credentials),
        }
    }
}

impl<P> fmt::Debug for SignLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignLayer")
            .field("region", &self.settings.region)
            .field("service", &self.settings.service)
            .finish_non_exhaustive()
    }
}

impl<S, P> Layer<S> for SignLayer<P> {
    type Service = SignService<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        SignService {
            inner,
            settings: Arc::new(self.settings.clone()),
            credentials: Arc::clone(&self.credentials),
        }
    }
}

/// A client behind a [`SignLayer`].
pub struct SignService<S, P> {
    inner: S,
    settings: Arc<Settings>,
    credentials: Arc<P>,
}

impl<S: Clone, P> Clone for SignService<S, P> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            settings: Arc::clone(&self.settings),
            credentials: Arc::clone(&self.credentials),
        }
    }
}

impl<S, P> fmt::Debug for SignService<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignService")
    }
}

impl<S, P, B> Service<http::Request<B>> for SignService<S, P>
where
    S: Service<http::Request<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    P: ReadyCredentials,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError> + Send,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // The one that is ready.
        let clone = self.inner.clone();
        let mut inner = core::mem::replace(&mut self.inner, clone);
        let settings = Arc::clone(&self.settings);
        let credentials = Arc::clone(&self.credentials);
        Box::pin(async move {
            let span = Span::signing();
            let signed = settings.sign(&*credentials, request, &span);
            let signed = span.around(signed).await;
            span.signed(signed.as_ref().map(|_| ()));
            inner.call(signed?).await.map_err(Into::into)
        })
    }
}
