//! Policies and a file of principals to try.

use serde_json::{Value, json};
use sigv4::gateway::{Decision, INVOKE, PolicyDocument, PolicyFault, Principals, PrincipalsError};

pub const API: &str = "arn:aws:execute-api:us-east-1:123456789012:a123456789";

pub fn policy(document: &Value) -> PolicyDocument {
    PolicyDocument::from_json(&document.to_string())
        .unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// A document of one statement for each pair of effect and the rest of the statement.
pub fn statements(list: &[(&str, Value)]) -> PolicyDocument {
    let list: Vec<Value> = list
        .iter()
        .map(|(effect, rest)| {
            let mut statement = rest.clone();
            statement["Effect"] = json!(effect);
            statement
        })
        .collect();
    policy(&json!({ "Version": "2012-10-17", "Statement": list }))
}

pub fn allows(resource: &str) -> PolicyDocument {
    statements(&[(
        "Allow",
        json!({ "Action": "execute-api:Invoke", "Resource": resource }),
    )])
}

#[track_caller]
pub fn invoke(policy: &PolicyDocument, resource: &str, expected: Decision) {
    assert_eq!(
        policy.evaluate(INVOKE, resource),
        expected,
        "{resource} under {policy:?}"
    );
}

#[track_caller]
pub fn policy_error(document: &str, place: &str, fault: PolicyFault, message: &str) {
    let error = PolicyDocument::from_json(document).expect_err(document);
    assert_eq!(
        (error.place.as_str(), error.fault),
        (place, fault),
        "{document}"
    );
    assert_eq!(error.to_string(), message);
}

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN//////////wEaDA==";

pub fn good() -> Value {
    json!({ "principals": [
        {
            "arn": "arn:aws:iam::123456789012:user/alice",
            "keys": [
                { "access_key_id": "AKIDALICE", "secret_access_key": SECRET },
                {
                    "access_key_id": "ASIAALICE",
                    "secret_access_key": SECRET,
                    "session_token": TOKEN,
                    "expires_at": "20301231T000000Z",
                },
            ],
            "policies": [
                { "Version": "2012-10-17", "Statement": [
                    { "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" },
                ] },
                { "Version": "2012-10-17", "Statement":
                    { "Effect": "Deny", "Action": "*", "Resource": format!("{API}/*/DELETE/*") },
                },
            ],
        },
        {
            "arn": "arn:aws:sts::210987654321:assumed-role/reader/session",
            "keys": [ { "access_key_id": "ASIABOB", "secret_access_key": SECRET, "session_token": TOKEN } ],
            "policies": [],
        },
    ] })
}

pub fn read(document: &Value) -> Result<Principals, PrincipalsError> {
    Principals::from_json(&document.to_string())
}

/// Puts a value at a JSON pointer, or takes it away.
pub fn changed(pointer: &str, value: Option<Value>) -> Value {
    let mut document = good();
    let (above, last) = pointer.rsplit_once('/').unwrap();
    let above = document.pointer_mut(above).unwrap();
    match (above, value) {
        (Value::Object(object), Some(value)) => drop(object.insert(last.to_owned(), value)),
        (Value::Object(object), None) => drop(object.remove(last).unwrap()),
        (Value::Array(list), Some(value)) => list[last.parse::<usize>().unwrap()] = value,
        (other, _) => panic!("{other}"),
    }
    document
}

#[track_caller]
pub fn assert_silent(error: &PrincipalsError) {
    use std::error::Error as _;
    let shown = format!("{error} {error:?} {error:#?} {:?}", error.source());
    // Any piece of a secret would be too much.
    for secret in [SECRET, TOKEN] {
        for start in 0..secret.len() - 8 {
            let piece = &secret[start..start + 8];
            assert!(!shown.contains(piece), "{shown}");
        }
    }
}
