//! What is wrong with a file of principals, and where.

use super::documents::{SECRET, assert_silent, changed, good, read};
use serde_json::json;
use sigv4::Error;
use sigv4::gateway::{JsonFault, PolicyFault, Principals, PrincipalsFault};

#[test]
#[allow(clippy::too_many_lines)]
fn every_flaw_of_a_principals_file_is_named_with_its_place() {
    use PrincipalsFault::{
        ExpiryWithoutToken, Invalid, InvalidAccountId, InvalidArn, Json, Policy,
        RepeatedAccessKeyId, RepeatedArn,
    };
    const KEY: &[&str] = &[
        "access_key_id",
        "secret_access_key",
        "session_token",
        "expires_at",
    ];
    let wrong_type = |expected, found| Json(JsonFault::WrongType { expected, found });
    let missing = || Json(JsonFault::Missing);
    let empty = || Json(JsonFault::EmptyList);
    let first = |place: &str| place.to_owned();
    let table = [
        ("/principals", None, "principals", missing()),
        ("/principals", Some(json!([])), "principals", empty()),
        (
            "/principals",
            Some(json!({})),
            "principals",
            wrong_type("a list", "an object"),
        ),
        (
            "/version",
            Some(json!(1)),
            "",
            Json(JsonFault::UnknownKey {
                number: 2,
                known: &["principals"],
            }),
        ),
        (
            "/principals/1",
            Some(json!(null)),
            "principals[1]",
            wrong_type("an object", "null"),
        ),
        (
            "/principals/1/name",
            Some(json!("bob")),
            "principals[1]",
            Json(JsonFault::UnknownKey {
                number: 4,
                known: &["arn", "keys", "policies"],
            }),
        ),
        ("/principals/1/arn", None, "principals[1].arn", missing()),
        (
            "/principals/1/arn",
            Some(json!(7)),
            "principals[1].arn",
            wrong_type("a string", "a number"),
        ),
        (
            "/principals/1/arn",
            Some(json!("bob")),
            "principals[1].arn",
            InvalidArn,
        ),
        (
            "/principals/1/arn",
            Some(json!("arn:aws:iam::1234:user/bob")),
            "principals[1].arn",
            InvalidAccountId,
        ),
        (
            "/principals/1/arn",
            Some(json!("arn:aws:iam::123456789012:user/alice")),
            "principals[1].arn",
            RepeatedArn {
                first: first("principals[0].arn"),
            },
        ),
        ("/principals/1/keys", None, "principals[1].keys", missing()),
        (
            "/principals/1/keys",
            Some(json!([])),
            "principals[1].keys",
            empty(),
        ),
        (
            "/principals/1/keys",
            Some(json!(SECRET)),
            "principals[1].keys",
            wrong_type("a list", "a string"),
        ),
        (
            "/principals/1/keys/0",
            Some(json!([SECRET])),
            "principals[1].keys[0]",
            wrong_type("an object", "a list"),
        ),
        (
            "/principals/0/keys/1/secret",
            Some(json!(SECRET)),
            "principals[0].keys[1]",
            Json(JsonFault::UnknownKey {
                number: 5,
                known: KEY,
            }),
        ),
        (
            "/principals/0/keys/1/access_key_id",
            None,
            "principals[0].keys[1].access_key_id",
            missing(),
        ),
        (
            "/principals/0/keys/1/access_key_id",
            Some(json!("")),
            "principals[0].keys[1].access_key_id",
            Invalid(Error::EmptyAccessKeyId),
        ),
        (
            "/principals/0/keys/1/access_key_id",
            Some(json!("AKID/ALICE")),
            "principals[0].keys[1].access_key_id",
            Invalid(Error::InvalidAccessKeyId { position: 4 }),
        ),
        (
            "/principals/0/keys/1/access_key_id",
            Some(json!("AKID ALICE")),
            "principals[0].keys[1].access_key_id",
            Invalid(Error::InvalidAccessKeyId { position: 4 }),
        ),
        (
            "/principals/0/keys/1/access_key_id",
            Some(json!("AKIDALICE")),
            "principals[0].keys[1].access_key_id",
            RepeatedAccessKeyId {
                first: first("principals[0].keys[0].access_key_id"),
            },
        ),
        (
            "/principals/1/keys/0/access_key_id",
            Some(json!("ASIAALICE")),
            "principals[1].keys[0].access_key_id",
            RepeatedAccessKeyId {
                first: first("principals[0].keys[1].access_key_id"),
            },
        ),
        (
            "/principals/0/keys/1/secret_access_key",
            None,
            "principals[0].keys[1].secret_access_key",
            missing(),
        ),
        (
            "/principals/0/keys/1/secret_access_key",
            Some(json!("")),
            "principals[0].keys[1].secret_access_key",
            Invalid(Error::EmptySecretAccessKey),
        ),
        (
            "/principals/0/keys/1/secret_access_key",
            Some(json!([SECRET])),
            "principals[0].keys[1].secret_access_key",
            wrong_type("a string", "a list"),
        ),
        (
            "/principals/0/keys/1/session_token",
            Some(json!("")),
            "principals[0].keys[1].session_token",
            Invalid(Error::InvalidSessionToken { position: 0 }),
        ),
        (
            "/principals/0/keys/1/session_token",
            Some(json!("ab cd")),
            "principals[0].keys[1].session_token",
            Invalid(Error::InvalidSessionToken { position: 2 }),
        ),
        (
            "/principals/0/keys/1/session_token",
            Some(json!(null)),
            "principals[0].keys[1].session_token",
            wrong_type("a string", "null"),
        ),
        (
            "/principals/0/keys/1/session_token",
            None,
            "principals[0].keys[1].expires_at",
            ExpiryWithoutToken,
        ),
        (
            "/principals/0/keys/1/expires_at",
            Some(json!("2030-12-31T00:00:00Z")),
            "principals[0].keys[1].expires_at",
            Invalid(Error::InvalidTimestamp { position: 4 }),
        ),
        (
            "/principals/0/keys/1/expires_at",
            Some(json!("20301331T000000Z")),
            "principals[0].keys[1].expires_at",
            Invalid(Error::InvalidTimestamp { position: 4 }),
        ),
        (
            "/principals/0/keys/1/expires_at",
            Some(json!(1_924_905_600)),
            "principals[0].keys[1].expires_at",
            wrong_type("a string", "a number"),
        ),
        (
            "/principals/0/policies",
            None,
            "principals[0].policies",
            missing(),
        ),
        (
            "/principals/0/policies",
            Some(json!({})),
            "principals[0].policies",
            wrong_type("a list", "an object"),
        ),
        (
            "/principals/0/policies/1",
            Some(json!("*")),
            "principals[0].policies[1]",
            wrong_type("an object", "a string"),
        ),
        (
            "/principals/0/policies/0/Statement/0/Effect",
            Some(json!("Permit")),
            "principals[0].policies[0].Statement[0].Effect",
            Policy(PolicyFault::InvalidEffect),
        ),
        (
            "/principals/0/policies/1/Statement/Condition",
            Some(json!({})),
            "principals[0].policies[1].Statement.Condition",
            Policy(PolicyFault::UnsupportedElement),
        ),
        (
            "/principals/0/policies/0/Statement/0/Action",
            Some(json!(["*", "Invoke"])),
            "principals[0].policies[0].Statement[0].Action[1]",
            Policy(PolicyFault::InvalidAction),
        ),
    ];
    for (pointer, value, place, fault) in table {
        let document = changed(pointer, value);
        let error = read(&document).expect_err(pointer);
        assert_eq!(
            (error.place.as_str(), &error.fault),
            (place, &fault),
            "{document}"
        );
        let separator = if place.is_empty() { "" } else { ": " };
        assert_eq!(error.to_string(), format!("{place}{separator}{fault}"));
        assert_silent(&error);
    }
    let twice = good().to_string().replacen(
        "\"secret_access_key\"",
        "\"secret_access_key\":\"x\",\"secret_access_k\\u0065y\"",
        1,
    );
    let error = Principals::from_json(&twice).unwrap_err();
    assert_eq!(
        error.to_string(),
        "principals[0].keys[0].secret_access_key: there twice"
    );
    let error = Principals::from_json("{ \"principals\":\n [ } ] }").unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 4: not valid JSON");
}
