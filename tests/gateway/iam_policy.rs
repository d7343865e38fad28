//! What IAM policies decide, and how a file of principals is read.
#![cfg(feature = "gateway")]

use serde_json::{Value, json};
use sigv4::gateway::{
    Decision, INVOKE, JsonFault, Key, PolicyDocument, PolicyFault, Principal, PrincipalArn,
    Principals, PrincipalsError, PrincipalsFault,
};
use sigv4::{Credentials, Error, Timestamp};

use Decision::{Allowed, ExplicitDeny, ImplicitDeny};

const API: &str = "arn:aws:execute-api:us-east-1:123456789012:a123456789";

fn policy(document: &Value) -> PolicyDocument {
    PolicyDocument::from_json(&document.to_string())
        .unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// A document of one statement for each pair of effect and the rest of the statement.
fn statements(list: &[(&str, Value)]) -> PolicyDocument {
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

fn allows(resource: &str) -> PolicyDocument {
    statements(&[(
        "Allow",
        json!({ "Action": "execute-api:Invoke", "Resource": resource }),
    )])
}

#[track_caller]
fn invoke(policy: &PolicyDocument, resource: &str, expected: Decision) {
    assert_eq!(
        policy.evaluate(INVOKE, resource),
        expected,
        "{resource} under {policy:?}"
    );
}

#[test]
fn nothing_is_allowed_by_default() {
    let get = format!("{API}/prod/GET/items");
    assert_eq!(Decision::of([], INVOKE, &get), ImplicitDeny);
    let elsewhere = allows("arn:aws:execute-api:us-east-1:123456789012:other/*");
    invoke(&elsewhere, &get, ImplicitDeny);
    let s3 = statements(&[("Allow", json!({ "Action": "s3:*", "Resource": "*" }))]);
    invoke(&s3, &get, ImplicitDeny);
}

#[test]
fn explicit_deny_wins_wherever_it_stands() {
    let allow = ("Allow", json!({ "Action": "*", "Resource": "*" }));
    let deny = (
        "Deny",
        json!({ "Action": "execute-api:Invoke", "Resource": format!("{API}/prod/DELETE/*") }),
    );
    let (get, delete) = (
        format!("{API}/prod/GET/items"),
        format!("{API}/prod/DELETE/items"),
    );
    for order in [[allow.clone(), deny.clone()], [deny.clone(), allow.clone()]] {
        let document = statements(&order);
        invoke(&document, &get, Allowed);
        invoke(&document, &delete, ExplicitDeny);
    }
    // In separate documents, too; and a Deny that does not apply allows nothing.
    let (allow, deny) = (statements(&[allow]), statements(&[deny]));
    assert_eq!(Decision::of([&allow, &deny], INVOKE, &delete), ExplicitDeny);
    assert_eq!(Decision::of([&deny, &allow], INVOKE, &delete), ExplicitDeny);
    assert_eq!(Decision::of([&deny, &allow], INVOKE, &get), Allowed);
    assert_eq!(deny.evaluate(INVOKE, &get), ImplicitDeny);
}

/// "Resource format of permissions for executing API in API Gateway" and "IAM policy examples
/// for API execution permissions", API Gateway Developer Guide.
#[test]
fn the_examples_of_api_gateway() {
    let arn = |rest: &str| format!("arn:aws:execute-api:{rest}");
    let table = [
        // Pattern, what it covers, what it does not.
        ("*", "eu-west-1:210987654321:x/test/GET/", None),
        (
            "arn:aws:execute-api:*:*:*",
            "eu-west-1:210987654321:x/test/GET/",
            None,
        ),
        (
            "arn:aws:execute-api:us-east-1:*:*",
            "us-east-1:123456789012:x/test/GET/items",
            Some("us-east-2:123456789012:x/test/GET/items"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/*",
            "us-east-1:123456789012:api-id/test/GET/items",
            Some("us-east-1:123456789012:api-ie/test/GET/items"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/*",
            "us-east-1:123456789012:api-id/test/POST/a/b",
            Some("us-east-1:123456789012:api-id/tests/POST/a/b"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/*/mydemoresource/*",
            "us-east-1:123456789012:api-id/test/PUT/mydemoresource/x",
            Some("us-east-1:123456789012:api-id/test/PUT/mydemoresource"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/GET/mydemoresource/*",
            "us-east-1:123456789012:api-id/test/GET/mydemoresource/x/y",
            Some("us-east-1:123456789012:api-id/test/POST/mydemoresource/x/y"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:a123456789/test/POST/mydemoresource/*",
            "us-east-1:123456789012:a123456789/test/POST/mydemoresource/1",
            Some("us-east-1:123456789012:a123456789/prod/POST/mydemoresource/1"),
        ),
        (
            "arn:aws:execute-api:*:*:a123456789/*/*/petstorewalkthrough/pets",
            "ap-south-1:123456789012:a123456789/beta/GET/petstorewalkthrough/pets",
            Some("ap-south-1:123456789012:a123456789/beta/GET/petstorewalkthrough/pets/1"),
        ),
        (
            "arn:aws:execute-api:us-east-1:123456789012:a123456789/prod/GET/path",
            "us-east-1:123456789012:a123456789/prod/GET/path",
            Some("us-east-1:123456789012:a123456789/prod/GET/path/"),
        ),
        (
            "arn:aws:execute-api:us-east-1:123456789012:a123456789/*/GET/*",
            "us-east-1:123456789012:a123456789/prod/GET/items",
            Some("us-east-1:123456789012:a123456789/prod/POST/items"),
        ),
    ];
    for (pattern, covered, not) in table {
        let document = allows(pattern);
        invoke(&document, &arn(covered), Allowed);
        if let Some(not) = not {
            invoke(&document, &arn(not), ImplicitDeny);
        }
    }
}

#[test]
fn wildcards_in_resources() {
    let table = [
        // `*` is nothing, something, and slashes.
        ("x/prod/GET/*", "x/prod/GET/", true),
        ("x/prod/GET/*", "x/prod/GET", false),
        ("x/*/items", "x/a/b/c/items", true),
        ("x/*/items", "x/items", false),
        ("x/**", "x/", true),
        // `?` is one character, not a byte, and a slash too.
        ("x/?", "x/a", true),
        ("x/?", "x/", false),
        ("x/?", "x/ab", false),
        ("x/?", "x/é", true),
        ("x?y", "x/y", true),
        // In the last segment colons separate nothing.
        ("x/*.json", "x/a:b.json", true),
        ("x/a?b", "x/a:b", true),
        ("x/a:b", "x/a:b", true),
        // Case matters, and nothing but the wildcards is special.
        ("x/prod/get/*", "x/prod/GET/a", false),
        ("x/[a-z]", "x/b", false),
        ("x/.*", "x/ab", false),
        ("x/\\*", "x/*", false),
    ];
    for (pattern, path, matches) in table {
        let prefix = "arn:aws:execute-api:us-east-1:123456789012:";
        let expected = if matches { Allowed } else { ImplicitDeny };
        invoke(
            &allows(&format!("{prefix}{pattern}")),
            &format!("{prefix}{path}"),
            expected,
        );
    }
}

/// "If the `*` wildcard is the last character of a resource ARN segment, it can expand to match
/// beyond the colon boundaries" (IAM User Guide, Resource). Others stay within their segment.
#[test]
fn wildcards_and_the_colons_of_an_arn() {
    let table = [
        ("us-east-1:*:x", "us-east-1:123456789012:x", true),
        ("us-*:x:y", "us-east-1:123456789012:x:y", true),
        ("us-*1:*:x", "us-east-1:123456789012:x", true),
        ("us-*2:x:y", "us-east-1:123456789012:x:y", false),
        ("us-e*:123456789012:x", "us-east-1:123456789012:x", true),
        ("us-east?1:123456789012:x", "us-east-1:123456789012:x", true),
        (
            "us-east-1?123456789012:x:",
            "us-east-1:123456789012:x:",
            false,
        ),
        // The first `*` must take a second colon, after the one that stays has failed.
        ("a*:b*c:d", "a:bx:bc:d", true),
        ("a*:b*c:d", "a:bx:b:c:d", false),
    ];
    for (pattern, rest, matches) in table {
        let expected = if matches { Allowed } else { ImplicitDeny };
        let pattern = allows(&format!("arn:aws:execute-api:{pattern}"));
        invoke(&pattern, &format!("arn:aws:execute-api:{rest}"), expected);
    }
}

/// "AWS automatically completes the ARN by adding wildcard characters to all missing fields"
/// (IAM User Guide, Amazon Resource Names).
#[test]
fn incomplete_arns_are_completed() {
    let get = format!("{API}/prod/GET/items");
    for whole in [
        "arn:aws",
        "arn:aws:execute-api",
        "arn:aws:execute-api:us-east-1",
        "arn:aws:execute-api:us-east-1:123456789012",
    ] {
        invoke(&allows(whole), &get, Allowed);
    }
    for other in ["arn:aws-cn", "arn:aws:s3", "arn:aws:execute-api:eu-west-1"] {
        invoke(&allows(other), &get, ImplicitDeny);
    }
}

#[test]
fn actions_have_no_case_and_wildcards_in_the_name() {
    let table = [
        ("execute-api:Invoke", true),
        ("EXECUTE-API:iNVOKE", true),
        ("execute-api:*", true),
        ("execute-api:Inv*", true),
        ("execute-api:I?v*E", true),
        ("*", true),
        ("execute-api:Invok", false),
        ("execute-api:Invoke?", false),
        ("execute-api:InvalidateCache", false),
        ("apigateway:*", false),
    ];
    for (action, matches) in table {
        let document = statements(&[("Allow", json!({ "Action": action, "Resource": "*" }))]);
        for asked in [INVOKE, "Execute-Api:INVOKE"] {
            let expected = if matches { Allowed } else { ImplicitDeny };
            assert_eq!(document.evaluate(asked, API), expected, "{action}");
        }
    }
    let list = statements(&[(
        "Allow",
        json!({ "Action": ["s3:GetObject", "execute-api:Invoke"], "Resource": ["arn:aws:s3:::b", API] }),
    )]);
    invoke(&list, API, Allowed);
}

/// The examples of "IAM JSON policy elements: NotAction".
#[test]
fn not_action() {
    let all_but_iam =
        |effect| statements(&[(effect, json!({ "NotAction": "iam:*", "Resource": "*" }))]);
    invoke(&all_but_iam("Allow"), API, Allowed);
    let asked = all_but_iam("Allow").evaluate("iam:CreateUser", "*");
    assert_eq!(asked, ImplicitDeny);
    invoke(&all_but_iam("Deny"), API, ExplicitDeny);
    let asked = all_but_iam("Deny").evaluate("iam:CreateUser", "*");
    assert_eq!(asked, ImplicitDeny);
    let scoped = statements(&[(
        "Allow",
        json!({ "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*" }),
    )]);
    assert_eq!(scoped.evaluate("s3:GetObject", "arn:aws:s3:::b/o"), Allowed);
    assert_eq!(
        scoped.evaluate("s3:DeleteBucket", "arn:aws:s3:::b"),
        ImplicitDeny
    );
    invoke(&scoped, API, ImplicitDeny);
    let two = statements(&[(
        "Allow",
        json!({ "NotAction": ["s3:*", "execute-api:Invoke"], "Resource": "*" }),
    )]);
    invoke(&two, API, ImplicitDeny);
}

/// The example of "IAM JSON policy elements: NotResource", for an API.
#[test]
fn not_resource() {
    let payroll = statements(&[
        (
            "Allow",
            json!({ "Action": "execute-api:*", "Resource": "*" }),
        ),
        (
            "Deny",
            json!({
                "Action": "execute-api:*",
                "NotResource": [
                    format!("{API}/prod/GET/payroll"),
                    format!("{API}/prod/GET/payroll/*"),
                ],
            }),
        ),
    ]);
    invoke(&payroll, &format!("{API}/prod/GET/payroll"), Allowed);
    invoke(&payroll, &format!("{API}/prod/GET/payroll/1"), Allowed);
    invoke(&payroll, &format!("{API}/prod/GET/items"), ExplicitDeny);
    let none = statements(&[("Allow", json!({ "Action": "*", "NotResource": "*" }))]);
    invoke(&none, API, ImplicitDeny);
}

#[test]
fn special_characters_and_versions() {
    let document = |version: &str, resource: &str| {
        json!({ "Version": version, "Id": "an id", "Statement": {
            "Sid": "One", "Effect": "Allow", "Action": "*", "Resource": resource } })
    };
    let escaped = policy(&document("2012-10-17", "arn:aws:s3:::b/${*}${?}${$}*"));
    invoke(&escaped, "arn:aws:s3:::b/*?$", Allowed);
    invoke(&escaped, "arn:aws:s3:::b/*?$more", Allowed);
    invoke(&escaped, "arn:aws:s3:::b/xx$", ImplicitDeny);
    let dollar = policy(&document("2012-10-17", "arn:aws:s3:::b/$x{y}"));
    invoke(&dollar, "arn:aws:s3:::b/$x{y}", Allowed);
    // Before 2012, and by default, there are no variables.
    let mut old = document("2008-10-17", "arn:aws:s3:::b/${aws:username}");
    invoke(&policy(&old), "arn:aws:s3:::b/${aws:username}", Allowed);
    old.as_object_mut().unwrap().remove("Version");
    invoke(&policy(&old), "arn:aws:s3:::b/${aws:username}", Allowed);
}

/// The rules of [`wildcards_and_the_colons_of_an_arn`], as a table of what each prefix of the
/// pattern can have matched.
fn reference(pattern: &str, text: &str) -> bool {
    let missing = 5_usize.saturating_sub(pattern.matches(':').count());
    let pattern: Vec<char> = pattern
        .chars()
        .chain(":*".repeat(missing).chars())
        .collect();
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    reached[0][0] = true;
    let mut colons = 0;
    for (i, &expected) in pattern.iter().enumerate() {
        let last = colons >= 5;
        let ends_segment = pattern.get(i + 1).is_none_or(|next| *next == ':');
        for j in 0..=text.len() {
            let one = |fits: bool| j > 0 && fits;
            let before = j.saturating_sub(1);
            let no_colon = last || text.get(before) != Some(&':');
            reached[i + 1][j] = match expected {
                '*' => reached[i][j] || one((no_colon || ends_segment) && reached[i + 1][before]),
                '?' => one(no_colon && reached[i][before]),
                _ => one(text.get(before) == Some(&expected) && reached[i][before]),
            };
        }
        colons += usize::from(expected == ':');
    }
    reached[pattern.len()][text.len()]
}

#[test]
fn the_matcher_agrees_with_the_rules() {
    // xorshift64: the same cases every time.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut word = |alphabet: &[char], longest: u64| -> String {
        let length = random(longest + 1);
        (0..length)
            .map(|_| alphabet[usize::try_from(random(alphabet.len() as u64)).unwrap()])
            .collect()
    };
    let mut matched = 0;
    for _ in 0..8_000 {
        let pattern = format!("arn:p:s:{}", word(&['a', 'b', ':', ':', '*', '*', '?'], 12));
        let document = allows(&pattern);
        for _ in 0..10 {
            let text = format!("arn:p:s:{}", word(&['a', 'a', 'b', ':', ':'], 14));
            let expected = reference(&pattern, &text);
            matched += u32::from(expected);
            let decision = document.evaluate(INVOKE, &text);
            assert_eq!(decision == Allowed, expected, "{pattern} and {text}");
        }
    }
    assert!(matched > 2_000, "only {matched} matches");
}

/// Each of these would outlast any patience if a `*` was tried again for every other one.
#[test]
fn hostile_patterns_take_bounded_time() {
    let prefix = "arn:aws:execute-api:us-east-1:123456789012:";
    let long = "a".repeat(20_000);
    let colons = "a:".repeat(10_000);
    let patterns = [
        format!("{prefix}a*a*a*a*b"),
        format!("{prefix}{}b", "a*".repeat(1_000)),
        format!("{prefix}{}b", "*".repeat(1_000)),
        format!("{prefix}{}b", "*?".repeat(1_000)),
        format!("{prefix}*{}b", "a".repeat(500)),
        // Every `*` here is retried within its segment, and the first one beyond.
        "arn:aws:execute-api:*:a*a*b:*b".to_owned(),
        "arn:aws:execute-api:a*:*a*a*a:a*a*b".to_owned(),
        format!("arn:aws:execute-api:*:{}b:a", "a*".repeat(500)),
    ];
    for pattern in patterns {
        let document = allows(&pattern);
        for text in [&long, &colons] {
            invoke(&document, &format!("{prefix}{text}"), ImplicitDeny);
            let narrow = format!("arn:aws:execute-api:{text}:");
            invoke(&document, &narrow, ImplicitDeny);
        }
    }
}

#[track_caller]
fn policy_error(document: &str, place: &str, fault: PolicyFault, message: &str) {
    let error = PolicyDocument::from_json(document).expect_err(document);
    assert_eq!(
        (error.place.as_str(), error.fault),
        (place, fault),
        "{document}"
    );
    assert_eq!(error.to_string(), message);
}

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
#[allow(clippy::too_many_lines)]
fn every_flaw_of_a_policy_is_named_with_its_place() {
    use PolicyFault::{
        Both, InvalidAction, InvalidArn, InvalidEffect, InvalidSid, Json, Neither, RepeatedSid,
        UnsupportedElement, UnsupportedVariable, UnsupportedVersion, WildcardInArn,
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
    // Whole documents.
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
        ("{}", "Statement", missing, "Statement: missing"),
        (
            r#"{"Statement":[]}"#,
            "Statement",
            empty,
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
            repeated,
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
    // The second of two statements.
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

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN//////////wEaDA==";

fn good() -> Value {
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

fn read(document: &Value) -> Result<Principals, PrincipalsError> {
    Principals::from_json(&document.to_string())
}

#[test]
fn principals_are_found_by_access_key_id() {
    let principals = read(&good()).unwrap();
    assert_eq!(principals.iter().count(), 2);
    assert!(principals.find("AKIDNOBODY").is_none());
    assert!(principals.find("").is_none());
    let (alice, key) = principals.find("AKIDALICE").unwrap();
    assert_eq!(alice.arn.as_str(), "arn:aws:iam::123456789012:user/alice");
    assert_eq!(alice.arn.account_id(), "123456789012");
    assert_eq!(key.credentials, Credentials::new("AKIDALICE", SECRET));
    assert_eq!(key.expires_at, None);
    let (same, key) = principals.find("ASIAALICE").unwrap();
    assert_eq!(same, alice);
    assert_eq!(key.credentials.session_token(), Some(TOKEN));
    let at = |text| Timestamp::parse(text).unwrap();
    assert_eq!(key.expires_at, Some(at("20301231T000000Z")));
    assert!(!key.is_expired(at("20301230T235959Z")));
    assert!(key.is_expired(at("20301231T000000Z")));
    let (bob, key) = principals.find("ASIABOB").unwrap();
    assert_eq!(bob.arn.account_id(), "210987654321");
    assert!(!key.is_expired(at("99991231T235959Z")));

    let (get, delete) = (
        format!("{API}/prod/GET/items"),
        format!("{API}/prod/DELETE/items"),
    );
    assert_eq!(alice.decision(INVOKE, &get), Allowed);
    assert_eq!(alice.decision(INVOKE, &delete), ExplicitDeny);
    assert_eq!(bob.decision(INVOKE, &get), ImplicitDeny);
}

#[test]
fn principals_can_be_made_without_a_file() {
    let key = |id: &str, secret: &str| Key {
        credentials: Credentials::new(id, secret),
        expires_at: None,
    };
    let principal = |name: &str, keys: Vec<Key>| Principal {
        arn: PrincipalArn::parse(&format!("arn:aws:iam::123456789012:user/{name}")).unwrap(),
        keys,
        policies: vec![allows("*")],
    };
    let carol = principal("carol", vec![key("AKIDCAROL", SECRET)]);
    let principals = Principals::new(vec![carol.clone()]).unwrap();
    assert_eq!(principals.find("AKIDCAROL").unwrap().0, &carol);

    let errors = [
        (vec![], "principals: an empty list"),
        (
            vec![principal("dan", vec![])],
            "principals[0].keys: an empty list",
        ),
        (
            vec![carol.clone(), principal("dan", vec![key("AKIDDAN", "")])],
            "principals[1].keys[0].secret_access_key: the secret access key is empty",
        ),
        (
            vec![
                carol.clone(),
                principal("dan", vec![key("AKIDCAROL", SECRET)]),
            ],
            "principals[1].keys[0].access_key_id: the same as principals[0].keys[0].access_key_id",
        ),
        (
            vec![carol.clone(), carol],
            "principals[1].arn: the same as principals[0].arn",
        ),
    ];
    for (list, message) in errors {
        assert_eq!(Principals::new(list).unwrap_err().to_string(), message);
    }
}

#[test]
fn arns_of_principals() {
    for (text, account) in [
        ("arn:aws:iam::123456789012:user/alice", "123456789012"),
        (
            "arn:aws:iam::123456789012:user/division/alice@example.com",
            "123456789012",
        ),
        ("arn:aws:iam::123456789012:root", "123456789012"),
        (
            "arn:aws-cn:iam::000000000000:role/service-role/x",
            "000000000000",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/reader/session",
            "123456789012",
        ),
        (
            "arn:aws:sts::123456789012:federated-user/alice:x",
            "123456789012",
        ),
    ] {
        let arn = PrincipalArn::parse(text).unwrap();
        assert_eq!((arn.as_str(), arn.account_id()), (text, account));
        assert_eq!(arn.to_string(), text);
    }
    for text in [
        "",
        "alice",
        "arn",
        "arn:aws:iam::123456789012",
        "arn:aws:iam::123456789012:",
        "arn::iam::123456789012:user/alice",
        "arn:aws:s3::123456789012:user/alice",
        "arn:aws:iam:us-east-1:123456789012:user/alice",
        "ARN:aws:iam::123456789012:user/alice",
        "arn:aws:iam::123456789012:user/al ice",
        "arn:aws:iam::123456789012:user/alice\n",
        "arn:aws:iam::123456789012:user/\u{e9}",
    ] {
        assert_eq!(
            PrincipalArn::parse(text),
            Err(PrincipalsFault::InvalidArn),
            "{text}"
        );
    }
    for account in ["", "12345678901", "1234567890123", "12345678901x", "*"] {
        let text = format!("arn:aws:iam::{account}:user/alice");
        assert_eq!(
            PrincipalArn::parse(&text),
            Err(PrincipalsFault::InvalidAccountId),
            "{text}"
        );
    }
}

/// Puts a value at a JSON pointer, or takes it away.
fn changed(pointer: &str, value: Option<Value>) -> Value {
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

#[track_caller]
fn assert_silent(error: &PrincipalsError) {
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

#[test]
fn no_secret_is_ever_shown() {
    let principals = read(&good()).unwrap();
    let (alice, key) = principals.find("ASIAALICE").unwrap();
    for shown in [
        format!("{principals:?} {principals:#?}"),
        format!("{alice:?}"),
        format!("{key:?}"),
    ] {
        assert!(shown.contains("ASIAALICE") && shown.contains("[redacted]"));
        for secret in [SECRET, TOKEN] {
            assert!(!shown.contains(&secret[..8]), "{shown}");
        }
    }
    // With escapes the text is another one, but the secret is not.
    let escaped = good().to_string().replace('/', "\\/");
    let (_, key) = Principals::from_json(&escaped)
        .map(|all| {
            let (principal, key) = all.find("ASIAALICE").unwrap();
            (principal.clone(), key.clone())
        })
        .unwrap();
    assert_eq!(key.credentials.secret_access_key(), SECRET);
    assert_eq!(key.credentials.session_token(), Some(TOKEN));
}

/// The secret instead of every value and of every key, in several types; the file cut off at
/// every byte, and with every byte replaced.
#[test]
fn no_secret_is_ever_in_an_error() {
    fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (name, below) in object {
                    all.push(format!("{here}/{name}"));
                    pointers(below, &format!("{here}/{name}"), all);
                }
            }
            Value::Array(list) => {
                for (index, below) in list.iter().enumerate() {
                    all.push(format!("{here}/{index}"));
                    pointers(below, &format!("{here}/{index}"), all);
                }
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    pointers(&good(), "", &mut places);
    assert!(places.len() > 30);
    let mut errors = 0;
    let mut check = |text: &str| {
        if let Err(error) = Principals::from_json(text) {
            assert_silent(&error);
            errors += 1;
        }
    };
    for place in &places {
        for value in [
            json!(SECRET),
            json!([SECRET]),
            json!({ SECRET: SECRET }),
            json!([{ SECRET: TOKEN }]),
            json!(format!("{SECRET}\n{TOKEN}")),
        ] {
            check(&changed(place, Some(value)).to_string());
        }
        let (above, last) = place.rsplit_once('/').unwrap();
        if last.parse::<usize>().is_err() {
            let mut document = good();
            let object = document
                .pointer_mut(above)
                .unwrap()
                .as_object_mut()
                .unwrap();
            let value = object.remove(last).unwrap();
            object.insert(SECRET.to_owned(), value);
            check(&document.to_string());
        }
    }
    let text = good().to_string();
    for cut in 0..text.len() {
        let (start, end) = text.split_at(cut);
        check(start);
        for other in ["\"", "\\", "\\u", "{", "}", ":", "x", "\u{7}", "-1e999"] {
            check(&format!("{start}{other}{}", &end[1..]));
        }
    }
    assert!(errors > 5_000, "only {errors} errors");
}
