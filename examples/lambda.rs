//! One handler: in AWS Lambda behind API Gateway's IAM authorization, here behind `VerifyLayer`.
//!
//! cargo run --example lambda --features axum

use axum::{Router, body::Body, extract::Request, middleware::map_request, routing::get};
use lambda_http::{RequestExt, tower::Layer, tower::ServiceExt};
use sigv4::tower::{ApiGatewayCaller, IamCaller, KnownKey, SignLayer, VerifyLayer};
use sigv4::{Credentials, Policy};
use std::collections::BTreeMap;

async fn whoami(caller: IamCaller<&'static str>) -> String {
    caller.user_arn().to_owned()
}

async fn with_caller(mut request: Request) -> Request {
    let context = serde_json::to_value(request.request_context_ref()).unwrap_or_default();
    let text = |pointer: &str| context.pointer(pointer)?.as_str();
    ApiGatewayCaller::from_request_context(text).map(|it| request.extensions_mut().insert(it));
    request
}

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let app = Router::new().route("/prod/whoami", get(whoami));
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return lambda_http::run(app.layer(map_request(with_caller))).await;
    }
    let alice = KnownKey::new("not-a-secret", "arn:aws:iam::111122223333:user/alice");
    let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), alice)]);
    let policy = Policy::new(&["eu-west-1"], "execute-api");
    let app = app.layer(VerifyLayer::new(&policy, keys, tokio::time::sleep));
    // Instead of listening: axum::serve(TcpListener::bind("127.0.0.1:8080").await?, app).await
    let credentials = Credentials::new("AKIDEXAMPLE", "not-a-secret");
    let client = SignLayer::new(credentials, "eu-west-1", "execute-api").layer(app);
    let request = Request::get("https://example.com/prod/whoami").body(Body::empty())?;
    let response = client.oneshot(request).await?;
    let body = axum::body::to_bytes(response.into_body(), 65_536).await?;
    println!("{}", String::from_utf8_lossy(&body));
    Ok(())
}
