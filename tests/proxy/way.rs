//! A request's way through: what arrives upstream is what was sent, signed.

use crate::harness::{exchange, route, settings, start};
use crate::server::{Server, response};
use sigv4::proxy::Proxy;

#[test]
fn what_arrives_upstream_is_what_was_sent_signed() {
    let server = Server::script(vec![vec![response(
        "200 OK",
        "x-of-upstream: yes\r\n",
        "an answer",
    )]]);
    let proxy = start([route(server.port)]);
    let answer = exchange(&proxy,
        b"POST /prod/a%20b//c/../d%2Fe?y=a+b&x=%7e HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n\
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

/// What the target is, whatever is signed: nothing is decoded, sorted, collapsed or spelt anew.
#[test]
fn the_target_goes_on_byte_for_byte() {
    let targets = [
        "/",
        "//",
        "/a//b/./c/../d/",
        "/%2e%2E/%2f%2F?%2f=%2F",
        "/a%20b+c?d+e=f%20g",
        "/?",
        "/?&&a=&=b&a&a=b=c&",
        "/?b=2&a=1&b=1",
        "/~._-!$'()*,;:@&=+",
        "/%E2%82%AC?%e2%82%ac",
        "/a?b?c=/d?",
        "/?X-Amz-Meta=1&x=~%7E",
    ];
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let proxy = start([route(server.port)]);
    for target in targets {
        let request =
            format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 204 "), "{target}: {answer}");
    }
    let seen = server.seen();
    let arrived: Vec<_> = seen.iter().map(|seen| &*seen.target).collect();
    assert_eq!(arrived, targets);
    for seen in &seen {
        seen.verify(seen.signed_at());
    }
}

/// A presigned URL was made for another host: its signature gives way to the proxy's own, and the rest of
/// the query stays as it is. What is no signature is not made one.
#[test]
fn a_presigned_query_is_signed_anew() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let proxy = start([route(server.port)]);
    let presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20130524%2Fus-east-1%2Fs3%2F\
                     aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host";
    for (target, arrives) in [
        (
            format!("/a?b=%7e&{presigned}&X-Amz-Signature=ab&c"),
            Some("/a?b=%7e&c"),
        ),
        (format!("/a?{presigned}&X%2DAmz-Signature=ab"), Some("/a")),
        (format!("/a?{presigned}"), None),
    ] {
        let request =
            format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        let status = if arrives.is_some() { "204" } else { "400" };
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{target}: {answer}"
        );
        if let Some(arrives) = arrives {
            let seen = server.seen().pop().unwrap();
            assert_eq!(seen.target, arrives);
            seen.verify(seen.signed_at());
        }
    }
}

/// A prefix is a border, but for S3, which keeps paths as they are.
#[test]
fn dots_do_not_lead_out_of_a_prefix() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let mut below = route(server.port);
    below.prefix = "/a".into();
    let mut based = route(server.port);
    (based.host, based.add_prefix) = (Some("based.localhost".into()), "/base".into());
    let mut objects = route(server.port);
    (objects.prefix, objects.strip_prefix) = ("/s3".into(), true);
    objects.scope = Some(crate::harness::scope("s3", "us-east-1"));
    let proxy = start([based, below, objects]);
    for (host, target, passes) in [
        ("localhost", "/a/../b", false),
        ("localhost", "/a/%2e%2E/b", false),
        ("localhost", "/a//..", false),
        ("localhost", "/a/x%2f..%2f..%2fb", false),
        ("localhost", "/a/.", false),
        ("localhost", "/a/..b/c..", true),
        ("localhost", "/a/b?c=/../d", true),
        ("based.localhost", "/../admin", false),
        ("based.localhost", "/admin", true),
        ("localhost", "/s3/b/../k", true),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        let status = if passes {
            "HTTP/1.1 204 "
        } else {
            "HTTP/1.1 400 "
        };
        assert!(answer.starts_with(status), "{target}: {answer}");
        if !passes {
            let says = if host == "localhost" {
                "has a segment of dots, which could lead out of the route's prefix /a\""
            } else {
                "could lead out of the folder that this route goes to\""
            };
            assert!(answer.contains(says), "{target}: {answer}");
            assert!(!answer.contains("/base"), "{answer}");
        }
    }
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn prefixes_are_taken_off_and_put_on() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let mut first = route(server.port);
    (first.name, first.prefix) = ("first".into(), "/one".into());
    first.strip_prefix = true;
    let mut second = route(server.port);
    (second.name, second.prefix) = ("second".into(), "/two/".into());
    second.add_prefix = "/prod".into();
    let mut third = route(server.port);
    (third.name, third.host) = ("third".into(), Some("other.example".into()));
    (third.strip_prefix, third.add_prefix) = (true, "/x".into());
    let proxy = start([first, second, third]);
    let cases = [
        ("localhost", "/one", Some("/")),
        ("localhost", "/one?a=1", Some("/?a=1")),
        ("localhost", "/one/", Some("/")),
        ("localhost", "/one//a%2Fb", Some("//a%2Fb")),
        ("localhost", "/onetwo", None),
        ("localhost", "/two", Some("/prod/two")),
        ("localhost", "/two/a?", Some("/prod/two/a?")),
        ("localhost", "/ONE", None),
        ("other.example", "/a", Some("/x/a")),
        ("OTHER.example:8080", "/", Some("/x/")),
        ("another.example", "/", None),
    ];
    for (host, target, _) in cases {
        let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        let is_refused = answer.starts_with("HTTP/1.1 404 ");
        assert_eq!(
            is_refused,
            cases
                .iter()
                .any(|case| case.0 == host && case.1 == target && case.2.is_none()),
            "{host} {target}: {answer}"
        );
    }
    let arrived: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    let expected: Vec<_> = cases.iter().filter_map(|case| case.2).collect();
    assert_eq!(arrived, expected);
}

