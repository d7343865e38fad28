//! What is logged of a request: enough to mend it, nothing to abuse.

use crate::harness::{Answer, Call, HOST, NOW, SECRET, connect, receive, send, start};
use crate::logs;
use std::io::{Read, Write};

/// Of a connection that gets no request to an end: when, and from where.
#[test]
fn a_connection_that_is_closed_is_a_line_with_time_and_peer() {
    logs::capture();
    let gateway = start();
    let mut stream = connect(gateway.address());
    let peer = stream.local_addr().unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\n: no name\r\n\r\n")
        .unwrap();
    // All tasks end before it has stopped.
    assert_eq!(receive(&mut stream).status, 400);
    stream.read_to_end(&mut Vec::new()).unwrap();
    drop(gateway);
    let start = format!("{NOW} connection of {peer} closed: ");
    let lines = logs::lines();
    let found = lines.iter().filter(|line| line.contains(&start)).count();
    assert_eq!(found, 1, "{lines:?}");
}

/// The line of the request that was answered so.
fn line(answer: &Answer) -> String {
    let id = format!(" id={}", answer.header("x-amzn-requestid").unwrap());
    let lines = logs::lines();
    let mut found = lines.iter().filter(|line| line.contains(&id));
    let line = found.next().expect("a line").clone();
    assert!(found.next().is_none(), "twice: {line}");
    let (_, line) = line.split_once(": ").unwrap();
    line.replace(&id, "")
}

#[test]
fn each_request_is_a_line_that_says_who_and_why() {
    logs::capture();
    let gateway = start();
    let alice = "arn:aws:iam::111122223333:user/alice";
    let served = Call::get("/prod/items?limit=1").send(&gateway);
    assert_eq!(
        line(&served),
        format!("{NOW} GET /prod/items 200 key=AKIDALICE caller={alice}")
    );
    let wrong = Call {
        secret: "wrong",
        ..Call::get("/prod/items")
    };
    assert_eq!(
        line(&wrong.send(&gateway)),
        format!(
            "{NOW} GET /prod/items 403 key=AKIDALICE caller=- InvalidSignatureException: The \
             request signature we calculated does not match the signature you provided. Check \
             your AWS Secret Access Key and signing method. Consult the service documentation \
             for details."
        )
    );
    let reader = "arn:aws:iam::111122223333:user/reader";
    let denied = Call {
        access_key_id: "AKIDREADER",
        ..Call::get("/prod/echo/a")
    };
    let denied = line(&denied.send(&gateway));
    let start = format!(
        "{NOW} GET /prod/echo/a 403 key=AKIDREADER caller={reader} AccessDeniedException: User: \
         {reader} is not authorized to perform: execute-api:Invoke on resource: arn:aws:"
    );
    assert!(denied.starts_with(&start), "{denied}");
    let unknown = Call {
        access_key_id: "AKIDNOBODY",
        ..Call::get("/prod/items")
    };
    assert_eq!(
        line(&unknown.send(&gateway)),
        format!(
            "{NOW} GET /prod/items 403 key=AKIDNOBODY caller=- UnrecognizedClientException: no \
             principal has this access key id"
        )
    );
    let other_token = Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("another-token"),
        ..Call::get("/prod/items")
    };
    let other_token = line(&other_token.send(&gateway));
    assert!(
        other_token.ends_with(
            "user/temporary UnrecognizedClientException: the session token is not the key's"
        ),
        "{other_token}"
    );
    // Callers cannot tell these two apart, whoever reads the log can.
    let bare = |path: &str| {
        let text = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        line(&send(gateway.address(), &text))
    };
    let missing = "MissingAuthenticationTokenException";
    assert_eq!(
        bare("/prod/items"),
        format!("{NOW} GET /prod/items 403 key=- caller=- {missing}: no signature arrived")
    );
    assert_eq!(
        bare("/prod/itmes"),
        format!("{NOW} GET /prod/itmes 403 key=- caller=- {missing}: no such route")
    );
    logs::assert_without(&[
        SECRET,
        "wrong;",
        "another-token",
        "Signature=",
        "AWS4-HMAC-SHA256 ",
    ]);
}

#[test]
fn what_a_caller_writes_steers_no_terminal_and_fills_no_log() {
    logs::capture();
    let gateway = start();
    let bare = |path: &str| {
        let text = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        line(&send(gateway.address(), &text))
    };
    let presigned = bare("/prod/items&X-Amz-Signature=0123456789abcdef");
    assert!(presigned.contains(" /prod/items… 403 "), "{presigned}");
    let long = bare(&format!("/{}", "a".repeat(5_000)));
    assert!(long.len() < 400, "{long}");
    let call = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines.push(format!("x-amz-{}: 1", "a".repeat(5_000)));
    });
    let call = line(&call);
    assert!(call.len() < 500, "{call}");
}
