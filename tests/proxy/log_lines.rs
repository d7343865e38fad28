//! What is logged of a request: enough to mend it, nothing to abuse.

use crate::admin::{settled, start};
use crate::harness::{SECRET, exchange, route};
use crate::logs;
use crate::server::{Act, Server, response, send};
use sigv4::Timestamp;

/// The line of the request that was answered so, without its time and its name.
fn line(answer: &str) -> String {
    let (_, id) = answer.split_once("x-sigv4-request-id: ").expect("a name");
    let id = format!(" id={}", id.split_once("\r\n").unwrap().0);
    let lines = logs::lines();
    let mut found = lines.iter().filter(|line| line.contains(&format!("{id} ")));
    let line = found.next().unwrap_or_else(|| panic!("{id} in {lines:?}"));
    assert!(found.next().is_none(), "twice: {line}");
    let (level, text) = line.split_once(" sigv4::proxy::exchange: ").unwrap();
    let (time, rest) = text.split_once(' ').unwrap();
    Timestamp::parse(time).unwrap();
    format!("{level} {}", rest.replace(&id, ""))
}

/// Times are numbers, and differ.
fn without_times(line: &str) -> String {
    let is_time = |word: &&str| {
        let value = word.strip_prefix("ms=").or(word.strip_prefix("upstream="));
        value.is_some_and(|value| value.parse::<f64>().is_ok())
    };
    let words = line.split(' ').map(|word| match word {
        word if is_time(&word) => word.split_once('=').unwrap().0,
        word if word.starts_with("from=127.0.0.1:") => "from",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_request_is_a_line_that_says_what_became_of_it() {
    logs::capture();
    let server = Server::script(vec![
        vec![response(
            "200 OK",
            "x-of-upstream: headersecret\r\n",
            "bodysecret",
        )],
        vec![response("503 Service Unavailable", "", "")],
        vec![
            send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nan"),
            Act::Close,
        ],
        vec![Act::Close],
    ]);
    let mut only_here = route(server.port);
    only_here.host = Some("here".into());
    let proxy = start([only_here]);
    let call = |start: &str| {
        let request = format!(
            "{start} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer headersecret\r\n\
             x-amz-meta: headersecret\r\nconnection: close\r\n\r\n"
        );
        let answer = exchange(&proxy, request.as_bytes());
        settled(&proxy);
        without_times(&line(&answer))
    };
    assert_eq!(
        call("GET /a%20b?token=querysecret"),
        "INFO GET /a%20b 200 route=all from caller=- in=0 out=10 ms upstream"
    );
    assert_eq!(
        call("GET /"),
        "WARN GET / 503 route=all from caller=- in=0 out=0 ms upstream"
    );
    let broken = call("GET /half");
    let expected =
        "WARN GET /half 200 route=all from caller=- in=0 out=2 ms upstream ended_by=upstream";
    assert!(broken.starts_with(expected), "{broken}");
    let gone = call("GET /gone");
    let expected = "WARN GET /gone 502 route=all from caller=- in=0 out=";
    assert!(gone.starts_with(expected), "{gone}");
    assert!(gone.contains(" upstream=- cause=upstream: "), "{gone}");
    let answer = exchange(
        &proxy,
        b"POST /x HTTP/1.1\r\nhost: elsewhere\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc",
    );
    settled(&proxy);
    let nowhere = without_times(&line(&answer));
    let expected = "INFO POST /x 404 route=- from caller=- in=0 out=";
    assert!(nowhere.starts_with(expected), "{nowhere}");
    assert!(
        nowhere.ends_with(
            r#" upstream=- cause=no_route: no route takes this path of the host "elsewhere""#
        ),
        "{nowhere}"
    );
    logs::assert_without(&["headersecret", "bodysecret", "querysecret", SECRET]);
}
