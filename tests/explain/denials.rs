//! "… is not authorized to perform …": what is repeated, and what to paste.

use sigv4::explain::{Answer, Cause, Denial, Evidence, PolicyKind, explain_answer};

const EVE: &str = "arn:aws:iam::123456789012:user/Eve";
const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/items";

fn denial(message: &str) -> (Denial, String) {
    let body = serde_json::json!({ "Message": message }).to_string();
    let answer = Answer {
        status: 403,
        headers: &[],
        body: body.as_bytes(),
    };
    let found = explain_answer(&answer);
    let [reason] = &found.causes[..] else {
        panic!("{found:?}");
    };
    assert_eq!(reason.evidence, Evidence::Said);
    let Cause::NotAuthorized(denial) = reason.cause.clone() else {
        panic!("{found:?}");
    };
    (denial, reason.remedy.to_string())
}

/// Every kind, allowing too little and denying.
#[test]
fn action_resource_and_kind_of_policy_are_repeated() {
    for (text, kind) in [
        ("identity-based policy", PolicyKind::Identity),
        ("resource-based policy", PolicyKind::Resource),
        ("session policy", PolicyKind::Session),
        ("permissions boundary", PolicyKind::Boundary),
        ("service control policy", PolicyKind::ServiceControl),
        ("resource control policy", PolicyKind::ResourceControl),
        ("VPC endpoint policy", PolicyKind::VpcEndpoint),
    ] {
        let article = if kind == PolicyKind::Identity {
            "an"
        } else {
            "a"
        };
        for (reason, explicit) in [
            (
                format!("because no {text} allows the execute-api:Invoke action"),
                false,
            ),
            (format!("with an explicit deny in {article} {text}"), true),
        ] {
            let (denial, remedy) = denial(&format!(
                "User: {EVE} is not authorized to perform: execute-api:Invoke on resource: {ARN} \
                 {reason}"
            ));
            assert_eq!(denial.principal.as_deref(), Some(EVE));
            assert_eq!(denial.action.as_deref(), Some("execute-api:Invoke"));
            assert_eq!(denial.resource.as_deref(), Some(ARN));
            assert_eq!((denial.policy, denial.explicit), (Some(kind), explicit));
            let said = denial.to_string();
            for part in [
                "the signature is right",
                EVE,
                "execute-api:Invoke",
                ARN,
                text,
            ] {
                assert!(said.contains(part), "{said}");
            }
            assert!(remedy.contains("execute-api:Invoke"), "{remedy}");
            assert_eq!(remedy.contains("Deny statement"), explicit, "{remedy}");
            let pasted = denial
                .statement()
                .is_some_and(|text| remedy.contains(&text));
            let known = !explicit && kind != PolicyKind::VpcEndpoint;
            assert_eq!(pasted, known, "{remedy}");
        }
    }
}

#[test]
fn a_statement_is_json_and_allows_that_call_alone() {
    for (kind, principal) in [
        ("identity-based policy", false),
        ("resource-based policy", true),
    ] {
        let (denial, _) = denial(&format!(
            "User: {EVE} is not authorized to perform: execute-api:Invoke on resource: \"{ARN}\" \
             because no {kind} allows the execute-api:Invoke action."
        ));
        let statement: serde_json::Value =
            serde_json::from_str(&denial.statement().unwrap()).unwrap();
        assert_eq!(statement["Effect"], "Allow");
        assert_eq!(statement["Action"], "execute-api:Invoke");
        assert_eq!(statement["Resource"], ARN);
        assert_eq!(statement["Principal"]["AWS"] == EVE, principal);
    }
}

/// Nothing is made up: no ARN, no statement; no caller, no word of a right signature.
#[test]
fn what_is_not_told_is_left_out() {
    for (message, principal, action, resource) in [
        (
            "User: anonymous is not authorized to perform: es:ESHttpGet on resource: x",
            None,
            Some("es:ESHttpGet"),
            Some("x"),
        ),
        (
            "User: arn:a is not authorized to perform: s3:GetObject because no session policy allows the s3:GetObject action",
            Some("arn:a"),
            Some("s3:GetObject"),
            None,
        ),
        (
            "User: arn:a is not authorized to perform: this",
            Some("arn:a"),
            None,
            None,
        ),
        (
            "User: arn:a is not authorized to perform: a:B on resource: arn:\"},{\"Effect",
            Some("arn:a"),
            Some("a:B"),
            Some("arn:\"},{\"Effect"),
        ),
    ] {
        let body = serde_json::json!({ "message": message }).to_string();
        let answer = Answer {
            status: 403,
            headers: &[],
            body: body.as_bytes(),
        };
        let found = explain_answer(&answer);
        let denial = found.causes.iter().find_map(|reason| match &reason.cause {
            Cause::NotAuthorized(denial) => Some(denial),
            _ => None,
        });
        let Some(denial) = denial else {
            assert_eq!(*found.cause(), Cause::NotSigned, "{message}");
            continue;
        };
        assert_eq!(denial.principal.as_deref(), principal, "{message}");
        assert_eq!(denial.action.as_deref(), action, "{message}");
        assert_eq!(denial.resource.as_deref(), resource, "{message}");
        assert_eq!(denial.statement(), None, "{message}");
        let right = denial.to_string().contains("signature is right");
        assert_eq!(right, principal.is_some(), "{message}");
    }
}
