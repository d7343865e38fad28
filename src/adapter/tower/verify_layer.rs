//! The layer in front of a server.

use super::BoxError;
use super::body::Body;
use super::chunked::Arriving;
use super::clock::{Now, Sleep};
use super::look_up::LookUp;
use super::reading::rest;
use super::refused::{NO_REQUEST, Refused};
use super::response_body::{Answers, AnyBody, SameBody};
use super::rules::Rules;
use super::verified::Verified;
use super::verifying::{Arrived, Settings};
use crate::adapter::http::HttpParts;
use crate::adapter::spans::Span;
use crate::error::Error;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use crate::verify::claim::Claim;
use crate::verify::kept_key::StandIn;
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

/// The longest body that is read into memory, unless told otherwise: that of API Gateway.
const BODY_LIMIT: usize = 10 << 20;

/// How long a body may take, unless told otherwise.
const DEADLINE: Duration = Duration::from_secs(10);

/// Lets requests through whose signature holds, with a [`Verified`] in their extensions, and
/// answers all others itself, as AWS does ([`Refusal`](crate::Refusal)), with a [`Refused`] in the
/// response's extensions.
///
/// - The body is read up to a [limit](Self::body_limit) and within a [time](Self::deadline), and
///   compared with what was signed; nothing of it reaches the handler before, and none of a refused
///   request. Trailers are dropped, as no signature covers them.
/// - Where the policy takes [`streaming`](Policy::streaming), an `aws-chunked` body is verified while
///   its handler reads it: see [`Verified::streaming`].
/// - The session token has to be the key's own, and the key not expired.
/// - Keys come from a [`LookUp`]; what a caller may do is the handler's to decide.
///
/// The handler's body is a [`Body`]; the response's can be made of a `String`, as those of axum,
/// hyper (`Full`) and `lambda_http` can. For all others there is [`any_body`](Self::any_body).
///
/// ```
/// use sigv4::Policy;
/// use sigv4::tower::{Body, KnownKey, Verified, VerifyLayer};
/// use std::collections::BTreeMap;
///
/// # async fn handler(request: http::Request<Body>) -> Result<http::Response<String>, std::convert::Infallible> {
/// let caller = request.extensions().get::<Verified<&str>>().expect("a layer in front");
/// let greeting = format!("hello, {}", caller.principal());
/// # Ok(http::Response::new(greeting))
/// # }
/// let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), KnownKey::new("a secret", "alice"))]);
/// let policy = Policy::new(&["eu-west-1"], "execute-api");
/// let layer = VerifyLayer::new(&policy, keys, tokio::time::sleep).body_limit(1 << 20);
/// ```
pub struct VerifyLayer<L, A = SameBody> {
    settings: Settings,
    keys: Arc<L>,
    answers: PhantomData<fn() -> A>,
}

impl<L: LookUp> VerifyLayer<L> {
    /// Verifies under a policy, with the keys of a store. `sleep` is the runtime's timer, for
    /// example `tokio::time::sleep`. Of bodies that are signed piece by piece
    /// ([`Policy::streaming`]), `aws-chunked` ones are read, and event streams refused.
    pub fn new<T>(
        policy: &Policy<'_>,
        keys: L,
        sleep: impl Fn(Duration) -> T + Send + Sync + 'static,
    ) -> Self
    where
        T: Future<Output = ()> + Send + 'static,
    {
        let rules = Rules::of(policy);
        let refusal = |policy: &Policy<'_>| Refusal::of(Error::NotSigned, &NO_REQUEST, policy);
        Self {
            settings: Settings {
                not_signed: Arc::new(rules.with(refusal)),
                rules,
                body_limit: BODY_LIMIT,
                stream_limit: None,
                unchecked_checksums: false,
                deadline: DEADLINE,
                anonymous: false,
                now: Now::system(),
                sleep: Sleep::new(sleep),
                stand_in: Arc::new(StandIn::new()),
            },
            keys: Arc::new(keys),
            answers: PhantomData,
        }
    }

