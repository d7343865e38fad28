//! axum behind `VerifyLayer`, for other programs to call: `.ci/foreign-clients`. Prints its URL.

use axum::{Router, routing::any};
use sigv4::axum::Caller;
use sigv4::tower::{KnownKey, VerifyLayer};
use sigv4::{Form, Policy};
use std::collections::BTreeMap;

async fn answer(caller: Caller<&'static str>, body: String) -> String {
    let form = match caller.form() {
        Form::Header => "header",
        Form::Query => "query",
    };
    format!(
        "{} by {form}: {}?{} {body}",
        caller.principal(),
        caller.path(),
        caller.query()
    )
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let long_term = KnownKey::new("allowed-secret", "alice");
    let temporary = KnownKey::new("everything-secret", "bob").with_session_token("the+token/==");
    let keys = BTreeMap::from([
        ("AKIDALLOWED".to_owned(), long_term),
        ("ASIAEVERYTHING".to_owned(), temporary),
    ]);
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let app = Router::new()
        .route("/{*path}", any(answer))
        .layer(VerifyLayer::new(&policy, keys, tokio::time::sleep));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
