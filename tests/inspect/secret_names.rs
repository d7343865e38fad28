//! Secrets by their names and by their values: neither shown nor exported.

use crate::asked::{detail, post, start};
use crate::harness::{Call, HOST, send};
use crate::secrets::{OTHER, said};

/// By its value, where no name stands beside it: nothing of it is exported.
#[test]
fn nor_is_a_token_by_its_value() {
    let gateway = start();
    let encoded = OTHER.replace('/', "%2F");
    let encoded = encoded.replace('+', "%2B").replace('=', "%3D");
    for head in [
        format!("GET /prod/items HTTP/1.1\r\nx-debug: {OTHER}"),
        format!("GET /prod/items?t={OTHER} HTTP/1.1"),
        format!("GET /prod/items?t={encoded} HTTP/1.1"),
        format!("GET /prod/{encoded}/items HTTP/1.1"),
    ] {
        let rest = format!("host: {HOST}\r\nx-amz-security-token: {OTHER}\r\n\r\n");
        send(gateway.address(), &format!("{head}\r\n{rest}"));
    }
    let escaped = OTHER.replace('/', "\\/");
    for body in [
        format!("{{\"t\":\"{escaped}\"}}"),
        format!("<t>{OTHER}</t>"),
        format!("t={encoded}"),
        format!(
            "{{\"x-amz-security-token\":{}\"IQoJb3JpZ2luAnother\"}}",
            " ".repeat(70)
        ),
    ] {
        Call {
            method: "POST",
            access_key_id: "ASIATEMPORARY",
            token: Some(OTHER),
            body: String::leak(body),
            ..Call::get("/prod/items")
        }
        .send(&gateway);
    }
    for id in 1..=8 {
        let exports = &detail(&gateway, id)["exports"];
        let why = "it has a secret or a token, which is not shown, where no variable of a shell can stand in for it";
        assert_eq!(
            (&exports["curl"], &exports["note"]),
            (&false.into(), &why.into()),
            "{id}"
        );
    }
    let said = said(&gateway);
    assert!(!said.contains("IQoJb3JpZ2lu"), "{said}");
}

/// As `src/inspect/secret_names.rs` has them, without the tokens of a session.
const NAMES: [&str; 21] = [
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
    "x-vault-token",
    "x-amz-sso_bearer_token",
    "x-aws-ec2-metadata-token",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "secretaccesskey",
    "secret_access_key",
    "sessiontoken",
    "session_token",
    "accesstoken",
    "access_token",
    "refreshtoken",
    "refresh_token",
    "client_secret",
    "api_key",
    "apikey",
];

/// Under each name, as a header and as a parameter, short and long, in a request and in what is pasted.
#[test]
fn nor_is_what_has_a_secret_name() {
    let gateway = start();
    let mut id = 0;
    for name in NAMES {
        let encoded = name.replacen('e', "%65", 1);
        for (target, header) in [
            ("/prod/items".to_owned(), format!("{name}: aSecret")),
            (
                "/prod/items".into(),
                format!("{name}: aSecretOfSomebodyElses and aSecret"),
            ),
            (format!("/prod/items?{name}=aSecret&a=b"), "x-a: b".into()),
            (
                format!("/prod/items?a=b&{name}=aSecretOfSomebodyElses"),
                "x-a: b".into(),
            ),
            (format!("/prod/items?a=b;{name}=aSecret"), "x-a: b".into()),
            (
                format!("/prod/items?a=b&{encoded}=aSecret"),
                "x-a: b".into(),
            ),
        ] {
            let request = format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n{header}\r\n\r\n");
            send(gateway.address(), &request);
            id += 1;
            let exports = &detail(&gateway, id)["exports"];
            assert_eq!(exports["curl"], false, "{request}");
            let pasted =
                serde_json::json!({ "request": request, "answer": "{\"message\":\"Forbidden\"}" });
            let answer = post(&gateway, "/api/explain", &pasted.to_string());
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(!answer.body.contains("aSecret"), "{name}: {}", answer.body);
        }
    }
    let said = said(&gateway);
    if let Some(at) = said.find("aSecret") {
        panic!("{}", &said[at.saturating_sub(200)..at + 7]);
    }
}
