//! Refusals of an upstream, explained in a header and in the log.

use crate::harness::{address, exchange, route, scope, start};
use crate::server::{Act, Server, response, send};
use bytes::Bytes;
use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

const GET: &[u8] = b"GET /prod/a?b=c HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const HEADER: &str = "x-sigv4-explain: ";

fn explanation(answer: &str) -> Option<&str> {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    head.lines().find_map(|line| line.strip_prefix(HEADER))
}

fn answered(act: Act) -> String {
    let server = Server::new(move |_| vec![act.clone()]);
    let proxy = start([route(server.port)]);
    exchange(&proxy, GET)
}

#[test]
fn a_refusal_has_its_reason_beside_it() {
    let expired = r#"{"message":"The security token included in the request is expired"}"#;
    let answer = answered(response(
        "403 Forbidden",
        "x-amzn-errortype: ExpiredTokenException\r\nx-amzn-requestid: 1\r\n",
        expired,
    ));
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    assert!(answer.ends_with(&format!("\r\n\r\n{expired}")), "{answer}");
    assert!(answer.contains("x-amzn-requestid: 1\r\n"), "{answer}");
    let why = explanation(&answer).unwrap();
    assert!(why.starts_with("the session token has expired; "), "{why}");
}

/// What was signed is compared with what the service says that it computed.
#[test]
fn what_was_changed_on_the_way_is_found() {
    let computed = |service: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated \
             does not match the signature you provided.</Message><CanonicalRequest>GET\n{service}\n\
             b=c\nhost:HOST\nx-amz-content-sha256:{EMPTY}\nx-amz-date:DATE\n\n\
             host;x-amz-content-sha256;x-amz-date\n{EMPTY}</CanonicalRequest></Error>"
        )
    };
    for (path, why) in [
        (
            "/prod/a/",
            "the path has a slash at its end on one side only; ",
        ),
        ("/a", "the path has more segments at its start on one side"),
    ] {
        // Two requests: the second is answered by what the first had.
        let text = computed(path);
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Act>::new()));
        let next = seen.clone();
        let server = Server::new(move |_| next.lock().unwrap().clone());
        seen.lock().unwrap().push(response("200 OK", "", ""));
        let mut route = route(server.port);
        route.scope = Some(scope("s3", "us-east-1"));
        let proxy = start([route]);
        // Until both are of one second.
        let found = (0..20).find_map(|_| {
            *seen.lock().unwrap() = vec![response("200 OK", "", "")];
            exchange(&proxy, GET);
            let first = server.seen().pop().unwrap();
            let date = first.header("x-amz-date").unwrap().to_owned();
            let shown = text
                .replace("DATE", &date)
                .replace("HOST", first.header("host").unwrap());
            *seen.lock().unwrap() = vec![response("403 Forbidden", "", shown)];
            let answer = exchange(&proxy, GET);
            let second = server.seen().pop().unwrap();
            (second.header("x-amz-date") == Some(&date)).then_some(answer)
        });
        let answer = found.unwrap();
        let found = explanation(&answer).unwrap();
        assert!(found.starts_with(why), "{found}");
    }
}

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn what_is_no_refusal_or_not_known_is_left_alone() {
    let words = r#"{"message":"The security token included in the request is expired"}"#;
    let long = format!("{words}{}", " ".repeat(70_000));
    for (act, body) in [
        (response("404 Not Found", "", words), words),
        (response("200 OK", "", words), words),
        (
            response("403 Forbidden", "content-encoding: gzip\r\n", words),
            words,
        ),
        (response("403 Forbidden", "", &long), &*long),
        (
            response("400 Bad Request", "", "name is empty"),
            "name is empty",
        ),
    ] {
        let answer = answered(act);
        assert!(
            answer.ends_with(&format!("\r\n\r\n{body}")),
            "{answer:.300}"
        );
        assert_eq!(explanation(&answer), None);
    }
    let chunked = answered(send(
        "HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ));
    assert!(chunked.ends_with("5\r\nhello\r\n0\r\n\r\n"), "{chunked}");
}

/// A clock that is wrong is said to be, whatever the words of the refusal.
#[test]
fn clocks_that_are_apart() {
    let hour = 3_600;
    let now = sigv4::Timestamp::try_from(std::time::SystemTime::now()).unwrap();
    let there =
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(now.unix().unsigned_abs() + hour);
    let there = time_of(there);
    let answer = answered(response(
        "403 Forbidden",
        &format!("date: {there}\r\n"),
        "no",
    ));
    let why = explanation(&answer).unwrap();
    let (_, seconds) = why.rsplit_once("this proxy's clock is ").unwrap();
    let seconds: u64 = seconds
        .split_once(" seconds behind ")
        .unwrap()
        .0
        .parse()
        .unwrap();
    assert!((hour - 60..=hour).contains(&seconds), "{why}");
}

/// As HTTP writes it.
fn time_of(time: std::time::SystemTime) -> String {
    let time = time::OffsetDateTime::from(time);
    let weekday = &time.weekday().to_string()[..3];
    let month = &time.month().to_string()[..3];
    let (day, year) = (time.day(), time.year());
    let (hour, minute, second) = time.to_hms();
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[tokio::test]
async fn callers_by_http2_have_it_too() {
    let expired = r#"{"message":"The security token included in the request is expired"}"#;
    let server = Server::new(move |_| vec![response("403 Forbidden", "", expired)]);
    let proxy = start([route(server.port)]);
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let request = Request::get(format!("http://{}/prod/a?b=c", address(&proxy)));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    assert_eq!((head.version, head.status.as_u16()), (Version::HTTP_2, 403));
    let why = head.headers[HEADER.trim_end_matches(": ")]
        .to_str()
        .unwrap();
    assert!(why.starts_with("the session token has expired; "), "{why}");
    assert_eq!(body.collect().await.unwrap().to_bytes(), expired);
}
