//! A client of tonic behind the layer: calls of gRPC over a socket, to tonic's server in a router of axum.

use crate::callers::{block_on, credentials, serve};
use crate::served::under;
use crate::support::example::{SECRET, at};
use axum::extract::Request as Arrived;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response as Answer};
use axum::{Extension, Router};
use bytes::{Buf, BufMut};
use http::uri::PathAndQuery;
use sigv4::tower::{Body, SignError, SignLayer, Verified};
use sigv4::{Claim, Credentials, Error, HttpParts, Payload, Policy};
use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::client::{Grpc, GrpcService};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::tokio_stream::Stream;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, Streaming};
use tower::{ServiceBuilder, service_fn};

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

type Calls = Arc<AtomicUsize>;

/// One text is answered with the caller's name in front; a stream of them as it comes.
async fn called(Extension(calls): Extension<Calls>, request: Arrived) -> Answer {
    calls.fetch_add(1, Ordering::SeqCst);
    let mut grpc = tonic::server::Grpc::new(Texts);
    let answer = match request.uri().path() {
        "/echo.Echo/Greet" => {
            let greet = service_fn(async |request: Request<String>| {
                let caller = request.extensions().get::<Verified<&'static str>>();
                let caller = *caller.unwrap().principal();
                Ok(Response::new(format!("{caller}: {}", request.get_ref())))
            });
            grpc.unary(greet, request).await
        }
        "/echo.Echo/Join" => {
            let join = service_fn(async |request: Request<Streaming<String>>| {
                let (mut texts, mut all) = (request.into_inner(), String::new());
                while let Some(text) = texts.message().await? {
                    all += &text;
                }
                Ok(Response::new(all))
            });
            grpc.client_streaming(join, request).await
        }
        "/echo.Echo/Echo" => {
            let echo = service_fn(async |request: Request<Streaming<String>>| {
                Ok(Response::new(request.into_inner()))
            });
            grpc.streaming(echo, request).await
        }
        path => panic!("{path}"),
    };
    answer.into_response()
}

fn method(name: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(name)
}

const GREET: &str = "/echo.Echo/Greet";
const JOIN: &str = "/echo.Echo/Join";
const ECHO: &str = "/echo.Echo/Echo";

fn routes() -> (Router, Calls) {
    let calls = Calls::default();
    let router = Router::new().fallback(called);
    (router.layer(Extension(Arc::clone(&calls))), calls)
}

fn policy() -> Policy<'static> {
    Policy::new(&["us-east-1"], "execute-api")
}

/// Lets through what is signed right, whatever its body, which goes on as it comes.
async fn head_verified(request: Arrived, next: Next) -> Answer {
    let verified = {
        let parts = HttpParts::try_from(&request).unwrap();
        let arrived = parts.request(Payload::Unsigned);
        let claim = Claim::from_request(&arrived).unwrap();
        let key = claim.signing_key(SECRET);
        let policy = Policy::new(&["us-east-1"], "vpc-lattice-svcs");
        claim.verify(&key, &arrived, &policy, at()).map(|_| ())
    };
    match verified {
        Ok(()) => next.run(request).await,
        Err(error) => panic!("{error}"),
    }
}

/// Its URL, and a channel to it.
async fn listening(app: Router) -> (http::Uri, Channel) {
    let url: http::Uri = serve(app).await.parse().unwrap();
    let channel = Channel::builder(url.clone()).connect().await.unwrap();
    (url, channel)
}

fn signing(service: &str) -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", service).clock(at)
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

/// Before each call, as the clients do that tonic generates.
async fn ready<S: GrpcService<tonic::body::Body>>(client: &mut Grpc<S>) -> &mut Grpc<S> {
    assert!(client.ready().await.is_ok());
    client
}

fn kind(status: &Status) -> &SignError {
    status.source().unwrap().downcast_ref().unwrap()
}