#[test]
fn an_upstream_that_is_not_there_is_said_to_be() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let proxy = start([route(port)]);
    let answer = exchange(
        &proxy,
        b"GET /?a=secret HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(answer.contains("\"cause\":\"connect\""), "{answer}");
    assert!(!answer.contains("secret"), "{answer}");
}

#[test]
fn headers_are_removed_renamed_and_set_before_signing() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let mut route = route(server.port);
    route.headers.remove = vec!["x-private".parse().unwrap()];
    route.headers.rename = [("x-tenant", "x-amz-meta-tenant"), ("x-end", "x-last")]
        .map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()))
        .into();
    route.headers.set = vec![("x-amz-meta-by".parse().unwrap(), "proxy".parse().unwrap())];
    let proxy = start([route]);
    let request =
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-private: 1\r\nx-tenant: 2\r\n\
                    x-end: 1\r\nx-amz-meta-by: me\r\nx-end: 2\r\n\r\n";
    let answer = exchange(&proxy, request);
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    let seen = server.seen().remove(0);
    assert_eq!(seen.header("x-private"), None);
    assert_eq!(seen.header("x-tenant"), None);
    assert_eq!(seen.header("x-amz-meta-tenant"), Some("2"));
    let last = seen.headers.iter().filter(|(name, _)| name == "x-last");
    assert!(last.map(|(_, value)| &value[..]).eq([b"1", b"2"]));
    assert_eq!(seen.header("x-amz-meta-by"), Some("proxy"));
    let signed = seen.header("authorization").unwrap();
    assert!(
        signed.contains("x-amz-meta-by;x-amz-meta-tenant"),
        "{signed}"
    );
    seen.verify(seen.signed_at());
}

/// The answer is there to be read, though its request is not: a connection that is closed on
/// unread bytes would be reset.
#[test]
fn who_is_refused_gets_to_read_why() {
    let mut route = route(9);
    route.prefix = "/other".into();
    let proxy = start([route]);
    let mut request =
        b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 900000\r\n\r\n"
            .to_vec();
    request.resize(request.len() + 900_000, b'a');
    for _ in 0..20 {
        let answer = exchange(&proxy, &request);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    }
}

/// It is the route that makes it so long, and not the caller who left something out.
#[test]
fn a_target_that_a_route_makes_too_long() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let mut based = route(server.port);
    based.add_prefix = "/base".into();
    let mut settings = settings([based]);
    settings.limits.head = 1 << 17;
    let proxy = Proxy::new(settings).start().unwrap();
    for (length, status, says) in [
        (65_529, "204 ", ""),
        (
            65_530,
            "414 ",
            "the target has 65535 bytes, and no URI has more than 65534",
        ),
    ] {
        let path = format!("/{}", "a".repeat(length - 1));
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert!(answer.contains(says), "{answer}");
        assert_eq!(
            answer.contains("x-sigv4-proxy-error: head_too_long"),
            !says.is_empty()
        );
    }
    assert_eq!(server.seen().len(), 1);
}

/// Neither which of them have routes, nor as much as they like.
#[test]
fn callers_do_not_choose_what_is_said_of_hosts() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut here = route(server.port);
    here.host = Some("here".into());
    here.prefix = "/a".into();
    let proxy = start([here]);
    let said = |host: &str| {
        let request = format!("GET /b HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = exchange(&proxy, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        body.replace(host, "HOST")
    };
    assert!(said("here").contains("HOST"));
    assert_eq!(said("here"), said("gone"));
    assert!(said(&"a".repeat(5_000)).len() < 500);
}
