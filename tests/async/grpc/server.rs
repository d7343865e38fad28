//! tonic's own server behind the layer.

use super::{Client, Echo, policy, signed, signing, told, with_another_secret};
use crate::callers::in_time;
use crate::served::under;
use tokio::net::TcpListener;
use tonic::Code;
use tonic::client::Grpc;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};

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
        let mut client = Client(Grpc::with_origin(service, url));
        let answer = client.greet("hello").await.unwrap();
        assert_eq!(answer, "alice: hello");

        // The answer is a stream with trailers.
        let mut texts = client.repeat("hello").await.unwrap();
        assert_eq!(texts.message().await.unwrap().unwrap(), "hello");
        assert_eq!(texts.message().await.unwrap(), None);
        assert!(texts.trailers().await.unwrap().is_some());

        let (sender, request) = told();
        for text in ["one", "two"] {
            sender.send(text.to_owned()).unwrap();
        }
        drop(sender);
        let answer = client.join(request).await.unwrap();
        assert_eq!(answer, "onetwo");
        assert_eq!(echo.calls(), 3);
    });
}

/// Nothing of what is refused reaches the service.
#[test]
fn what_is_refused() {
    in_time(async {
        let (url, channel, echo) = listening().await;
        let long = "long ".repeat(20);
        for (layer, text, says) in [
            (with_another_secret(), "hello", "403 Forbidden"),
            (signing("execute-api"), &*long, "413 Payload Too Large"),
        ] {
            let mut client = Client(Grpc::with_origin(
                signed(layer, channel.clone()),
                url.clone(),
            ));
            let status = client.greet(text).await.unwrap_err();
            assert_eq!(status.code(), Code::Internal);
            assert!(status.message().contains(says), "{status:?}");
        }
        // Without any signature.
        let mut client = Client(Grpc::with_origin(channel, url));
        let status = client.greet("hello").await.unwrap_err();
        assert!(status.message().contains("403 Forbidden"), "{status:?}");
        assert_eq!(echo.calls(), 0);
    });
}
