//! The layer in front of a client.

use crate::bodies::{Scripted, Step};
use crate::served::{Handler, OneKey, behind, layer, run, under};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use bytes::Bytes;
use http::{HeaderName, Method, Request};
use http_body::Body as _;
use http_body_util::Full;
use sigv4::tower::{Body, BoxError, ReadyCredentials, SignError, SignLayer, VerifyService};
use sigv4::{Credentials, Error, Policy, Profile};
use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tower::{Layer, ServiceExt};

fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET)
}

fn signing() -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", "execute-api").clock(at)
}

fn for_s3() -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", "s3").clock(at)
}

fn to_s3() -> (VerifyService<Handler, OneKey>, Handler) {
    behind(&under(&Policy::new(&["us-east-1"], "s3")))
}

fn post<B>(url: &str, body: B) -> Request<B> {
    Request::post(url).body(body).unwrap()
}

fn full(text: &'static str) -> Full<Bytes> {
    Full::from(text)
}

const URL: &str = "https://example.com/prod/a/../items?b=2&a=1";

#[test]
fn what_one_layer_signs_the_other_verifies() {
    let steps = || [Step::Data(b"12"), Step::Data(b"34"), Step::Trailers];
    for token in [None, Some("token")] {
        let credentials = match token {
            Some(token) => credentials().with_session_token(token),
            None => credentials(),
        };
        let (service, _) = behind(&layer());
        let layer = SignLayer::new(credentials, "us-east-1", "execute-api").clock(at);
        let service = layer.layer(service);
        let response = run(service.oneshot(post(URL, Scripted::new(steps())))).unwrap();
        assert_eq!(response.body(), "alice 4");
    }
}

/// What went to the client, and nothing else happened.
fn sent<B>(layer: &SignLayer<Credentials>, request: Request<B>) -> Result<Request<Body>, BoxError>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError> + Send,
{
    let sent = Arc::new(Mutex::new(None));
    let into = Arc::clone(&sent);
    let client = tower::service_fn(move |request: Request<Body>| {
        *into.lock().unwrap() = Some(request);
        std::future::ready(Ok::<_, Infallible>(()))
    });
    let done = run(layer.layer(client).oneshot(request));
    let sent = sent.lock().unwrap().take();
    assert_eq!(done.is_ok(), sent.is_some());
    done.map(|()| sent.unwrap())
}

fn kind(result: Result<Request<Body>, BoxError>) -> SignError {
    *result.unwrap_err().downcast::<SignError>().unwrap()
}