    /// In front of a service whose responses have a body of any type: theirs becomes a
    /// [`ResponseBody`](super::ResponseBody), which is either the service's or a refusal. For layers
    /// in between that change the body's type, such as `TraceLayer` and `CompressionLayer` of
    /// tower-http, for servers of tonic, and for services of hyper whose body is a `BoxBody`.
    ///
    /// ```
    /// use http_body_util::combinators::BoxBody;
    /// use http_body_util::{BodyExt, Full};
    /// use sigv4::Policy;
    /// use sigv4::tower::{Body, BoxError, KnownKey, VerifyLayer};
    /// use std::collections::BTreeMap;
    /// use tower::{Layer, ServiceExt};
    ///
    /// async fn handler(
    ///     request: http::Request<Body>,
    /// ) -> Result<http::Response<BoxBody<bytes::Bytes, BoxError>>, BoxError> {
    ///     let body = Full::from(format!("{} is here", request.uri().path()));
    ///     Ok(http::Response::new(body.map_err(BoxError::from).boxed()))
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), KnownKey::new("a secret", ()))]);
    /// let policy = Policy::new(&["eu-west-1"], "execute-api");
    /// let layer = VerifyLayer::new(&policy, keys, tokio::time::sleep).any_body();
    /// let service = layer.layer(tower::service_fn(handler));
    /// let unsigned = http::Request::get("/items").body(Body::new(""))?;
    /// let response = service.oneshot(unsigned).await?;
    /// assert_eq!(response.status(), 403);
    /// let body = response.into_body().collect().await?.to_bytes();
    /// assert_eq!(body, r#"{"message":"Missing Authentication Token"}"#);
    /// # Ok::<(), BoxError>(())
    /// # })?;
    /// # Ok::<(), BoxError>(())
    /// ```
    #[must_use]
    pub fn any_body(self) -> VerifyLayer<L, AnyBody> {
        VerifyLayer {
            settings: self.settings,
            keys: self.keys,
            answers: PhantomData,
        }
    }
}

impl<L, A> VerifyLayer<L, A> {
    /// The longest body, in bytes; 10 MiB by default. Of one that is longer, and of one that is refused
    /// before it is read, nothing is kept; the answer waits until the rest is out of the way, for a
    /// second and for 16 MiB beyond this limit at most, unless the request says
    /// `Expect: 100-continue`. A server that closes on unread bytes (hyper does) resets the
    /// connection, and the sender may never read the answer.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// The longest body that is [verified while it is read](Verified::streaming), in bytes of data;
    /// by default, that of all others. It is refused before it is read. Of such a body, a signed
    /// chunk is held in memory: it may be as long as a body that is not streamed, or 1 MiB, and
    /// never longer than 16 MiB.
    #[must_use]
    pub fn stream_limit(mut self, bytes: u64) -> Self {
        self.settings.stream_limit = Some(bytes);
        self
    }

    /// Takes bodies that are [verified while they are read](Verified::streaming) whose trailer has a
    /// checksum that is not computed here: MD5 and XXHASH, and without feature `checksum` every one.
    /// They are refused otherwise, before they are read; here it is the handler that compares it,
    /// as it comes in the body's trailers.
    #[must_use]
    pub fn unchecked_checksums(mut self) -> Self {
        self.settings.unchecked_checksums = true;
        self
    }

    /// How long a body may take to arrive, and the store of keys to answer; 10 seconds by default.
    /// A body that is verified while it is read may take as long for each 8 KiB; what its handler
    /// takes does not count. (The time for a head is the server's.)
    #[must_use]
    pub fn deadline(mut self, time: Duration) -> Self {
        self.settings.deadline = time;
        self
    }

    /// Lets requests through that carry no signature at all, without a [`Verified`]. One that is
    /// there has to hold all the same.
    #[must_use]
    pub fn or_anonymous(mut self) -> Self {
        self.settings.anonymous = true;
        self
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.settings.now = Now::new(now);
        self
    }
}

impl<L, A> Clone for VerifyLayer<L, A> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            keys: Arc::clone(&self.keys),
            answers: PhantomData,
        }
    }
}

impl<L, A> fmt::Debug for VerifyLayer<L, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer")
            .field("body_limit", &self.settings.body_limit)
            .field("deadline", &self.settings.deadline)
            .finish_non_exhaustive()
    }
}

impl<S, L, A> Layer<S> for VerifyLayer<L, A> {
    type Service = VerifyService<S, L, A>;

    fn layer(&self, inner: S) -> Self::Service {
        VerifyService {
            inner,
            verifier: Arc::new(Verifier {
                settings: self.settings.clone(),
                keys: Arc::clone(&self.keys),
            }),
            answers: PhantomData,
        }
    }
}

/// A service behind a [`VerifyLayer`].
pub struct VerifyService<S, L, A = SameBody> {
    inner: S,
    verifier: Arc<Verifier<L>>,
    answers: PhantomData<fn() -> A>,
}

