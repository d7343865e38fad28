//! The layer as a middleware of reqwest, in front of axum behind the other layer.

use crate::callers::{app, block_on, credentials, serve};
use crate::served::OneKey;
use axum::Router;
use axum::extract::Request as Arrived;
use axum::http::StatusCode;
use axum::routing::any;
use bytes::Bytes;
use http::Extensions;
use http_body_util::Full;
use reqwest::{Body, Client, Request, Response, redirect};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next};
use sigv4::tower::{BoxError, ReadyCredentials, SignError, SignLayer, VerifyLayer};
use sigv4::{Credentials, Policy, Timestamp};
use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

fn signing() -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", "execute-api")
}

fn with(layer: SignLayer<impl ReadyCredentials>) -> ClientWithMiddleware {
    let client = Client::builder().redirect(redirect::Policy::none());
    ClientBuilder::new(client.build().unwrap())
        .with(layer)
        .build()
}

fn kind(outcome: Result<Response, Error>) -> SignError {
    match outcome.unwrap_err() {
        Error::Middleware(error) => error.downcast().unwrap(),
        error @ Error::Reqwest(_) => panic!("{error}"),
    }
}

/// Not in memory, whatever is in it.
fn stream() -> Body {
    Body::wrap(Full::<Bytes>::from("hello"))
}

type Heads = Arc<Mutex<Vec<http::request::Parts>>>;

/// Answers with the same and keeps the heads; a redirect leads away from `/a` alone.
async fn recording(status: StatusCode, location: &str) -> (String, Heads) {
    let heads = Heads::default();
    let (kept, location) = (Arc::clone(&heads), location.to_owned());
    let answer = move |request: Arrived| {
        let head = request.into_parts().0;
        let is_there = status.is_redirection() && head.uri.path() != "/a";
        let status = if is_there { StatusCode::OK } else { status };
        kept.lock().unwrap().push(head);
        std::future::ready((status, [("location", location.clone())]))
    };
    let url = serve(Router::new().route("/{*path}", any(answer))).await;
    (url, heads)
}

#[test]
fn in_both_versions() {
    block_on(async {
        let url = serve(app()).await;
        let one = Client::builder().redirect(redirect::Policy::none());
        let two = Client::builder().http2_prior_knowledge();
        for (client, version) in [(one, "HTTP/1.1"), (two, "HTTP/2.0")] {
            let client = ClientBuilder::new(client.build().unwrap()).with(signing());
            let client = client.build();
            for (target, path) in [
                ("/prod/items", "/prod/items"),
                ("/prod//a/../b", "/prod/b"),
                ("/prod/ü b?a='&b=|^`{}\\\"&c=ü #part", "/prod/%C3%BC%20b"),
                ("/prod/a|b^[c]'(d)*!", "/prod/a%7Cb%5E%5Bc%5D'(d)*!"),
                ("/prod/%2f%25?&&a=%7e&a=2=3&flag&=v", "/prod/%2f%25"),
            ] {
                let request = client.post(format!("{url}{target}")).body("hello");
                let response = request.send().await.unwrap();
                let status = response.status();
                let body = response.text().await.unwrap();
                assert_eq!(status, 200, "{target}: {body}");
                assert_eq!(body, format!("{version} alice {path} hello"));
            }
            let nothing = client.post(format!("{url}/prod/x")).send().await.unwrap();
            let answer = nothing.text().await.unwrap();
            assert_eq!(answer, format!("{version} alice /prod/x "));
        }
    });
}

#[test]
fn streams_are_refused_unless_declared() {
    block_on(async {
        let (url, heads) = recording(StatusCode::OK, "").await;
        let post =
            |client: ClientWithMiddleware| client.post(format!("{url}/x")).body(stream()).send();
        let error = kind(post(with(signing())).await);
        assert!(matches!(error, SignError::StreamedBody), "{error:?}");
        // Nowhere but where the service allows it.
        let error = kind(post(with(signing().unsigned_payload())).await);
        assert!(
            matches!(error, SignError::Sign(sigv4::Error::UnsignedPayloadRefused)),
            "{error:?}"
        );
        assert_eq!(heads.lock().unwrap().len(), 0);

        let policy = Policy::new(&["us-east-1"], "s3");
        let answer = |body: String| async move { body };
        let app = Router::new()
            .route("/x", any(answer))
            .layer(VerifyLayer::new(&policy, OneKey, tokio::time::sleep));
        let layer = SignLayer::new(credentials(), "us-east-1", "s3").unsigned_payload();
        let request = with(layer).post(format!("{}/x", serve(app).await));
        let response = request.body(stream()).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.text().await.unwrap(), "hello");
    });
}

