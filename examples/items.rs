//! The client for `GET /items`, against the embedded stand-in for the service.
//!
//! ```text
//! cargo run --example items --features client,gateway
//! ```

use sigv4::ItemsClient;
use sigv4::gateway::{Api, Gateway, Principals};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let principals = Principals::from_json(
        r#"{ "principals": [{
            "arn": "arn:aws:iam::123456789012:user/microservice-a",
            "keys": [{ "access_key_id": "AKIDEXAMPLE", "secret_access_key": "not-a-real-secret" }],
            "policies": [{ "Version": "2012-10-17", "Statement": {
                "Effect": "Allow",
                "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/items"
            }}]
        }]}"#,
    )?;
    let api = Api::new("us-east-1", "123456789012", "abc123", "prod")?;
    let gateway = Gateway::new(api, principals).start()?;

    let credentials = sigv4::Credentials::new("AKIDEXAMPLE", "not-a-real-secret");
    let client = ItemsClient::new(gateway.url(), credentials, "us-east-1")?;
    println!("{:#}", client.get_items()?);
    Ok(())
}