#[test]
fn calls_that_send_one_message() {
    block_on(async {
        let (app, calls) = routes();
        let (url, channel) = listening(app.layer(under(&policy()))).await;
        let service = signed(signing("execute-api"), channel.clone());
        let mut greeter = Grpc::with_origin(service, url.clone());
        for text in ["hello", ""] {
            let request = Request::new(text.to_owned());
            let answer = ready(&mut greeter)
                .await
                .unary(request, method(GREET), Texts)
                .await
                .unwrap();
            assert_eq!(*answer.get_ref(), format!("alice: {text}"));
        }
        // Of many messages, where one asks for them.
        let request = Request::new("hello".to_owned());
        let answer = ready(&mut greeter)
            .await
            .server_streaming(request, method(ECHO), Texts)
            .await;
        let mut texts = answer.unwrap().into_inner();
        assert_eq!(texts.message().await.unwrap().unwrap(), "hello");
        assert_eq!(texts.message().await.unwrap(), None);
        assert_eq!(calls.load(Ordering::SeqCst), 3);

        // A refusal is no answer of gRPC: of it, tonic tells the status.
        let other = SignLayer::new(
            Credentials::new("AKIDEXAMPLE", "another secret"),
            "us-east-1",
            "execute-api",
        );
        let mut greeter = Grpc::with_origin(signed(other.clock(at), channel), url);
        let request = Request::new("hello".to_owned());
        let refused = ready(&mut greeter)
            .await
            .unary(request, method(GREET), Texts)
            .await;
        let status = refused.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(status.message().contains("403 Forbidden"), "{status:?}");
        assert_eq!(calls.load(Ordering::SeqCst), 3);
    });
}

/// The channel would put the host in behind the layer, where it is signed no more.
#[test]
fn the_host_has_to_be_known_to_the_layer() {
    block_on(async {
        let (app, calls) = routes();
        let (_, channel) = listening(app).await;
        let mut greeter = Grpc::new(signed(signing("execute-api"), channel));
        let request = Request::new("hello".to_owned());
        let failed = ready(&mut greeter)
            .await
            .unary(request, method(GREET), Texts)
            .await;
        let status = failed.unwrap_err();
        assert!(
            matches!(kind(&status), SignError::Sign(Error::MissingHost)),
            "{status:?}"
        );
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    });
}

/// Nothing is sent before all is there that is signed.
#[test]
fn a_stream_of_requests_is_sent_at_its_end() {
    block_on(async {
        let (app, calls) = routes();
        let (url, channel) = listening(app.layer(under(&policy()))).await;
        let layer = signing("execute-api").body_limit(64);
        let mut joiner = Grpc::with_origin(signed(layer, channel), url);
        let (sender, request) = told();
        let call = ready(&mut joiner)
            .await
            .client_streaming(request, method(JOIN), Texts);
        let sends = async {
            for text in ["one", "two"] {
                sender.send(text.to_owned()).unwrap();
                tokio::task::yield_now().await;
            }
            let before = calls.load(Ordering::SeqCst);
            drop(sender);
            before
        };
        let (answer, before) = tokio::join!(call, sends);
        assert_eq!(*answer.unwrap().get_ref(), "onetwo");
        assert_eq!((before, calls.load(Ordering::SeqCst)), (0, 1));

        // One without an end has one at the limit.
        let (sender, request) = told();
        (0..20).for_each(|_| sender.send("text".to_owned()).unwrap());
        let failed = ready(&mut joiner)
            .await
            .streaming(request, method(ECHO), Texts)
            .await;
        let status = failed.unwrap_err();
        assert!(
            matches!(kind(&status), SignError::BodyTooLong { limit: 64 }),
            "{status:?}"
        );
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    });
}

/// Question and answer by turns, where the service takes what is not signed.
#[test]
fn streams_in_both_directions() {
    block_on(async {
        let (app, calls) = routes();
        let (url, channel) = listening(app.layer(from_fn(head_verified))).await;
        let layer = signing("vpc-lattice-svcs");
        let mut echoer = Grpc::with_origin(signed(layer, channel.clone()), url.clone());
        let (sender, request) = told();
        let answer = ready(&mut echoer)
            .await
            .streaming(request, method(ECHO), Texts)
            .await;
        let mut texts = answer.unwrap().into_inner();
        for text in ["one", "two", "three"] {
            sender.send(text.to_owned()).unwrap();
            assert_eq!(texts.message().await.unwrap().unwrap(), text);
        }
        drop(sender);
        assert_eq!(texts.message().await.unwrap(), None);
        assert_eq!(calls.load(Ordering::SeqCst), 1);

        // Elsewhere it is an error.
        let layer = signing("execute-api").unsigned_payload();
        let mut echoer = Grpc::with_origin(signed(layer, channel), url);
        let (_sender, request) = told();
        let failed = ready(&mut echoer)
            .await
            .streaming(request, method(ECHO), Texts)
            .await;
        let status = failed.unwrap_err();
        assert!(
            matches!(
                kind(&status),
                SignError::Sign(Error::UnsignedPayloadRefused)
            ),
            "{status:?}"
        );
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    });
}
