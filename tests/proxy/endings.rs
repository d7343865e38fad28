//! Answers and tunnels that end before their end: the log says who ended them, and why.

use crate::admin::{metrics_until, start as with_admin};
use crate::by_hand::{ByHand, upstream};
use crate::deadline::until;
use crate::h2_upstream::over_h2;
use crate::harness::{exchange, route, start};
use crate::logs;
use crate::openmetrics::Samples;
use crate::server::{Act, Server, response, send};
use sigv4::proxy::{Proxy, Route};
use std::io::Read;
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(100);

/// What stands behind the times in the line of a path that no other test has, and its level.
fn ended(path: &str) -> String {
    let line = until("a line in the log", || {
        let mut lines = logs::lines().into_iter();
        lines.find(|line| line.contains(&format!(" {path} ")))
    });
    let level = line.split(' ').next().unwrap();
    match line.split_once(" ended_by=") {
        Some((_, ending)) => format!("{level} {ending}"),
        None => panic!("{line}"),
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

fn upgrade(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"
    )
}

const SWITCHED: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";

fn impatient(mut route: Route) -> Route {
    (route.times.idle, route.times.tunnel) = (SOON, SOON);
    route
}

fn broken_off(samples: &Samples, side: &str) -> f64 {
    samples.get(&format!("sigv4_proxy_broken_off_total{{side=\"{side}\"}}"))
}

#[test]
fn what_an_upstream_did_not_finish() {
    logs::capture();
    for (path, body, act, why) in [
        (
            "/stalls",
            "content-length: 9\r\n\r\nan",
            Act::Stall,
            "sent nothing for 100ms",
        ),
        (
            "/closes",
            "content-length: 9\r\n\r\nan",
            Act::Close,
            "closed the connection in the middle",
        ),
        (
            "/closes-in-chunks",
            "transfer-encoding: chunked\r\n\r\n2\r\nan\r\n",
            Act::Close,
            "closed the connection in the middle",
        ),
        (
            "/resets",
            "content-length: 9\r\n\r\nan",
            Act::Reset,
            "reset the connection",
        ),
        (
            "/no-chunk",
            "transfer-encoding: chunked\r\n\r\nan\r\n",
            Act::Stall,
            "sent what is not HTTP",
        ),
    ] {
        let server = Server::script(vec![vec![send(&format!("HTTP/1.1 200 OK\r\n{body}")), act]]);
        let proxy = with_admin([impatient(route(server.port))]);
        let mut caller = ByHand::call(&proxy);
        caller.send(get(path));
        caller.head();
        caller.rest();
        assert_eq!(
            ended(path),
            format!("WARN upstream why=\"{why}\""),
            "{path}"
        );
        metrics_until("an answer broken off", &proxy, |samples| {
            broken_off(samples, "upstream") == 1.0
        });
    }
}

#[test]
fn callers_who_take_nothing_or_leave() {
    logs::capture();
    let long = vec![0; 32 << 20];
    let server = Server::new(move |_| vec![response("200 OK", "", &long)]);
    let proxy = with_admin([impatient(route(server.port))]);
    let mut stalled = ByHand::call(&proxy);
    stalled.send(get("/untaken"));
    stalled.head();
    assert_eq!(
        ended("/untaken"),
        "INFO caller why=\"took nothing for 100ms\""
    );
    drop(stalled);
    let mut leaving = ByHand::call(&proxy);
    leaving.send(get("/left"));
    leaving.head();
    drop(leaving);
    assert_eq!(ended("/left"), "INFO caller");
    metrics_until("answers broken off", &proxy, |samples| {
        broken_off(samples, "caller") == 2.0 && broken_off(samples, "upstream") == 0.0
    });
}

/// An HTTP/2 frame.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![0, high, low, kind, flags, 0, 0, 0, stream];
    frame.extend(payload);
    frame
}

/// An upstream of HTTP/2 that begins its answer, where it is to, and ends the connection in a GOAWAY that knows of
/// no stream, with as much debug data as a frame can have.
fn going_away(begins: Option<Receiver<()>>) -> (u16, JoinHandle<usize>) {
    upstream(move |mut proxy| {
        let mut read = |length| {
            let mut bytes = vec![0; length];
            proxy.0.read_exact(&mut bytes).unwrap();
            bytes
        };
        read(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len());
        loop {
            let head = read(9);
            read(u16::from_be_bytes([head[1], head[2]]).into());
            if head[3] == 1 {
                break;
            }
        }
        proxy.send(frame(4, 0, 0, &[]));
        if let Some(goes) = begins {
            // The status 200 (RFC 7541, appendix A).
            proxy.send(frame(1, 0x4, 1, b"\x88"));
            goes.recv().unwrap();
        }
        let mut goaway = vec![0, 0, 0, 0, 0, 0, 0, 2];
        goaway.extend(
            CHOSEN
                .repeat((16_384 - goaway.len()) / CHOSEN.len())
                .bytes(),
        );
        proxy.send(frame(7, 0, 0, &goaway));
        proxy.rest()
    })
}

