//! A service behind the layer, and what its handler gets to see.

use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use http_body_util::BodyExt;
use sigv4::Policy;
use sigv4::tower::{Asked, Body, BoxError, KnownKey, LookUp, Verified, VerifyLayer, VerifyService};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, Service};

pub type Request<B> = http::Request<B>;
pub type Response = http::Response<String>;

/// The one key of the examples, with whatever token comes along.
pub struct OneKey;

impl LookUp for OneKey {
    type Principal = &'static str;

    async fn look_up(&self, asked: &Asked<'_>) -> Result<Option<KnownKey<&'static str>>, BoxError> {
        if asked.access_key_id() != ACCESS_KEY_ID {
            return Ok(None);
        }
        let key = KnownKey::new(SECRET, "alice");
        Ok(Some(match asked.session_token() {
            Some(token) => key.with_session_token(token),
            None => key,
        }))
    }
}

/// Says who calls and how long the body is; counts.
#[derive(Clone, Default)]
pub struct Handler {
    pub calls: Arc<AtomicUsize>,
    pub seen: Arc<Mutex<Vec<u8>>>,
}

impl Handler {
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Service<Request<Body>> for Handler {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let seen = Arc::clone(&self.seen);
        Box::pin(async move {
            let caller = request.extensions().get::<Verified<&'static str>>();
            let caller = caller.map_or("nobody", |caller| caller.principal());
            let caller = caller.to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            seen.lock().unwrap().extend_from_slice(&body);
            Ok(Response::new(format!("{caller} {}", body.len())))
        })
    }
}

/// Under the strict policy, at the time of the examples.
pub fn layer() -> VerifyLayer<OneKey> {
    under(&Policy::new(&["us-east-1"], "execute-api"))
}

pub fn under(policy: &Policy<'_>) -> VerifyLayer<OneKey> {
    VerifyLayer::new(policy, OneKey, tokio::time::sleep)
        .clock(at)
        .deadline(Duration::from_secs(60))
}

pub fn behind<L: LookUp>(layer: &VerifyLayer<L>) -> (VerifyService<Handler, L>, Handler) {
    let handler = Handler::default();
    (layer.layer(handler.clone()), handler)
}

/// Time stands still, and goes on only where everything waits for it.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}
