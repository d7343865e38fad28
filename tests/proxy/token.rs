//! Whoever has the token may call.

use crate::harness::{exchange, route, settings};
use crate::server::{Server, response};
use sigv4::proxy::{Callers, Proxy, Running, Token};

fn proxy(port: u16) -> Running {
    let mut route = route(port);
    let from = "authorization".parse().unwrap();
    route.headers.rename = vec![(from, "x-of-caller".parse().unwrap())];
    let mut settings = settings([route]);
    settings.callers = Callers::Token(Token::new("t0ken"));
    Proxy::new(settings).start().unwrap()
}

fn get(proxy: &Running, headers: &str) -> String {
    let head = format!("GET /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    exchange(proxy, head.as_bytes())
}

/// It ends here, whatever the rules of a route pass on.
#[test]
fn the_token_does_not_go_upstream() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = proxy(server.port);
    for headers in [
        "authorization: Bearer t0ken\r\n",
        "Proxy-Authorization: bearer t0ken\r\n",
        "Proxy-Authorization: bearer t0ken\r\nauthorization: Bearer t0ken\r\n",
        "Proxy-Authorization: Bearer t0ken\r\nauthorization: Basic mine\r\n",
    ] {
        let answer = get(&proxy, headers);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{headers}: {answer}");
        let seen = server.seen();
        let seen = seen.last().unwrap();
        let all = format!("{:?}", seen.headers);
        assert!(!all.contains("t0ken"), "{all}");
        let basic = headers.contains("Basic").then_some("Basic mine");
        assert_eq!(seen.header("x-of-caller"), basic);
        seen.verify(seen.signed_at());
    }
}

#[test]
fn without_it_nothing_does() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = proxy(server.port);
    for headers in [
        "",
        "authorization: Bearer other\r\n",
        "authorization: Bearer t0ke\r\n",
        "authorization: t0ken\r\n",
        "x-authorization: Bearer t0ken\r\n",
    ] {
        let answer = get(&proxy, headers);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{headers}: {answer}");
        assert!(answer.contains("www-authenticate: Bearer\r\n"), "{answer}");
        assert!(answer.contains("\"cause\":\"token\""), "{answer}");
        assert!(!answer.contains("t0ke"), "{answer}");
    }
    assert_eq!(server.connections(), 0);
}
