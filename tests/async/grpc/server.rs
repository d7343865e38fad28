//! tonic's own server behind the layer.

use super::{ECHO, Echo, GREET, JOIN, Texts, method, policy, ready, signed, signing, told};
use crate::callers::in_time;
use crate::served::under;
use crate::support::example::at;
use sigv4::Credentials;
use sigv4::tower::SignLayer;
use tokio::net::TcpListener;
use tonic::client::Grpc;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Code, Request};

/// Its URL, a channel to it, and what it was asked.
async fn listening() -> (http::Uri, Channel, Echo) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url: http::Uri = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let echo = Echo::default();
    let server = Server::builder()
        .layer(under(&policy()).body_limit(64).any_body())
        .add_service(echo.clone());
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let channel = Channel::builder(url.clone()).connect().await.unwrap();
    (url, channel, echo)
}

#[test]
fn calls_are_verified() {
    in_time(async {
        let (url, channel, echo) = listening().await;
        let service = signed(signing("execute-api"), channel);
        let mut client = Grpc::with_origin(service, url);
        let request = Request::new("hello".to_owned());
        let answer = ready(&mut client)
            .await
            .unary(request, method(GREET), Texts)
            .await;
        assert_eq!(*answer.unwrap().get_ref(), "alice: hello");

        // The answer is a stream with trailers.
        let request = Request::new("hello".to_owned());
        let answer = ready(&mut client)
            .await
            .server_streaming(request, method(ECHO), Texts)
            .await;
        let mut texts = answer.unwrap().into_inner();
        assert_eq!(texts.message().await.unwrap().unwrap(), "hello");
        assert_eq!(texts.message().await.unwrap(), None);
        assert!(texts.trailers().await.unwrap().is_some());

        let (sender, request) = told();
        for text in ["one", "two"] {
            sender.send(text.to_owned()).unwrap();
        }
        drop(sender);
        let answer = ready(&mut client)
            .await
            .client_streaming(request, method(JOIN), Texts)
            .await;
        assert_eq!(*answer.unwrap().get_ref(), "onetwo");
        assert_eq!(echo.calls(), 3);
    });
}

/// Nothing of what is refused reaches the service.
#[test]
fn what_is_refused() {
    in_time(async {
        let (url, channel, echo) = listening().await;
        let other = Credentials::new("AKIDEXAMPLE", "another secret");
        let other = SignLayer::new(other, "us-east-1", "execute-api").clock(at);
        let long = "long ".repeat(20);
        for (layer, text, says) in [
            (other, "hello", "403 Forbidden"),
            (signing("execute-api"), &*long, "413 Payload Too Large"),
        ] {
            let mut client = Grpc::with_origin(signed(layer, channel.clone()), url.clone());
            let request = Request::new(text.to_owned());
            let refused = ready(&mut client)
                .await
                .unary(request, method(GREET), Texts)
                .await;
            let status = refused.unwrap_err();
            assert_eq!(status.code(), Code::Internal);
            assert!(status.message().contains(says), "{status:?}");
        }
        // Without any signature.
        let mut client = Grpc::with_origin(channel, url);
        let request = Request::new("hello".to_owned());
        let refused = ready(&mut client)
            .await
            .unary(request, method(GREET), Texts)
            .await;
        let status = refused.unwrap_err();
        assert!(status.message().contains("403 Forbidden"), "{status:?}");
        assert_eq!(echo.calls(), 0);
    });
}
