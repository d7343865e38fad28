//! What policies, accounts and partitions decide about a call.

use crate::harness::{Answer, Call, NOW, SECRET, start};
use serde_json::{Value, json};
use sigv4::Timestamp;
use sigv4::gateway::{Api, Gateway, Principals};

#[test]
fn policies_decide_who_may() {
    let gateway = start();
    let call = |access_key_id, method| Call {
        access_key_id,
        method,
        body: if method == "POST" { "{}" } else { "" },
        ..Call::get("/prod/items")
    };
    assert_eq!(call("AKIDREADER", "GET").send(&gateway).status, 200);
    let denied = |answer: &Answer, user: &str, method: &str, why: &str| {
        assert_eq!(answer.status, 403);
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("AccessDeniedException")
        );
        assert_eq!(
            answer.json()["Message"],
            format!(
                "User: arn:aws:iam::111122223333:user/{user} is not authorized to perform: \
                 execute-api:Invoke on resource: \
                 arn:aws:execute-api:us-east-1:********3333:abc123/prod/{method}/items {why}"
            )
        );
    };
    denied(
        &call("AKIDREADER", "POST").send(&gateway),
        "reader",
        "POST",
        "because no identity-based policy allows the execute-api:Invoke action",
    );
    denied(
        &call("AKIDBARRED", "GET").send(&gateway),
        "barred",
        "GET",
        "with an explicit deny in an identity-based policy",
    );
    assert_eq!(call("AKIDBARRED", "POST").send(&gateway).status, 201);
}

#[test]
fn accounts_and_partitions_are_kept_apart() {
    let principals = |arn: &str, statements: Value| {
        let list = json!({ "principals": [{
            "arn": arn,
            "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
            "policies": [{ "Version": "2012-10-17", "Statement": statements }],
        }]});
        Principals::from_json(&list.to_string()).unwrap()
    };
    let allow = json!({ "Effect": "Allow", "Action": "*:*", "Resource": "*" });
    let foreign = principals("arn:aws:iam::999999999999:user/foreign", json!([allow]));
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let gateway = Gateway::new(api, foreign)
        .with_clock(|| Timestamp::parse(NOW).unwrap())
        .start()
        .unwrap();
    let answer = Call::get("/prod/items").send(&gateway);
    assert_eq!(answer.status, 403);
    let message = answer.json()["Message"].as_str().unwrap().to_owned();
    assert!(
        message.ends_with("because no resource-based policy allows the execute-api:Invoke action"),
        "{message}"
    );

    let deny = json!({ "Effect": "Deny", "Action": "execute-api:Invoke",
        "Resource": "arn:aws-cn:execute-api:cn-north-1:111122223333:abc123/*" });
    let denied = principals(
        "arn:aws-cn:iam::111122223333:user/alice",
        json!([allow, deny]),
    );
    let api = Api::new("cn-north-1", "111122223333", "abc123", "prod").unwrap();
    let gateway = Gateway::new(api, denied)
        .with_clock(|| Timestamp::parse(NOW).unwrap())
        .start()
        .unwrap();
    let mut call = Call::get("/prod/items");
    call.region = "cn-north-1";
    let answer = call.send(&gateway);
    let message = answer.json()["Message"].as_str().unwrap().to_owned();
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );
}
