//! axum behind the layer, called by others' clients over sockets.

use crate::served::OneKey;
use crate::support::example::{ACCESS_KEY_ID, SECRET};
use axum::Router;
use axum::routing::post;
use http::{Request, Version};
use sigv4::axum::Caller;
use sigv4::tower::VerifyLayer;
use sigv4::{Credentials, Payload, Policy, SigV4, Signer, Timestamp};
use std::time::SystemTime;
use tokio::net::TcpListener;

/// Version of HTTP, caller, path and body.
pub fn app() -> Router {
    async fn answer(version: Version, caller: Caller<&'static str>, body: String) -> String {
        format!(
            "{version:?} {} {} {body}",
            caller.principal(),
            caller.path()
        )
    }
    let policy = Policy::new(&["us-east-1"], "execute-api");
    Router::new()
        .route("/prod/{*item}", post(answer))
        .layer(VerifyLayer::new(&policy, OneKey, tokio::time::sleep))
}

/// Its URL. It ends with the runtime.
pub async fn serve(app: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// A test that waits in vain fails.
pub fn in_time(work: impl Future<Output = ()>) {
    block_on(async {
        let done = tokio::time::timeout(std::time::Duration::from_secs(60), work).await;
        done.expect("what a test waits for");
    });
}

pub fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET)
}

fn signed(url: &str, body: &'static str) -> Request<&'static str> {
    let signer = Signer::new(credentials(), "us-east-1", "execute-api");
    let mut request = Request::post(url).body(body).unwrap();
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let payload = Payload::Bytes(body.as_bytes());
    signer.sign_http(&mut request, payload, now).unwrap();
    request
}

async fn by_reqwest(client: reqwest::Client, request: Request<&'static str>) -> (u16, String) {
    let request = reqwest::Request::try_from(request).unwrap();
    let response = client.execute(request).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[test]
fn by_reqwest_in_both_versions() {
    block_on(async {
        let url = serve(app()).await;
        let one = reqwest::Client::new();
        // The host comes as `:authority`.
        let two = reqwest::Client::builder()
            .http2_prior_knowledge()
            .build()
            .unwrap();
        for (client, version) in [(one, "HTTP/1.1"), (two, "HTTP/2.0")] {
            let request = || signed(&format!("{url}/prod/a%20b"), "hello");
            let (status, body) = by_reqwest(client.clone(), request()).await;
            assert_eq!(status, 200, "{body}");
            assert_eq!(body, format!("{version} alice /prod/a%20b hello"));
            let mut changed = request();
            *changed.body_mut() = "hullo";
            let (status, body) = by_reqwest(client, changed).await;
            assert_eq!(status, 403);
            assert!(
                body.contains("does not match the signature you provided"),
                "{body}"
            );
        }
    });
}

#[test]
fn by_ureq() {
    block_on(async {
        let url = serve(app()).await;
        let answer = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .middleware(SigV4::new(credentials(), "us-east-1", "execute-api"))
                .build()
                .into();
            let answer = agent.post(format!("{url}/prod/x")).send("hello").unwrap();
            answer.into_body().read_to_string().unwrap()
        });
        assert_eq!(answer.await.unwrap(), "HTTP/1.1 alice /prod/x hello");
    });
}

/// `:authority` and `host` have to agree, as a handler may act on either.
#[test]
fn two_hosts_are_refused() {
    block_on(async {
        let url = serve(app()).await;
        let client = reqwest::Client::builder()
            .http2_prior_knowledge()
            .build()
            .unwrap();
        let mut request = signed(&format!("{url}/prod/x"), "hello");
        let other = http::HeaderValue::from_static("example.com");
        request.headers_mut().insert("host", other);
        assert_eq!(by_reqwest(client, request).await.0, 400);
    });
}
