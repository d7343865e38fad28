//! Calls of gRPC over a socket: tonic's client behind the layer, its server behind the other one.

mod client;
mod server;

use crate::callers::credentials;
use crate::support::example::{ACCESS_KEY_ID, at};
use bytes::{Buf, BufMut};
use http::uri::PathAndQuery;
use sigv4::tower::{Body, SignLayer, Verified};
use sigv4::{Credentials, Policy};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::client::{Grpc, GrpcService};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::tokio_stream::Stream;
use tonic::server::NamedService;
use tonic::transport::Channel;
use tonic::{Request, Response, Status, Streaming};
use tower::{Service, ServiceBuilder, service_fn};

/// A message is its text.
#[derive(Clone, Copy)]
struct Texts;

impl Codec for Texts {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Texts {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Texts {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining()).to_vec();
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Status::internal("no text"))
    }
}

/// What a client sends as its test says so, until that lets go of the other end.
struct Told(UnboundedReceiver<String>);

impl Stream for Told {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        self.0.poll_recv(context)
    }
}

fn told() -> (UnboundedSender<String>, Request<Told>) {
    let (sender, receiver) = unbounded_channel();
    (sender, Request::new(Told(receiver)))
}

const GREET: &str = "/echo.Echo/Greet";
const JOIN: &str = "/echo.Echo/Join";
const ECHO: &str = "/echo.Echo/Echo";

/// One text is answered with the caller's name in front; a stream of them as it comes.
#[derive(Clone, Default)]
struct Echo(Arc<AtomicUsize>);

impl Echo {
    fn calls(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl NamedService for Echo {
    const NAME: &'static str = "echo.Echo";
}

type Answer = http::Response<tonic::body::Body>;

impl Service<http::Request<tonic::body::Body>> for Echo {
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(answer(request).await) })
    }
}

async fn answer(request: http::Request<tonic::body::Body>) -> Answer {
    let mut grpc = tonic::server::Grpc::new(Texts);
    match request.uri().path() {
        GREET => {
            let greet = service_fn(async |request: Request<String>| {
                let caller = request.extensions().get::<Verified<&'static str>>();
                let caller = *caller.unwrap().principal();
                Ok(Response::new(format!("{caller}: {}", request.get_ref())))
            });
            grpc.unary(greet, request).await
        }
        JOIN => {
            let join = service_fn(async |request: Request<Streaming<String>>| {
                let (mut texts, mut all) = (request.into_inner(), String::new());
                while let Some(text) = texts.message().await? {
                    all += &text;
                }
                Ok(Response::new(all))
            });
            grpc.client_streaming(join, request).await
        }
        ECHO => {
            let echo = service_fn(async |request: Request<Streaming<String>>| {
                Ok(Response::new(request.into_inner()))
            });
            grpc.streaming(echo, request).await
        }
        path => panic!("{path}"),
    }
}

fn policy() -> Policy<'static> {
    Policy::new(&["us-east-1"], "execute-api")
}

fn signing(service: &str) -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", service).clock(at)
}

fn with_another_secret() -> SignLayer<Credentials> {
    let credentials = Credentials::new(ACCESS_KEY_ID, "another secret");
    SignLayer::new(credentials, "us-east-1", "execute-api").clock(at)
}

/// As `docs/async.md` has it.
fn signed(
    layer: SignLayer<Credentials>,
    channel: Channel,
) -> impl GrpcService<tonic::body::Body, ResponseBody = tonic::body::Body> {
    ServiceBuilder::new()
        .layer(layer)
        .map_request(|request: http::Request<Body>| request.map(tonic::body::Body::new))
        .service(channel)
}

fn method(path: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(path)
}

/// The methods, as a client that tonic generates has them.
struct Client<S>(Grpc<S>);

impl<S> Client<S>
where
    S: GrpcService<tonic::body::Body, ResponseBody = tonic::body::Body>,
{
    async fn ready(&mut self) -> &mut Grpc<S> {
        assert!(self.0.ready().await.is_ok());
        &mut self.0
    }

    async fn greet(&mut self, text: &str) -> Result<String, Status> {
        let (grpc, request) = (self.ready().await, Request::new(text.to_owned()));
        let answer = grpc.unary(request, method(GREET), Texts).await;
        answer.map(Response::into_inner)
    }

    async fn join(&mut self, texts: Request<Told>) -> Result<String, Status> {
        let answer = self
            .ready()
            .await
            .client_streaming(texts, method(JOIN), Texts)
            .await;
        answer.map(Response::into_inner)
    }

    /// Of one text, as of a method whose answer alone is a stream.
    async fn repeat(&mut self, text: &str) -> Result<Streaming<String>, Status> {
        let (grpc, request) = (self.ready().await, Request::new(text.to_owned()));
        let answer = grpc.server_streaming(request, method(ECHO), Texts).await;
        answer.map(Response::into_inner)
    }

    async fn echo(&mut self, texts: Request<Told>) -> Result<Streaming<String>, Status> {
        let answer = self
            .ready()
            .await
            .streaming(texts, method(ECHO), Texts)
            .await;
        answer.map(Response::into_inner)
    }
}
