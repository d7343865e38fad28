//! What is wrong with a statement of a policy, and where.

use super::documents::policy_error;
use sigv4::gateway::{JsonFault, PolicyFault};

/// The second of two statements.
#[test]
#[allow(clippy::too_many_lines)]
fn every_flaw_of_a_statement_is_named_with_its_place() {
    use PolicyFault::{
        Both, InvalidAction, InvalidArn, InvalidEffect, InvalidSid, Json, Neither, RepeatedSid,
        UnsupportedElement, UnsupportedVariable, WildcardInArn,
    };
    const ELEMENTS: &[&str] = &[
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
    ];
    let wrong_type = |expected, found| Json(JsonFault::WrongType { expected, found });
    let missing = Json(JsonFault::Missing);
    let repeated = Json(JsonFault::RepeatedKey);
    let empty = Json(JsonFault::EmptyList);
    let good = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let unsupported = "this element is not supported, and cannot be ignored";
    let arn = "neither \"*\" nor of the form \"arn:partition:service:region:account:resource\"";
    let action = "neither \"*\" nor of the form \"service:Name\"";
    let variable = "policy variables are not supported, and cannot be ignored";
    let wildcard = "a wildcard in the partition or the service of an ARN";
    let action_of =
        |action: &str| format!(r#"{{"Effect":"Allow","Action":["*",{action}],"Resource":"*"}}"#);
    let resource_of = |resource: &str| {
        format!(r#"{{"Effect":"Allow","Action":"*","NotResource":["*","{resource}"]}}"#)
    };
    let mut cases: Vec<(String, &str, PolicyFault, &str)> = vec![
        (
            r#""Allow""#.into(),
            "",
            wrong_type("an object", "a string"),
            "expected an object, found a string",
        ),
        (
            r#"{"Action":"*","Resource":"*"}"#.into(),
            ".Effect",
            missing,
            "missing",
        ),
        (
            r#"{"Effect":["Allow"],"Action":"*","Resource":"*"}"#.into(),
            ".Effect",
            wrong_type("a string", "a list"),
            "expected a string, found a list",
        ),
        (
            r#"{"Effect":"Alow","Action":"*","Resource":"*"}"#.into(),
            ".Effect",
            InvalidEffect,
            "neither \"Allow\" nor \"Deny\"",
        ),
        (
            r#"{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}"#.into(),
            ".Effect",
            repeated,
            "there twice",
        ),
        (
            r#"{"Effect":"Allow","Resource":"*"}"#.into(),
            "",
            Neither {
                plain: "Action",
                not: "NotAction",
            },
            "neither Action nor NotAction",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}"#.into(),
            "",
            Both {
                plain: "Action",
                not: "NotAction",
            },
            "both Action and NotAction",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}"#.into(),
            "",
            Both {
                plain: "Resource",
                not: "NotResource",
            },
            "both Resource and NotResource",
        ),
        (
            r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#.into(),
            ".Action",
            empty,
            "an empty list",
        ),
        (
            r#"{"Effect":"Allow","NotAction":[],"Resource":"*"}"#.into(),
            ".NotAction",
            empty,
            "an empty list",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":[]}"#.into(),
            ".Resource",
            empty,
            "an empty list",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","NotResource":[]}"#.into(),
            ".NotResource",
            empty,
            "an empty list",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":{}}"#.into(),
            ".Resource",
            wrong_type("a string", "an object"),
            "expected a string, found an object",
        ),
        (
            r#"{"Effect":"Allow","Action":"Invoke","Resource":"*"}"#.into(),
            ".Action",
            InvalidAction,
            action,
        ),
        (
            action_of("1"),
            ".Action[1]",
            wrong_type("a string", "a number"),
            "expected a string, found a number",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":"x"}"#.into(),
            ".Resource",
            InvalidArn,
            arn,
        ),
        (
            r#"{"Effect":"Allow","Actoin":"*","Resource":"*"}"#.into(),
            "",
            Json(JsonFault::UnknownKey {
                number: 2,
                known: ELEMENTS,
            }),
            "key 2 is none of Sid, Effect, Action, NotAction, Resource, NotResource",
        ),
        (
            r#"{"Sid":"with space","Effect":"Allow","Action":"*","Resource":"*"}"#.into(),
            ".Sid",
            InvalidSid,
            "a Sid has only letters and digits",
        ),
        (
            r#"{"Sid":"First","Effect":"Allow","Action":"*","Resource":"*"}"#.into(),
            ".Sid",
            RepeatedSid,
            "another statement has the same Sid",
        ),
    ];
    for name in ["Condition", "Principal", "NotPrincipal"] {
        let place: &str = [".Condition", ".Principal", ".NotPrincipal"]
            .into_iter()
            .find(|place| place.get(1..) == Some(name))
            .unwrap();
        let statement =
            format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","{name}":{{}}}}"#);
        cases.push((statement, place, UnsupportedElement, unsupported));
    }
    for bad in [
        "",
        "Invoke",
        ":Invoke",
        "execute-api:",
        "**",
        "exec*:Invoke",
        "a:b:c",
        "a b:c",
        "a:b c",
        "a:é",
    ] {
        cases.push((
            action_of(&format!("\"{bad}\"")),
            ".Action[1]",
            InvalidAction,
            action,
        ));
    }
    for bad in [
        "",
        "**",
        "arn",
        "arn:",
        "arn::s3:::x",
        "arn:aws::::x",
        "ARN:aws:s3:::x",
        "/prod/GET/items",
    ] {
        cases.push((resource_of(bad), ".NotResource[1]", InvalidArn, arn));
    }
    for bad in [
        "arn:*",
        "arn:a?s:s3:::x",
        "arn:aws:*",
        "arn:aws:execute-*:::x",
    ] {
        cases.push((resource_of(bad), ".NotResource[1]", WildcardInArn, wildcard));
    }
    for bad in [
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3:::b/${",
        "arn:aws:s3:::b/${*",
        "arn:aws:s3:::b/${*x}",
        "arn:aws:s3:${aws:RequestedRegion}::b",
        "arn:aws:s3::${?}:b",
    ] {
        cases.push((
            resource_of(bad),
            ".NotResource[1]",
            UnsupportedVariable,
            variable,
        ));
    }
    for (statement, place, fault, message) in cases {
        let good = good.replace("{\"Eff", "{\"Sid\":\"First\",\"Eff");
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{good},{statement}]}}"#);
        let place = format!("Statement[1]{place}");
        policy_error(&document, &place, fault, &format!("{place}: {message}"));
    }
}
