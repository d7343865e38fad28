//! Effects, actions, and what a statement is about.

use super::documents::{API, allows, invoke, policy, statements};
use serde_json::json;
use sigv4::gateway::Decision::{Allowed, ExplicitDeny, ImplicitDeny};
use sigv4::gateway::{Decision, INVOKE};

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
