//! A request's way through: what arrives upstream is what was sent, signed.

use crate::harness::{exchange, route, start};
use crate::server::{Server, response};

#[test]
fn what_arrives_upstream_is_what_was_sent_signed() {
    let server = Server::script(vec![vec![response(
        "200 OK",
        "x-of-upstream: yes\r\n",
        "an answer",
    )]]);
    let proxy = start([route(server.port)]);
    let answer = exchange(
        proxy.address(),
        b"POST /prod/a%20b//c/../d%2Fe?y=a+b&x=%7e HTTP/1.1\r\nhost: here\r\ncontent-type: text/plain\r\n\
          content-length: 5\r\nauthorization: Bearer mine\r\nx-amz-date: 20150830T123600Z\r\n\
          connection: close, x-hop\r\nx-hop: 1\r\nx-end: 2\r\n\r\nhello",
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("x-of-upstream: yes"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nan answer"), "{answer}");
    let seen = server.seen();
    let [seen] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.target, "/prod/a%20b//c/../d%2Fe?y=a+b&x=%7e");
    assert_eq!(seen.body, b"hello");
    assert_eq!(seen.header("x-end"), Some("2"));
    assert_eq!(seen.header("x-hop"), None);
    assert_eq!(
        seen.header("host"),
        Some(&*format!("127.0.0.1:{}", server.port))
    );
    seen.verify(seen.signed_at());
}
