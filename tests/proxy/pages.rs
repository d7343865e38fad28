//! Where whoever is on this machine may call, pages in its browsers may not.

use crate::admin::start as with_admin;
use crate::harness::{exchange, patient, route, settings, start};
use crate::server::{Server, response};
use sigv4::proxy::{Allow, Listen, Proxy, Upstream};
use std::io::{Read, Write};
use std::net::TcpStream;

/// A name that a stranger's server answers for can lead here at any time.
#[test]
fn names_that_strangers_can_point_here_are_refused() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut own = route(server.port);
    (own.host, own.prefix) = (Some("own.example".into()), "/own".into());
    let mut tunnel = route(server.port);
    if let Upstream::Fixed { sign_host, .. } = &mut tunnel.upstream {
        *sign_host = Some("search.example:4443".parse().unwrap());
    }
    let proxy = start([own, tunnel]);
    for (host, target, passes) in [
        ("127.0.0.1:8080", "/", true),
        ("[::1]:8080", "/", true),
        ("[::1]", "/", true),
        ("localhost", "/", true),
        ("LOCALHOST:1", "/", true),
        ("search.localhost:8080", "/", true),
        ("own.example:8080", "/own", true),
        ("own.example", "/", false),
        ("search.example", "/", true),
        ("evil.example:8080", "/", false),
        ("notlocalhost", "/", false),
        ("localhost.evil.example", "/", false),
        ("a.search.example", "/", false),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let before = server.seen().len();
        let answer = exchange(&proxy, request.as_bytes());
        let status = if passes {
            "HTTP/1.1 200 "
        } else {
            "HTTP/1.1 403 "
        };
        assert!(answer.starts_with(status), "{host}: {answer}");
        if !passes {
            assert!(answer.contains("\"cause\":\"not_allowed\""), "{answer}");
            assert!(answer.contains("give the route host"), "{answer}");
        }
        assert_eq!(server.seen().len() > before, passes, "{host}");
    }
}

/// A name that a stranger's server answers for can lead here at any time, and what is counted names the routes.
#[test]
fn the_second_port_refuses_such_names_too() {
    let local = with_admin([route(1)]);
    let mut beyond = settings([route(1)]);
    beyond.admin = Some("0.0.0.0:0".parse().unwrap());
    beyond.beyond_loopback = true;
    let beyond = Proxy::new(beyond).start().unwrap();
    for (host, is_own) in [
        ("host: 127.0.0.1:9090\r\n", true),
        ("host: [::1]:9090\r\n", true),
        ("host: LocalHost\r\n", true),
        ("host: proxy.localhost:9090\r\n", true),
        // As probes of HTTP/1.0 are.
        ("", true),
        ("host: evil.example:9090\r\n", false),
        ("host: localhost.evil.example\r\n", false),
        ("host: localhost\r\nhost: evil.example\r\n", false),
    ] {
        for (proxy, passes) in [(&local, is_own), (&beyond, true)] {
            let port = proxy.admin().unwrap().port();
            let mut stream = patient(TcpStream::connect(("127.0.0.1", port)).unwrap());
            let request = format!("GET /metrics HTTP/1.1\r\nconnection: close\r\n{host}\r\n");
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let status = if passes { "200" } else { "403" };
            let starts = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&starts), "{host} {answer}");
            assert_eq!(answer.contains("sigv4_proxy_"), passes, "{answer}");
        }
    }
}

/// What is loaded later may name another address, which takes a restart: the port is where it is.
#[test]
fn settings_that_name_another_address_do_not_let_pages_in() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = start([route(server.port)]);
    let request = b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    for listen in [
        Listen::Tcp("0.0.0.0:8080".parse().unwrap()),
        Listen::Unix("/nowhere".into()),
    ] {
        let mut elsewhere = settings([route(server.port)]);
        elsewhere.listen = listen;
        elsewhere.beyond_loopback = true;
        proxy.reload(elsewhere).unwrap();
        let answer = exchange(&proxy, request);
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
    assert_eq!(server.seen().len(), 0);
}

