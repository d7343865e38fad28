//! Connections: kept, replaced, and without an end.

use crate::fault::{NOW, answer, builder, ok};
use crate::server::{Act, Server, response};
use crate::wanted::credentials;
use sigv4::client::{Client, ClientError, TransportKind};
use std::time::Duration;

/// "No limit" is written as the longest time there is.
#[test]
fn endless_times() {
    let server = Server::new(|number| match number % 2 {
        0 => vec![Act::Close],
        _ => ok(),
    });
    let endless = builder(&server)
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .pause(|_| ())
        .build()
        .unwrap();
    endless.get("/items").send().unwrap();
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        endless.get("/items").timeout(timeout).send().unwrap();
    }
}

/// A connection that the server closed while it was idle is no failure of the call.
#[test]
fn connections_are_reused_and_replaced() {
    let server = Server::script(vec![ok(), ok(), [ok(), vec![Act::Close]].concat(), ok()]);
    let client = builder(&server).build().unwrap();
    for _ in 0..4 {
        client.get("/items").send().unwrap();
    }
    assert_eq!(server.connections(), 2);
    assert!((4..=5).contains(&server.seen().len()));
}

/// A refusal that comes before the body is read, and what a large body waits for.
#[test]
fn early_answers() {
    for size in [1 << 20, 9_000_000] {
        early_answer(&vec![b'x'; size]);
    }
}

fn early_answer(large: &[u8]) {
    let early = [
        answer("413 Content Too Large", "", "too much"),
        vec![Act::Close],
    ]
    .concat();
    let server = Server::script(vec![early]);
    let client = builder(&server).build().unwrap();
    let error = client
        .put("/items")
        .body(large.to_vec())
        .send()
        .unwrap_err();
    let ClientError::Status {
        status: 413,
        message,
        ..
    } = &error
    else {
        panic!("{error:#?}");
    };
    assert_eq!(message, "too much");
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].body.len()), (1, 0));
    assert_eq!(seen[0].header("expect"), Some("100-continue"));
    assert_eq!(
        seen[0].header("content-length"),
        Some(large.len().to_string().as_str())
    );

    // Asked for at once, and sent after a second to a service that says nothing.
    for act in [Act::Continue, Act::TakeBody] {
        let server = Server::script(vec![[vec![act], ok()].concat()]);
        let client = builder(&server).build().unwrap();
        client.put("/items").body(large.to_vec()).send().unwrap();
        let seen = server.seen();
        assert_eq!((seen.len(), seen[0].body.len()), (1, large.len()));
        seen[0].verify(seen[0].signed_at());
    }
}

/// A service that takes no `Expect` gets the request without it, once; and nobody waits
/// for the sake of a small body.
#[test]
fn expectations_that_fail() {
    let large = vec![b'x'; 1 << 20];
    let failed = vec![response("417 Expectation Failed", "", ""), Act::Close];
    let server = Server::script(vec![failed, ok(), ok(), ok()]);
    let client = builder(&server).build().unwrap();
    client.post("/items").body(large.clone()).send().unwrap();
    client.post("/items").body(&large[1..]).send().unwrap();
    client
        .post("/items")
        .header("expect", "100-continue")
        .send()
        .unwrap();
    let expected = server.seen();
    let expected: Vec<_> = expected.iter().map(|seen| seen.header("expect")).collect();
    let waits = Some("100-continue");
    assert_eq!(expected, [waits, None, None, waits]);

    let failed = answer("417 Expectation Failed", "", "");
    let server = Server::script(vec![failed]);
    let client = builder(&server).build().unwrap();
    let error = client.put("/items").body("small").send().unwrap_err();
    assert!(
        matches!(error, ClientError::Status { status: 417, .. }),
        "{error:#?}"
    );
    assert_eq!(server.seen().len(), 1);
}

/// What one host says of the time dates nothing that is sent to another.
#[test]
fn each_host_has_its_own_time() {
    let refused = answer(
        "403 Forbidden",
        "Date: Fri, 24 May 2013 23:00:00 GMT\r\n",
        r#"{"message":"Signature expired: x"}"#,
    );
    let ahead = Server::script(vec![refused, ok(), ok()]);
    let other = Server::script(vec![ok()]);
    let client = builder(&ahead).build().unwrap();
    client.get("/items").send().unwrap();
    client
        .get(&format!("{}/items", other.url()))
        .send()
        .unwrap();
    client.get("/items").send().unwrap();
    let hour = |server: &Server, number: usize| {
        let at = server.seen()[number].signed_at().unix();
        (at - i64::try_from(NOW).unwrap() + 60) / 3600
    };
    let hours = [
        hour(&ahead, 0),
        hour(&ahead, 1),
        hour(&other, 0),
        hour(&ahead, 2),
    ];
    assert_eq!(hours, [0, 23, 0, 23]);
}

#[test]
fn nobody_listens() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = Client::builder()
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .pause(|_| ())
        .build()
        .unwrap();
    let failure = |url: String| match client.get(&url).send().unwrap_err() {
        ClientError::Transport { kind, message } => (kind, message),
        other => panic!("{other:#?}"),
    };
    let (kind, message) = failure(format!("http://127.0.0.1:{port}/"));
    assert_eq!(kind, TransportKind::Connect);
    let words = format!("127.0.0.1:{port}: no connection");
    assert!(message.starts_with(&words), "{message}");
    let name = format!("{}.invalid", "a".repeat(64));
    let not_found = format!("{name}:443: the host was not found");
    assert_eq!(
        failure(format!("https://{name}/")),
        (TransportKind::HostNotFound, not_found)
    );

    let proxy = ureq::Proxy::new(&format!("http://user:s3cr3t@127.0.0.1:{port}")).unwrap();
    let client = Client::builder()
        .credentials(credentials())
        .proxy(Some(proxy))
        .pause(|_| ())
        .build()
        .unwrap();
    let url = "https://abc.execute-api.us-east-1.amazonaws.com/prod";
    let error = client.get(url).send().unwrap_err().to_string();
    let words = format!(
        "abc.execute-api.us-east-1.amazonaws.com:443 through the proxy 127.0.0.1:{port}: no connection"
    );
    assert!(error.starts_with(&words), "{error}");
}
