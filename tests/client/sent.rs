//! What is signed and sent, by the client and by a plain agent.

use crate::server::{Server, TOKEN, response};
use crate::wanted::{accepting, builder, credentials, only};
use sigv4::Timestamp;
use sigv4::client::{Client, ClientError, ItemsClient, SigV4};
use std::io::Read;
use ureq::Agent;

#[test]
fn items() {
    for slash in ["", "/"] {
        let server = accepting();
        let url = format!("{}{slash}", server.url());
        let builder = Client::builder()
            .credentials(credentials().with_session_token(TOKEN))
            .region("us-east-1")
            .proxy(None);
        let client = ItemsClient::from_builder(&url, builder).unwrap();
        assert_eq!(client.base_url(), url);
        assert_eq!(
            client.get_items().unwrap(),
            serde_json::json!({ "items": [] })
        );
        let seen = only(&server);
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("GET", "/prod/items")
        );
    }
}

#[test]
fn what_is_signed_and_sent() {
    let server = accepting();
    let client = builder(&server)
        .also_sign("x-mine".parse().unwrap())
        .build()
        .unwrap();
    let response = client
        .request("PATCH", "/a//b/../c ä?x=%7e&y=a+b")
        .query("z", "&")
        .header("x-mine", "1")
        .header("x-other", "2")
        .header("x-amz-target", "T")
        .json(&serde_json::json!({ "a": [1] }))
        .send()
        .unwrap();
    assert_eq!(response.text().unwrap(), "{\"items\":[]}");
    let seen = only(&server);
    assert_eq!(seen.method, "PATCH");
    assert_eq!(seen.target, "/prod/a/c%20%C3%A4?x=~&y=a%2Bb&z=%26");
    assert_eq!(seen.body, br#"{"a":[1]}"#);
    assert_eq!(seen.header("content-length"), Some("9"));
    assert_eq!(seen.header("x-other"), Some("2"));
    let authorization = seen.header("authorization").unwrap();
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target;x-mine,"),
        "{authorization}"
    );
}

/// S3's path rules, its payload hash, and methods that seldom have a body.
#[test]
fn other_services_and_methods() {
    let server = accepting();
    let client = builder(&server).service("s3").build().unwrap();
    client.put("/a//b/./c+d?acl").body("x").send().unwrap();
    client.delete("/x").body("why not").send().unwrap();
    client.post("/x").send().unwrap();
    client.request("PROPFIND", "/x").send().unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].target, "/prod/a//b/./c%2Bd?acl=");
    assert!(seen[0].header("x-amz-content-sha256").is_some());
    // It would be stored with the object.
    assert_eq!(seen[0].header("content-type"), None);
    assert_eq!(seen[1].body, b"why not");
    assert_eq!(seen[2].header("content-length"), Some("0"));
    assert_eq!(seen[3].method, "PROPFIND");
    for seen in &seen {
        seen.verify_for("us-east-1", "s3", seen.signed_at());
    }
}

fn agent(signing: SigV4) -> Agent {
    Agent::config_builder()
        .proxy(None)
        .middleware(signing)
        .build()
        .into()
}

fn signing() -> SigV4 {
    SigV4::new(
        credentials().with_session_token(TOKEN),
        "us-east-1",
        "execute-api",
    )
}

#[test]
fn a_plain_agent() {
    let server = accepting();
    let agent = agent(signing());
    let url = format!("{}/items", server.url());
    assert_eq!(agent.get(&url).call().unwrap().status(), 200);
    agent.post(&url).send("text").unwrap();
    agent.post(&url).send_empty().unwrap();
    // A stream, which ureq alone would send in chunks.
    let stream = ureq::SendBody::from_owned_reader(std::io::repeat(7).take(60_000));
    agent.put(&url).send(stream).unwrap();
    let seen = server.seen();
    let bodies: Vec<_> = seen.iter().map(|seen| seen.body.len()).collect();
    assert_eq!(bodies, [0, 4, 0, 60_000]);
    for seen in &seen {
        seen.verify(Timestamp::try_from(std::time::SystemTime::now()).unwrap());
    }
}