/// The other way round: who comes by name to a port that others may reach is let in.
#[test]
fn settings_that_name_loopback_keep_nobody_out_who_may_come() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut everywhere = settings([route(server.port)]);
    everywhere.listen = Listen::Tcp("0.0.0.0:0".parse().unwrap());
    everywhere.beyond_loopback = true;
    let proxy = Proxy::new(everywhere).start().unwrap();
    proxy.reload(settings([route(server.port)])).unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: proxy.example\r\nconnection: close\r\n\r\n";
    let answer = exchange(&proxy, request);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn pages_of_other_origins_are_refused() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = start([route(server.port)]);
    for (headers, passes) in [
        ("sec-fetch-site: none\r\n", true),
        (
            "sec-fetch-site: same-origin\r\norigin: http://localhost:8080\r\n",
            true,
        ),
        ("origin: https://LOCALHOST:8080\r\n", true),
        ("sec-fetch-site: cross-site\r\n", false),
        ("sec-fetch-site: same-site\r\n", false),
        ("origin: http://localhost:3000\r\n", false),
        ("origin: http://evil.example\r\n", false),
        ("origin: null\r\n", false),
    ] {
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost:8080\r\nconnection: close\r\n{headers}\r\n"
        );
        let answer = exchange(&proxy, request.as_bytes());
        let status = if passes {
            "HTTP/1.1 200 "
        } else {
            "HTTP/1.1 403 "
        };
        assert!(answer.starts_with(status), "{headers}: {answer}");
    }
    assert_eq!(server.seen().len(), 3);
}

/// A browser says where a request comes from only to names that it trusts: over http those of its own machine.
/// A picture or a script has no origin, either.
#[test]
fn browsers_that_do_not_say_which_page_asks_are_refused() {
    const BROWSER: &str =
        "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n";
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut own = route(server.port);
    own.host = Some("search.internal".into());
    let proxy = start([own, route(server.port)]);
    let mut passed = 0;
    for (host, browser, headers, passes) in [
        ("search.internal:8080", true, "", false),
        ("192.0.2.1:8080", true, "", false),
        (
            "search.internal:8080",
            true,
            "sec-fetch-site: none\r\n",
            true,
        ),
        (
            "search.internal:8080",
            true,
            "origin: http://search.internal:8080\r\n",
            true,
        ),
        (
            "search.internal:8080",
            true,
            "referer: http://search.internal:8080/a?b=//c\r\n",
            true,
        ),
        (
            "search.internal",
            true,
            "referer: http://search.internal\r\n",
            true,
        ),
        (
            "search.internal:8080",
            true,
            "referer: http://evil.example/search.internal:8080/\r\n",
            false,
        ),
        (
            "search.internal:8080",
            true,
            "referer: http://search.internal:8081/\r\n",
            false,
        ),
        ("search.internal:8080", false, "", true),
        ("127.0.0.1:8080", true, "", true),
        ("search.localhost:8080", true, "", true),
        // Of a browser that says nothing anywhere.
        (
            "localhost:8080",
            true,
            "referer: https://evil.example/\r\n",
            false,
        ),
    ] {
        let agent = if browser {
            BROWSER
        } else {
            "user-agent: curl/8.5.0\r\n"
        };
        let request = format!(
            "GET /?Action=DeleteUser HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{agent}{headers}\r\n"
        );
        let answer = exchange(&proxy, request.as_bytes());
        let status = if passes {
            "HTTP/1.1 200 "
        } else {
            "HTTP/1.1 403 "
        };
        assert!(answer.starts_with(status), "{host} {headers}: {answer}");
        assert_eq!(answer.contains("\"cause\":\"not_allowed\""), !passes);
        passed += usize::from(passes);
    }
    assert_eq!(server.seen().len(), passed);
}

/// Where callers name the host, nothing but the host is theirs to choose.
#[test]
fn hosts_of_callers_have_no_other_port() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut route = route(server.port);
    route.upstream = Upstream::CallersHost { roots: None };
    route.allow = Allow {
        hosts: vec!["127.0.0.1".into()],
        ..Allow::default()
    };
    let proxy = start([route]);
    let request = format!(
        "GET / HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n",
        server.port
    );
    let answer = exchange(&proxy, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("\"cause\":\"not_allowed\""), "{answer}");
    assert!(answer.contains("its port is not that of https"), "{answer}");
    assert_eq!(server.connections(), 0);
    // With nothing but the host's own port left, it is asked whether it is listed.
    let answer = exchange(
        &proxy,
        b"GET / HTTP/1.1\r\nhost: elsewhere.example\r\nconnection: close\r\n\r\n",
    );
    assert!(
        answer.contains(
            r#"the host \"elsewhere.example\" may not be called: no pattern of the hosts"#
        ),
        "{answer}"
    );
}