const CHOSEN: &str = "chosen by upstream;";

#[test]
fn what_an_upstream_says_in_going_away_is_not_logged() {
    logs::capture();
    let (go, goes) = mpsc::channel();
    let (port, served) = going_away(Some(goes));
    let proxy = start([over_h2(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(get("/went-away"));
    caller.head();
    go.send(()).unwrap();
    caller.rest();
    served.join().unwrap();
    assert_eq!(
        ended("/went-away"),
        "WARN upstream why=\"ended the connection: unexpected internal error encountered\""
    );

    let (port, served) = going_away(None);
    let proxy = start([over_h2(port)]);
    let answer = exchange(&proxy, get("/no-answer").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    served.join().unwrap();
    until("a line in the log", || {
        let mut lines = logs::lines().into_iter();
        lines.find(|line| line.contains(" /no-answer "))
    });
    let lines = logs::lines().into_iter();
    let of_proxy = lines.filter(|line| line.contains(" sigv4::"));
    for line in of_proxy {
        assert!(!line.contains(CHOSEN), "{line}");
    }
}

/// Who takes it after all finds it gone; that is nothing of the upstream's.
#[test]
fn a_stream_that_is_taken_too_late() {
    logs::capture();
    // More than is taken before there is a window for it.
    let long = vec![0; 1 << 20];
    let server = Server::new(move |_| vec![response("200 OK", "", &long)]);
    let mut settings = crate::harness::settings([impatient(route(server.port))]);
    settings.limits.upstream_connections = 1;
    settings.admin = Some("127.0.0.1:0".parse().unwrap());
    let proxy = Proxy::new(settings).start().unwrap();
    let mut caller = ByHand::call(&proxy);
    caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    // SETTINGS_INITIAL_WINDOW_SIZE is 0.
    caller.send(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    // GET, http, the path, the host (RFC 7541, appendix A).
    let head = [&b"\x82\x86\x04\x05/late\x01\x09localhost"[..]].concat();
    caller.send(frame(1, 0x5, 1, &head));
    // Its place is free once it is given up.
    server.seen_at_least(1, crate::deadline::LONG);
    assert!(exchange(&proxy, get("/other").as_bytes()).starts_with("HTTP/1.1 200 "));
    caller.send(frame(8, 0, 1, &[0, 1, 0, 0]));
    assert_eq!(ended("/late"), "INFO caller why=\"took nothing for 100ms\"");
    metrics_until("an answer broken off", &proxy, |samples| {
        broken_off(samples, "caller") == 1.0 && broken_off(samples, "upstream") == 0.0
    });
}

#[test]
fn tunnels_say_what_ended_them() {
    logs::capture();
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send(SWITCHED);
        proxy.rest()
    });
    let proxy = with_admin([impatient(route(port))]);
    let mut caller = ByHand::call(&proxy);
    caller.send(upgrade("/idle-tunnel"));
    caller.rest();
    assert_eq!(
        ended("/idle-tunnel"),
        "INFO proxy why=\"nothing passed for 100ms\""
    );
    metrics_until("a tunnel broken off", &proxy, |samples| {
        broken_off(samples, "proxy") == 1.0
    });
    served.join().unwrap();

    // What is unread when it is closed makes the kernel send a reset.
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send(SWITCHED);
        proxy.0.peek(&mut [0]).unwrap();
    });
    let proxy = start([route(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(upgrade("/reset-by-upstream"));
    caller.head();
    caller.send("unread");
    served.join().unwrap();
    caller.rest();
    assert_eq!(
        ended("/reset-by-upstream"),
        "WARN upstream why=\"reset the connection\""
    );

    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send(format!("{SWITCHED}unread"));
        proxy.rest()
    });
    let proxy = start([route(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(upgrade("/reset-by-caller"));
    caller.head();
    caller.0.peek(&mut [0]).unwrap();
    drop(caller);
    served.join().unwrap();
    assert_eq!(
        ended("/reset-by-caller"),
        "INFO caller why=\"reset the connection\""
    );
}

#[test]
fn what_the_end_of_a_drain_cuts_is_the_proxys() {
    logs::capture();
    let server = Server::new(|number| match number {
        0 => vec![
            send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nan"),
            Act::Stall,
        ],
        _ => vec![send(SWITCHED), Act::Stall],
    });
    let proxy = start([route(server.port)]);
    let mut callers = [ByHand::call(&proxy), ByHand::call(&proxy)];
    callers[0].send(get("/cut"));
    callers[0].head();
    callers[1].send(upgrade("/cut-tunnel"));
    callers[1].head();
    proxy.drain(Duration::from_millis(50));
    for path in ["/cut", "/cut-tunnel"] {
        assert_eq!(
            ended(path),
            "INFO proxy why=\"the time to drain was over\"",
            "{path}"
        );
    }
}
