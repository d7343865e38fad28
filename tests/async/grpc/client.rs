//! The client, and an axum server of tonic's routes.

use super::{Client, Echo, policy, signed, signing, told, with_another_secret};
use crate::callers::{block_on, serve};
use crate::served::under;
use crate::support::example::{SECRET, at};
use axum::Router;
use axum::extract::Request as Arrived;
use axum::middleware::{Next, from_fn};
use axum::response::Response as Answer;
use sigv4::tower::SignError;
use sigv4::{Claim, Error, HttpParts, Payload, Policy};
use std::error::Error as _;
use tonic::client::Grpc;
use tonic::service::Routes;
use tonic::transport::Channel;
use tonic::{Code, Status};

fn routes() -> (Router, Echo) {
    let echo = Echo::default();
    (Routes::new(echo.clone()).into_axum_router(), echo)
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

fn kind(status: &Status) -> &SignError {
    status.source().unwrap().downcast_ref().unwrap()
}

#[test]
fn calls_that_send_one_message() {
    block_on(async {
        let (app, echo) = routes();
        let (url, channel) = listening(app.layer(under(&policy()))).await;
        let service = signed(signing("execute-api"), channel.clone());
        let mut greeter = Client(Grpc::with_origin(service, url.clone()));
        for text in ["hello", ""] {
            let answer = greeter.greet(text).await.unwrap();
            assert_eq!(answer, format!("alice: {text}"));
        }
        // Of many messages, where one asks for them.
        let mut texts = greeter.repeat("hello").await.unwrap();
        assert_eq!(texts.message().await.unwrap().unwrap(), "hello");
        assert_eq!(texts.message().await.unwrap(), None);
        assert_eq!(echo.calls(), 3);

        // A refusal is no answer of gRPC: of it, tonic tells the status.
        let mut greeter = Client(Grpc::with_origin(
            signed(with_another_secret(), channel),
            url,
        ));
        let status = greeter.greet("hello").await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(status.message().contains("403 Forbidden"), "{status:?}");
        assert_eq!(echo.calls(), 3);
    });
}

/// The channel would put the host in behind the layer, where it is signed no more.
#[test]
fn the_host_has_to_be_known_to_the_layer() {
    block_on(async {
        let (app, echo) = routes();
        let (_, channel) = listening(app).await;
        let mut greeter = Client(Grpc::new(signed(signing("execute-api"), channel)));
        let status = greeter.greet("hello").await.unwrap_err();
        assert!(
            matches!(kind(&status), SignError::Sign(Error::MissingHost)),
            "{status:?}"
        );
        assert_eq!(echo.calls(), 0);
    });
}

/// Nothing is sent before all is there that is signed.
#[test]
fn a_stream_of_requests_is_sent_at_its_end() {
    block_on(async {
        let (app, echo) = routes();
        let (url, channel) = listening(app.layer(under(&policy()))).await;
        let layer = signing("execute-api").body_limit(64);
        let mut joiner = Client(Grpc::with_origin(signed(layer, channel), url));
        let (sender, request) = told();
        let call = joiner.join(request);
        let sends = async {
            for text in ["one", "two"] {
                sender.send(text.to_owned()).unwrap();
                tokio::task::yield_now().await;
            }
            let before = echo.calls();
            drop(sender);
            before
        };
        let (answer, before) = tokio::join!(call, sends);
        assert_eq!(answer.unwrap(), "onetwo");
        assert_eq!((before, echo.calls()), (0, 1));

        // One without an end has one at the limit.
        let (sender, request) = told();
        (0..20).for_each(|_| sender.send("text".to_owned()).unwrap());
        let status = joiner.echo(request).await.unwrap_err();
        assert!(
            matches!(kind(&status), SignError::BodyTooLong { limit: 64 }),
            "{status:?}"
        );
        assert_eq!(echo.calls(), 1);
    });
}

/// Question and answer by turns, where the service takes what is not signed.
#[test]
fn streams_in_both_directions() {
    block_on(async {
        let (app, echo) = routes();
        let (url, channel) = listening(app.layer(from_fn(head_verified))).await;
        let layer = signing("vpc-lattice-svcs");
        let mut echoer = Client(Grpc::with_origin(
            signed(layer, channel.clone()),
            url.clone(),
        ));
        let (sender, request) = told();
        let mut texts = echoer.echo(request).await.unwrap();
        for text in ["one", "two", "three"] {
            sender.send(text.to_owned()).unwrap();
            assert_eq!(texts.message().await.unwrap().unwrap(), text);
        }
        drop(sender);
        assert_eq!(texts.message().await.unwrap(), None);
        assert_eq!(echo.calls(), 1);

        // Elsewhere it is an error.
        let layer = signing("execute-api").unsigned_payload();
        let mut echoer = Client(Grpc::with_origin(signed(layer, channel), url));
        let (_sender, request) = told();
        let status = echoer.echo(request).await.unwrap_err();
        assert!(
            matches!(
                kind(&status),
                SignError::Sign(Error::UnsignedPayloadRefused)
            ),
            "{status:?}"
        );
        assert_eq!(echo.calls(), 1);
    });
}
