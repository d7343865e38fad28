//! Many requests at once, whose credentials change all the time.

use crate::callers::{block_on, serve};
use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sigv4::axum::Caller;
use sigv4::tower::{BoxError, KnownKey, ReadyCredentials, SignLayer, VerifyLayer};
use sigv4::{Credentials, Policy};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::{Layer, ServiceExt};

const CONNECTIONS: usize = 64;
const REQUESTS: usize = 10_000;
const KEYS: usize = 7;

fn credentials(number: usize) -> Credentials {
    let credentials = Credentials::new(format!("ASIA{number}"), format!("secret {number}"));
    credentials.with_session_token(format!("token-{number}"))
}

/// The next ones every hundred requests.
#[derive(Default)]
struct Rotating(AtomicUsize);

impl ReadyCredentials for Rotating {
    async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Cow::Owned(credentials(count / 100 % KEYS)))
    }
}

fn app() -> Router {
    let key = |number: usize| {
        let credentials = credentials(number);
        let key = KnownKey::new(credentials.secret_access_key(), number);
        let key = key.with_session_token(credentials.session_token().unwrap());
        (credentials.access_key_id().to_owned(), key)
    };
    let keys: BTreeMap<_, _> = (0..KEYS).map(key).collect();
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let answer = |caller: Caller<usize>, body: String| async move {
        format!("{} {} {body}", caller.access_key_id(), caller.principal())
    };
    Router::new()
        .route("/{*path}", any(answer))
        .layer(VerifyLayer::new(&policy, keys, tokio::time::sleep))
}

/// Each with a client of its own, which keeps one connection; half of them in HTTP/2.
#[test]
fn many_at_once() {
    block_on(async {
        let url = serve(app()).await;
        let layer = SignLayer::new(Rotating::default(), "us-east-1", "execute-api");
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|task| {
                let mut client = Client::builder(TokioExecutor::new());
                client.http2_only(task % 2 == 0);
                let client = layer.layer(client.build_http());
                let url = url.clone();
                tokio::spawn(async move {
                    let mut count = 0;
                    for number in (task..REQUESTS).step_by(CONNECTIONS) {
                        let body = Full::<Bytes>::from(format!("body {number}"));
                        let uri = format!("{url}/items/{number}?at={number}");
                        let request = Request::post(uri).body(body).unwrap();
                        let response = client.clone().oneshot(request).await.unwrap();
                        assert_eq!(response.status(), StatusCode::OK);
                        let answer = response.into_body().collect().await.unwrap().to_bytes();
                        let answer = String::from_utf8(answer.to_vec()).unwrap();
                        let (caller, sent) = answer.split_once(" body ").unwrap();
                        let (id, principal) = caller.split_once(' ').unwrap();
                        assert_eq!(id, format!("ASIA{principal}"));
                        assert_eq!(sent, number.to_string());
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let mut all = 0;
        for task in tasks {
            all += task.await.unwrap();
        }
        assert_eq!(all, REQUESTS);
    });
}
