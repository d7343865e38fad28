//! reqwest, with each request signed before it is sent.
//!
//! cargo run --example reqwest_client --features http,gateway

use sigv4::gateway::{Api, Gateway, Principals, throw_away_credentials};
use sigv4::{Payload, Signer, Timestamp};
use std::{error::Error, time::SystemTime};

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

    // Kept: it derives a key once a day.
    let signer = Signer::new(credentials, "eu-west-1", "execute-api");
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let body = r#"{"name":"saw"}"#;
    let mut request = http::Request::post(format!("{}/items", service.url()))
        .header("content-type", "application/json")
        .body(body)?;
    let now = Timestamp::try_from(SystemTime::now())?;
    signer.sign_http(&mut request, Payload::Bytes(body.as_bytes()), now)?;
    let response = client.execute(request.try_into()?).await?;
    println!("{}", response.status());
    println!("{}", response.text().await?);
    Ok(())
}
