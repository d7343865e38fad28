//! cargo run --example axum_service --features axum

use axum::{Router, body::Body, routing::post};
use http::Request;
use sigv4::axum::Caller;
use sigv4::tower::{KnownKey, VerifyLayer};
use sigv4::{Credentials, Payload, Policy, Signer, Timestamp};
use std::{collections::BTreeMap, error::Error, time::SystemTime};
use tower::ServiceExt;

async fn add(caller: Caller<String>, body: String) -> String {
    format!("{} adds {body}\n", caller.principal())
}

fn app() -> Router {
    let alice = KnownKey::new("not-a-real-secret", "alice".to_owned());
    let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), alice)]); // or what implements LookUp
    let policy = Policy::new(&["eu-west-1"], "execute-api");
    Router::new()
        .route("/items", post(add))
        .layer(VerifyLayer::new(&policy, keys, tokio::time::sleep))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Instead of listening: axum::serve(TcpListener::bind("127.0.0.1:8080").await?, app()).await
    for secret in ["not-a-real-secret", "a-wrong-one"] {
        let mut request = Request::post("https://example.com/items").body(Body::from("a saw"))?;
        let credentials = Credentials::new("AKIDEXAMPLE", secret);
        let signer = Signer::new(credentials, "eu-west-1", "execute-api");
        let now = Timestamp::try_from(SystemTime::now())?;
        signer.sign_http(&mut request, Payload::Bytes(b"a saw"), now)?;
        let response = app().oneshot(request).await?;
        println!("{}", response.status());
        let body = axum::body::to_bytes(response.into_body(), 65_536).await?;
        println!("{}", String::from_utf8_lossy(&body));
    }
    Ok(())
}
