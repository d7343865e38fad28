//! A reqwest client that signs whatever it sends.
//!
//! cargo run --example reqwest_client --features reqwest,gateway

use reqwest::redirect::Policy;
use reqwest_middleware::ClientBuilder;
use sigv4::gateway::{Api, Gateway, Principals, throw_away_credentials};
use sigv4::tower::SignLayer;
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
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

    // A redirect would lead what is signed to somebody else.
    let client = reqwest::Client::builder().redirect(Policy::none());
    let client = ClientBuilder::new(client.build()?)
        .with(SignLayer::new(credentials, "eu-west-1", "execute-api"))
        .build();
    let request = client.post(format!("{}/items", service.url()));
    let request = request.header("content-type", "application/json");
    let response = request.body(r#"{"name":"saw"}"#).send().await?;
    println!("{}", response.status());
    println!("{}", response.text().await?);
    Ok(())
}
