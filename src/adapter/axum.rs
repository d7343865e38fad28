//! Extractors for axum.

use crate::adapter::tower::{Anonymous, IamCaller, Refused, Verified};
use crate::verify::refusal::answer::Refusal;
use alloc::boxed::Box;
use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use core::fmt;
use core::ops::Deref;
use http::StatusCode;
use http::request::Parts;

/// Who calls, in a handler behind a [`VerifyLayer`](crate::tower::VerifyLayer). `P` is what its
/// [`LookUp`](crate::tower::LookUp) calls a principal.
///
/// As `Option<Caller<P>>` it is `None` for those whom
/// [`or_anonymous`](crate::tower::VerifyLayer::or_anonymous) lets through without a signature.
/// Where no layer ran, and for another `P`, both are refused: status 500, since it is the
/// service that is made wrong.
///
/// ```
/// use axum::{Router, routing::get};
/// use sigv4::{Policy, axum::Caller, tower::{KnownKey, VerifyLayer}};
/// use std::collections::BTreeMap;
///
/// async fn whoami(caller: Caller<String>) -> String {
///     format!("{} with {}", caller.principal(), caller.access_key_id())
/// }
///
/// let key = KnownKey::new("a secret", "alice".to_owned());
/// let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), key)]);
/// let policy = Policy::new(&["eu-west-1"], "execute-api");
/// let app: Router = Router::new()
///     .route("/whoami", get(whoami))
///     .layer(VerifyLayer::new(&policy, keys, tokio::time::sleep));
/// ```
#[derive(Debug)]
pub struct Caller<P>(pub Verified<P>);

impl<P> Clone for Caller<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> Deref for Caller<P> {
    type Target = Verified<P>;

    fn deref(&self) -> &Verified<P> {
        &self.0
    }
}

/// No layer verifies the requests that this handler gets, or one for another kind of principal
/// does, or one that lets requests without a signature through, which is not expected here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoCaller {
    /// There is no [`VerifyLayer`](crate::tower::VerifyLayer) in front, or its principals are of
    /// another type. Status 500.
    NoLayer,
    /// The request carries no signature. Status 403, and what AWS answers: API Gateway's JSON, or
    /// S3's XML where the layer's policy is for S3, with a [`Refused`] in the response's extensions.
    NotSigned(Box<Refusal>),
}

impl fmt::Display for NoCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLayer => "no layer has verified this request",
            Self::NotSigned(_) => "the request carries no signature",
        })
    }
}

impl core::error::Error for NoCaller {}

impl IntoResponse for NoCaller {
    fn into_response(self) -> Response {
        match self {
            Self::NoLayer => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Self::NotSigned(refusal) => Refused::new(*refusal).response(Body::from),
        }
    }
}

/// Of a request without a caller.
fn no_caller(head: &Parts) -> NoCaller {
    match head.extensions.get::<Anonymous>() {
        Some(Anonymous(refusal)) => NoCaller::NotSigned(Box::new(Refusal::clone(refusal))),
        None => NoCaller::NoLayer,
    }
}

fn caller<P: Send + Sync + 'static>(head: &Parts) -> Result<Option<Caller<P>>, NoCaller> {
    let extensions = &head.extensions;
    match extensions.get::<Verified<P>>() {
        Some(verified) => Ok(Some(Caller(verified.clone()))),
        None if extensions.get::<Anonymous>().is_some() => Ok(None),
        None => Err(NoCaller::NoLayer),
    }
}

impl<S: Sync, P: Send + Sync + 'static> FromRequestParts<S> for Caller<P> {
    type Rejection = NoCaller;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, NoCaller> {
        caller(head)?.ok_or_else(|| no_caller(head))
    }
}

impl<S: Sync, P: Send + Sync + 'static> OptionalFromRequestParts<S> for Caller<P> {
    type Rejection = NoCaller;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Option<Self>, NoCaller> {
        caller(head)
    }
}

/// Rejects as [`Caller`] does, where neither a [`VerifyLayer`](crate::tower::VerifyLayer) nor API
/// Gateway has verified the request.
impl<S: Sync, P: Send + Sync + 'static> FromRequestParts<S> for IamCaller<P> {
    type Rejection = NoCaller;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, NoCaller> {
        Self::from_extensions(&head.extensions).ok_or_else(|| no_caller(head))
    }
}
