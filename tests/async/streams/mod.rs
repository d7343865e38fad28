//! Bodies in pieces, through the layers.

mod bodies;
mod flaws;
mod heads;
mod memory;
mod odd_heads;
mod refused;
mod sent;
mod slow;
mod sockets;
mod traced;
mod wire;

use crate::served::{Request, Response, run, under};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at, credentials};
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use sigv4::stream::{ChunkSigner, ChunkedBody, StreamError};
use sigv4::tower::{Body, BoxError, Chunks, Refused, SignLayer, Verified, VerifyLayer};
use sigv4::{Credentials, Payload, Policy, Scope, Signer, SigningKey, Streaming};
use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, Mutex};
use tower::{Layer, ServiceExt};

pub const URL: &str = "https://examplebucket.s3.amazonaws.com/a";

pub fn policy() -> Policy<'static> {
    let mut policy = Policy::new(&["us-east-1"], "s3");
    policy.streaming = true;
    policy
}

/// What a handler got.
#[derive(Default)]
pub struct Seen {
    pub calls: usize,
    pub headers: HeaderMap,
    pub streaming: Option<Streaming>,
    pub data: Vec<u8>,
    pub frames: Vec<usize>,
    pub trailers: Option<HeaderMap>,
    pub error: Option<BoxError>,
}

impl Seen {
    pub fn stream_error(&self) -> Option<StreamError> {
        let refused = Refused::find(&**self.error.as_ref()?)?;
        refused.source()?.downcast_ref().copied()
    }
}

/// Reads to the end, and says that all is well whatever that was.
pub async fn read(request: Request<Body>, seen: Arc<Mutex<Seen>>) -> Response {
    let (head, mut body) = request.into_parts();
    let caller = head.extensions.get::<Verified<&'static str>>();
    {
        let mut seen = seen.lock().unwrap();
        seen.calls += 1;
        seen.streaming = caller.and_then(Verified::streaming);
        seen.headers = head.headers;
    }
    while let Some(frame) = body.frame().await {
        let mut seen = seen.lock().unwrap();
        assert!(seen.error.is_none(), "something behind an error");
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(data)) => {
                assert!(seen.trailers.is_none(), "data behind trailers");
                seen.data.extend_from_slice(&data);
                seen.frames.push(data.len());
            }
            Ok(Err(trailers)) => seen.trailers = trailers.into_trailers().ok(),
            Err(error) => seen.error = Some(error),
        }
    }
    Response::new("stored".into())
}

/// What the layer answers, and what its handler has seen.
pub fn through<L, B>(layer: &VerifyLayer<L>, request: Request<B>) -> (Response, Seen)
where
    L: sigv4::tower::LookUp,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    let seen = Arc::new(Mutex::new(Seen::default()));
    let kept = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Body>| {
        let seen = Arc::clone(&kept);
        async move { Ok::<_, Infallible>(read(request, seen).await) }
    });
    let response = run(layer.layer(handler).oneshot(request)).unwrap();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    (response, seen)
}

pub fn to_s3() -> VerifyLayer<crate::served::OneKey> {
    under(&policy())
}

/// The head of an upload, signed, and what signs its chunks.
pub fn upload<B>(head: &ChunkedBody<'_>, body: B) -> (Request<B>, ChunkSigner) {
    let signer = Signer::new(Credentials::new(ACCESS_KEY_ID, SECRET), "us-east-1", "s3");
    let mut request = Request::put(URL).body(body).unwrap();
    for (name, value) in head.headers().iter() {
        let name = http::HeaderName::try_from(name).unwrap();
        let value = http::HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().insert(name, value);
    }
    let payload = Payload::Streaming(head.payload);
    let select = sigv4::is_safe_to_sign;
    let signed = signer.sign_http_selected(&mut request, payload, at(), select);
    (request, chunks_behind(signed.unwrap()))
}

pub fn chunks_behind(seed: sigv4::Signature) -> ChunkSigner {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    ChunkSigner::new(SigningKey::derive(SECRET, &scope), at, &scope, seed)
}

pub fn signing(chunks: Chunks) -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", "s3")
        .clock(at)
        .chunked(chunks)
}

/// What a layer sends: head, frames, and how that ends.
pub fn sent<B>(
    layer: &SignLayer<Credentials>,
    request: Request<B>,
) -> Result<(http::request::Parts, Vec<Bytes>, Option<BoxError>), BoxError>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError> + Send,
{
    let client = tower::service_fn(|request: Request<Body>| async {
        let (head, mut body) = request.into_parts();
        let (mut frames, mut error) = (Vec::new(), None);
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => frames.push(frame.into_data().expect("no trailers of HTTP")),
                Err(why) => error = Some(why),
            }
        }
        Ok::<_, Infallible>((head, frames, error))
    });
    run(layer.layer(client).oneshot(request))
}