#[test]
fn what_is_sent() {
    let mut request = post(URL, full("hello"));
    for (name, value) in [
        ("range", "bytes=0-9"),
        ("via", "1.1 proxy"),
        ("x-amz-meta", "1"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let layer = signing().also_sign(HeaderName::from_static("range"));
    let sent = sent(&layer, request).unwrap();
    assert_eq!(sent.uri(), "https://example.com/prod/items?b=2&a=1");
    let authorization = sent.headers()["authorization"].to_str().unwrap();
    assert!(authorization.contains("SignedHeaders=host;range;x-amz-date;x-amz-meta,"));
    assert_eq!(sent.body().size_hint().exact(), Some(5));
    assert_eq!(sent.into_body().into_bytes().unwrap(), Bytes::from("hello"));
}

#[test]
fn bodies_up_to_the_limit() {
    let layer = signing().body_limit(4);
    for (body, fits) in [("", true), ("1234", true), ("12345", false)] {
        let steps = [Step::Data(body.as_bytes())];
        let outcome = sent(&layer, post(URL, Scripted::new(steps)));
        assert_eq!(outcome.is_ok(), fits, "{body}");
        if !fits {
            let error = kind(outcome);
            assert!(
                matches!(error, SignError::BodyTooLong { limit: 4 }),
                "{error:?}"
            );
        }
    }
    let error = kind(sent(&layer, post(URL, Scripted::new([Step::Fail]))));
    assert!(matches!(&error, SignError::Body(source) if source.to_string() == "reset"));
}

/// Of any length, and as they come.
#[test]
fn bodies_that_are_declared_unsigned() {
    let steps = || [Step::Data(b"12"), Step::Data(b"34"), Step::Trailers];
    let (service, handler) = to_s3();
    let service = for_s3().unsigned_payload().body_limit(1).layer(service);
    let response = run(service.oneshot(post(URL, Scripted::new(steps())))).unwrap();
    assert_eq!(response.body(), "alice 4");
    assert_eq!(*handler.seen.lock().unwrap(), b"1234");

    let layer = for_s3().unsigned_payload();
    let request = sent(&layer, post(URL, Scripted::new(steps()))).unwrap();
    assert_eq!(
        request.headers()["x-amz-content-sha256"],
        "UNSIGNED-PAYLOAD"
    );
    assert!(request.into_body().into_bytes().is_err());

    // Nowhere else, and never silently.
    let error = kind(sent(&signing().unsigned_payload(), post(URL, full("x"))));
    assert!(
        matches!(error, SignError::Sign(Error::UnsignedPayloadRefused)),
        "{error:?}"
    );
    // Where the service signs no payload, none is read into memory.
    let layer = signing().profile(Profile::VPC_LATTICE).body_limit(1);
    let request = sent(&layer, post(URL, Scripted::new(steps()))).unwrap();
    assert!(request.into_body().into_bytes().is_err());
}

#[test]
fn plain_http_stays_on_this_machine() {
    for (url, fits) in [
        ("http://127.0.0.1:8080/", true),
        ("http://localhost/", true),
        ("http://[::1]/", true),
        ("http://example.com/", false),
        ("http://10.0.0.1/", false),
        ("https://example.com/", true),
    ] {
        let outcome = sent(&signing(), post(url, full("x")));
        assert_eq!(outcome.is_ok(), fits, "{url}");
        if !fits {
            assert!(matches!(kind(outcome), SignError::PlainHttp { .. }));
            let allowed = signing().allow_plain_http();
            assert!(sent(&allowed, post(url, full("x"))).is_ok());
        }
    }
    // Whatever host is signed, it is the URI's that it is sent to.
    let mut request = post("http://example.com/", full("x"));
    request
        .headers_mut()
        .insert("host", "localhost".parse().unwrap());
    assert!(matches!(
        kind(sent(&signing(), request)),
        SignError::PlainHttp { .. }
    ));
}

#[test]
fn region_and_service_of_a_host() {
    let layer = || SignLayer::inferring(credentials()).clock(at);
    let url = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod";
    let request = sent(&layer(), post(url, full("x"))).unwrap();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    assert!(
        authorization.contains("/eu-west-1/execute-api/aws4_request"),
        "{authorization}"
    );
    let error = kind(sent(&layer(), post("https://example.com/", full("x"))));
    assert!(matches!(error, SignError::Endpoint(_)), "{error:?}");
}

#[test]
fn nothing_is_sent_without_credentials() {
    struct Nothing;
    impl ReadyCredentials for Nothing {
        async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
            Err("the vault is closed".into())
        }
    }
    let client = tower::service_fn(|_: Request<Body>| std::future::ready(Err::<(), _>("sent")));
    let service = SignLayer::new(Nothing, "us-east-1", "execute-api").layer(client);
    let error = run(service.oneshot(post(URL, full("")))).unwrap_err();
    let error = *error.downcast::<SignError>().unwrap();
    assert!(
        matches!(&error, SignError::Credentials(why) if why.to_string() == "the vault is closed")
    );
    // What the client itself says stays what it is.
    let client = tower::service_fn(|_: Request<Body>| std::future::ready(Err::<(), _>("refused")));
    let mut request = post(URL, full(""));
    *request.method_mut() = Method::GET;
    let error = run(signing().layer(client).oneshot(request)).unwrap_err();
    assert_eq!(error.to_string(), "refused");
}
