//! What is wrong with a policy document, and where.

use super::documents::policy_error;
use sigv4::gateway::{JsonFault, PolicyDocument, PolicyFault};

#[test]
fn malformed_json_is_located() {
    for (text, line, column) in [("", 1, 0), ("{\n  \"Statement\": ]", 2, 16), ("{} x", 1, 4)] {
        policy_error(
            text,
            "",
            PolicyFault::Json(JsonFault::Syntax { line, column }),
            &format!("line {line}, column {column}: not valid JSON"),
        );
    }
    let deep = "[".repeat(100_000);
    let error = PolicyDocument::from_json(&deep).unwrap_err();
    let JsonFault::Syntax { line: 1, column } = (match error.fault {
        PolicyFault::Json(fault) => fault,
        other => panic!("{other}"),
    }) else {
        panic!("{error}");
    };
    assert!(column < 200);
}

#[test]
fn every_flaw_of_a_document_is_named_with_its_place() {
    use PolicyFault::{InvalidEffect, Json, Neither, UnsupportedVersion};
    let wrong_type = |expected, found| Json(JsonFault::WrongType { expected, found });
    let documents = [
        (
            "7",
            "",
            wrong_type("an object", "a number"),
            "expected an object, found a number",
        ),
        (
            "[]",
            "",
            wrong_type("an object", "a list"),
            "expected an object, found a list",
        ),
        (
            "{}",
            "Statement",
            Json(JsonFault::Missing),
            "Statement: missing",
        ),
        (
            r#"{"Statement":[]}"#,
            "Statement",
            Json(JsonFault::EmptyList),
            "Statement: an empty list",
        ),
        (
            r#"{"Statement":null}"#,
            "Statement",
            wrong_type("an object", "null"),
            "Statement: expected an object, found null",
        ),
        (
            r#"{"Version":"2012-10-18","Statement":[]}"#,
            "Version",
            UnsupportedVersion,
            "Version: neither \"2012-10-17\" nor \"2008-10-17\"",
        ),
        (
            r#"{"Version":20121017,"Statement":[]}"#,
            "Version",
            wrong_type("a string", "a number"),
            "Version: expected a string, found a number",
        ),
        (
            r#"{"Id":true,"Statement":[]}"#,
            "Id",
            wrong_type("a string", "true or false"),
            "Id: expected a string, found true or false",
        ),
        (
            r#"{"Statement":[],"statement":[]}"#,
            "",
            Json(JsonFault::UnknownKey {
                number: 2,
                known: &["Version", "Id", "Statement"],
            }),
            "key 2 is none of Version, Id, Statement",
        ),
        (
            r#"{"Statement":[],"Statement":[]}"#,
            "Statement",
            Json(JsonFault::RepeatedKey),
            "Statement: there twice",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#,
            "Statement",
            Neither {
                plain: "Resource",
                not: "NotResource",
            },
            "Statement: neither Resource nor NotResource",
        ),
        (
            r#"{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#,
            "Statement.Effect",
            InvalidEffect,
            "Statement.Effect: neither \"Allow\" nor \"Deny\"",
        ),
    ];
    for (document, place, fault, message) in documents {
        policy_error(document, place, fault, message);
    }
}