/// Counted once, as servers copy a service for each request.
struct Verifier<L> {
    settings: Settings,
    keys: Arc<L>,
}

impl<S: Clone, L, A> Clone for VerifyService<S, L, A> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            verifier: Arc::clone(&self.verifier),
            answers: PhantomData,
        }
    }
}

impl<S, L, A> fmt::Debug for VerifyService<S, L, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyService")
    }
}

/// Who came without a signature, where that is allowed; and what a handler that does not allow it
/// answers, as the policy's service does.
#[derive(Clone)]
pub(crate) struct Anonymous(
    #[cfg_attr(not(feature = "axum"), allow(dead_code, reason = "for extractors"))] pub Arc<Refusal>,
);

impl<S, L, A, B, R> Service<http::Request<B>> for VerifyService<S, L, A>
where
    S: Service<http::Request<Body>, Response = http::Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    L: LookUp,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
    A: Answers<R>,
{
    type Response = http::Response<A::Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // The one that is ready.
        let clone = self.clone();
        let Self {
            mut inner,
            verifier,
            ..
        } = core::mem::replace(self, clone);
        // What is moved into the future as it is, is in it once.
        let (mut head, body) = request.into_parts();
        let mut body = Some(body);
        Box::pin(async move {
            let Verifier { settings, keys } = &*verifier;
            // In a block, as the future has room for all that is there while the handler works.
            let (request, stream) = {
                let span = Span::verifying();
                let outcome = span
                    .around(settings.verify(&**keys, &head, &mut body))
                    .await;
                let outcome = match outcome {
                    Ok(arrived) => Ok(arrived),
                    Err(stopped) => Err(Box::pin(settings.refused(stopped, &head, body)).await),
                };
                traced(span, &head, &outcome);
                let arrived = match outcome {
                    Ok(arrived) => arrived,
                    Err(refused) => return Ok(refused.response(A::of_refusal)),
                };
                // Each takes the place of what a layer in front of this one has verified, by another
                // policy.
                if let Some(caller) = arrived.caller {
                    head.extensions.insert(caller);
                    head.extensions.remove::<Anonymous>();
                } else {
                    head.extensions
                        .insert(Anonymous(Arc::clone(&settings.not_signed)));
                    head.extensions.remove::<Verified<L::Principal>>();
                }
                if let Some(stream) = &arrived.stream {
                    stream.describe(&mut head.headers);
                }
                (
                    http::Request::from_parts(head, arrived.body),
                    arrived.stream,
                )
            };
            let called = inner.call(request);
            match stream {
                None => called.await.map(A::of_service),
                Some(stream) => Box::pin(settings.answered::<A, R, _>(called, &stream)).await,
            }
        })
    }
}

impl Settings {
    /// What a handler answers, unless the body that it has read broke: then that is refused, as
    /// all others are, when what is still to come of it is out of the way.
    async fn answered<A: Answers<R>, R, E>(
        &self,
        called: impl Future<Output = Result<http::Response<R>, E>>,
        stream: &Arriving,
    ) -> Result<http::Response<A::Body>, E> {
        let broken = {
            let answer = called.await;
            let Some(broken) = stream.broken() else {
                return answer.map(A::of_service);
            };
            broken
        };
        if let Some(mut still_to_come) = broken.rest {
            rest(still_to_come.as_mut(), &self.sleep, self.deadline).await;
        }
        Ok(broken.refused.response(A::of_refusal))
    }
}

/// Whose key it is, is proven where the signature holds, and else what the request says.
fn traced<P>(span: Span, head: &Parts, outcome: &Result<Arrived<P>, Refused>) {
    if !span.is_wanted() {
        return;
    }
    match outcome {
        Ok(Arrived { caller, stream, .. }) => {
            if let Some(caller) = caller {
                span.key(caller.access_key_id(), caller.region(), caller.service());
            }
            let outcome = match (caller, stream) {
                (Some(_), None) => "verified",
                // What comes of the body is not known yet.
                (Some(_), Some(_)) => "head verified",
                (None, _) => "anonymous",
            };
            span.verified(Ok::<_, &str>(outcome));
            if let Some(stream) = stream {
                stream.traced_in(span);
            }
        }
        Err(refused) => {
            if let Ok(parts) = HttpParts::try_from(head)
                && let Ok(claim) = Claim::from_request(&parts.request(Payload::Unsigned))
            {
                let scope = claim.scope();
                span.key(claim.access_key_id(), scope.region(), scope.service());
            }
            span.verified(Err(refused.refusal().reason()));
        }
    }
}