#[test]
fn a_body_over_the_limit() {
    let server = accepting();
    let agent = agent(signing().body_limit(4));
    let url = format!("{}/items", server.url());
    agent.post(&url).send("1234").unwrap();
    let error = agent.post(&url).send("12345").unwrap_err();
    assert_eq!(
        ClientError::from(error),
        ClientError::RequestTooLarge { limit: 4 }
    );
    let endless = ureq::SendBody::from_owned_reader(std::io::repeat(7));
    let error = agent.post(&url).send(endless).unwrap_err();
    assert_eq!(
        ClientError::from(error),
        ClientError::RequestTooLarge { limit: 4 }
    );
    assert_eq!(server.seen().len(), 1);
}

/// ureq would send the session token along.
#[test]
fn a_plain_agent_follows_no_redirect() {
    let elsewhere = accepting();
    let location = format!("Location: http://127.0.0.1:{}/\r\n", elsewhere.port);
    let server = Server::new(move |_| vec![response("302 Found", &location, "")]);
    let response = agent(signing())
        .get(format!("{}/items", server.url()))
        .call()
        .unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!((server.seen().len(), elsewhere.connections()), (1, 0));
}

/// What may not leave this machine in clear may not go to a proxy either.
#[test]
fn past_the_proxy() {
    let (server, proxy) = (accepting(), accepting());
    let through = || {
        let proxy = ureq::Proxy::new(&format!("http://127.0.0.1:{}", proxy.port)).unwrap();
        builder(&server).proxy(Some(proxy))
    };
    through().build().unwrap().get("/items").send().unwrap();
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
    let _ = through()
        .allow_plain_http()
        .build()
        .unwrap()
        .get("/items")
        .send();
    assert_eq!((server.connections(), proxy.connections() > 0), (1, true));
}

/// Whatever serde writes and reads; what it does not is an error that quotes no value.
#[test]
fn json_of_any_type() {
    #[derive(serde::Serialize)]
    struct Order<'a> {
        name: &'a str,
        count: Option<u8>,
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Items {
        items: Vec<String>,
    }
    let server = Server::script(vec![
        vec![response("200 OK", "", r#"{"items":["a","b"]}"#)],
        vec![response("200 OK", "", r#"{"items":"s3cr3t"}"#)],
        vec![response("200 OK", "", r#"{"other":1}"#)],
        vec![response("200 OK", "", r#"{"items":["#)],
    ]);
    let client = builder(&server).build().unwrap();
    let order = Order {
        name: "ä",
        count: None,
    };
    let send = || client.put("/items").json(&order).send().unwrap();
    let items: Items = send().json().unwrap();
    assert_eq!(items.items, ["a", "b"]);
    assert_eq!(
        server.seen()[0].body,
        "{\"name\":\"ä\",\"count\":null}".as_bytes()
    );
    assert_eq!(
        server.seen()[0].header("content-type"),
        Some("application/json")
    );
    for (problem, is_json) in [
        (
            "the response is other JSON at line 1, column 17: expected a sequence",
            true,
        ),
        (
            "the response is other JSON at line 1, column 11: missing field `items`",
            true,
        ),
        ("the response is no JSON at line 1, column 10", false),
    ] {
        let error = send().json::<Items>().unwrap_err();
        assert_eq!(error.to_string(), problem);
        assert_eq!(matches!(error, ClientError::UnexpectedJson { .. }), is_json);
    }
    // JSON has names of text only.
    let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
    let error = client.put("/items").json(&unwritable).send().unwrap_err();
    let part = "the body as JSON: key must be a string".to_owned();
    assert_eq!(error, ClientError::InvalidRequest { part });
    assert_eq!(server.seen().len(), 4);
    client
        .put("/")
        .json(&unwritable)
        .body("text")
        .send()
        .unwrap_err();
    assert_eq!(server.seen()[4].body, b"text");
}