#[test]
fn what_is_signed_already() {
    block_on(async {
        let (url, heads) = recording(StatusCode::OK, "").await;
        let client = with(signing());
        let request = client.get(format!("{url}/x")).header("authorization", "x");
        assert!(matches!(
            kind(request.send().await),
            SignError::Sign(sigv4::Error::AuthorizationAlreadySet)
        ));
        let request = client.get(format!("{url}/x?X-Amz-Signature=0"));
        assert!(matches!(
            kind(request.send().await),
            SignError::Sign(sigv4::Error::SigningParameterAlreadySet { .. })
        ));
        assert_eq!(heads.lock().unwrap().len(), 0);
    });
}

#[test]
fn nothing_is_sent_where_it_cannot_be_signed() {
    struct Nothing;
    impl ReadyCredentials for Nothing {
        async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
            Err("the vault is closed".into())
        }
    }
    block_on(async {
        let (url, heads) = recording(StatusCode::OK, "").await;
        let layer = SignLayer::new(Nothing, "us-east-1", "execute-api");
        let error = kind(with(layer).get(format!("{url}/x")).send().await);
        assert!(matches!(error, SignError::Credentials(_)), "{error:?}");
        let long = format!("{url}/{}", "x".repeat(70_000));
        let error = kind(with(signing()).get(long).send().await);
        assert!(matches!(error, SignError::InvalidUrl), "{error:?}");
        let error = kind(with(signing()).get("http://example.com/").send().await);
        assert!(
            matches!(&error, SignError::PlainHttp { host } if host == "example.com"),
            "{error:?}"
        );
        assert_eq!(heads.lock().unwrap().len(), 0);
    });
}

/// To another host reqwest sends the session token, and no `authorization`; to the same one a
/// signature for another path.
#[test]
fn redirects_that_reqwest_follows() {
    block_on(async {
        let (elsewhere, there) = recording(StatusCode::OK, "").await;
        let temporary = || {
            let credentials = credentials().with_session_token("a-token");
            SignLayer::new(credentials, "us-east-1", "execute-api")
        };
        for (location, same_host) in [(format!("{elsewhere}/b"), false), ("/b".into(), true)] {
            let (url, here) = recording(StatusCode::TEMPORARY_REDIRECT, &location).await;
            let response = with(temporary()).get(format!("{url}/a#part")).send().await;
            assert_eq!(response.unwrap().status(), 307);
            assert_eq!(here.lock().unwrap().len(), 1);

            let client = ClientBuilder::new(Client::new()).with(temporary()).build();
            let error = kind(client.get(format!("{url}/a")).send().await);
            assert!(
                matches!(&error, SignError::Redirected { host } if host == "127.0.0.1"),
                "{error:?}"
            );
            let arrived = if same_host { &here } else { &there };
            let headers = arrived.lock().unwrap().last().unwrap().headers.clone();
            assert_eq!(headers.contains_key("authorization"), same_host);
            assert_eq!(headers["x-amz-security-token"], "a-token");
            // What is read at its end is what was asked for.
            let client = ClientBuilder::new(Client::new()).with(temporary()).build();
            let response = client.get(format!("{elsewhere}/b?b=1&a#part")).send().await;
            assert_eq!(response.unwrap().status(), 200);
        }
    });
}

/// Sends twice what comes through.
struct Twice;

#[async_trait::async_trait]
impl Middleware for Twice {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let again = request.try_clone().unwrap();
        next.clone().run(request, extensions).await?;
        next.run(again, extensions).await
    }
}

#[test]
fn attempts_are_signed_anew() {
    block_on(async {
        let (url, heads) = recording(StatusCode::SERVICE_UNAVAILABLE, "").await;
        let seconds = AtomicI64::default();
        let clock = move || Timestamp::from_unix(seconds.fetch_add(1, Ordering::SeqCst)).unwrap();
        let client = ClientBuilder::new(Client::new()).with(Twice);
        let client = client.with(signing().clock(clock)).build();
        let request = client.post(format!("{url}/a/../b")).body("hello");
        assert_eq!(request.send().await.unwrap().status(), 503);
        let heads = heads.lock().unwrap();
        let signed: Vec<_> = heads
            .iter()
            .map(|head| {
                (
                    head.headers["x-amz-date"].to_str().unwrap(),
                    head.uri.path(),
                )
            })
            .collect();
        assert_eq!(
            signed,
            [("19700101T000000Z", "/b"), ("19700101T000001Z", "/b")]
        );
        let [one, two] = [0, 1].map(|at| &heads[at].headers["authorization"]);
        assert_ne!(one, two);
    });
}
