//! The embedded gateway, with one caller.

use crate::runner::SECRET;
use serde_json::json;
use sigv4::gateway::{Api, Gateway, Principals, Running};

pub fn gateway(policy: &serde_json::Value) -> Running {
    let principals = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
        "policies": [policy],
    }]});
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let principals = Principals::from_json(&principals.to_string()).unwrap();
    Gateway::new(api, principals).start().unwrap()
}

pub fn allowing() -> Running {
    gateway(&json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
    }}))
}
