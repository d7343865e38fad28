//! A hyper client that signs whatever it sends, with credentials that are renewed in time.
//!
//! cargo run --example hyper_client --features tower,client,gateway

use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use sigv4::gateway::{Api, Gateway, Principals, throw_away_credentials};
use sigv4::{sources::Cache, tower::SignLayer};
use std::{error::Error, sync::Arc};
use tower::{Layer, ServiceExt};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // A service to call: the stand-in for one behind API Gateway.
    let credentials = throw_away_credentials()?;
    let principals = Principals::from_json(&format!(
        r#"{{ "principals": [{{ "arn": "arn:aws:iam::123456789012:user/alice",
            "keys": [{{ "access_key_id": "{}", "secret_access_key": "{}" }}],
            "policies": [{{ "Statement": {{
                "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }} }}] }}] }}"#,
        credentials.access_key_id(),
        credentials.secret_access_key(),
    ))?;
    let api = Api::new("eu-west-1", "123456789012", "abc123", "prod")?;
    let service = Gateway::new(api, principals).start()?;

    // Instead of these credentials, what finds some: sigv4::client::Chain::usual().
    let credentials = Arc::new(Cache::new(credentials));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let client = SignLayer::new(credentials, "eu-west-1", "execute-api").layer(client);
    let request = http::Request::post(format!("{}/items", service.url()))
        .body(r#"{"name":"saw"}"#.to_owned())?;
    let response = client.oneshot(request).await?;
    println!("{}", response.status());
    let body = response.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&body));
    Ok(())
}
