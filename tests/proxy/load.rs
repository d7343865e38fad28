//! Many connections at once, while upstreams fail, bodies crawl, credentials rotate and settings are
//! loaded anew: each request ends right, or in the error of its own.
//!
//! Every second caller speaks HTTP/2. `SIGV4_LOAD_REQUESTS=1000` is the long form: so many requests on each
//! of the connections, in rounds of 100, and bodies in files of 1 MiB.

use crate::admin::{metrics_until, settled};
use crate::busy_upstream::{Busy, Meets, Rotating, body_of, read_head};
use crate::callers_left;
use crate::harness::{address, route, settings};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sigv4::proxy::{Keys, Proxy, Route, Running, Settings, Upstream};
use sigv4::sources::{Cache, ProvideCredentials};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, yield_now};

const CONNECTIONS: usize = 64;

fn is_http2(caller: usize) -> bool {
    caller % 2 == 1
}

/// On each connection, where nothing else is asked for.
const REQUESTS: usize = 16;
/// And in a round of the long form.
const PART: usize = 100;
/// What all that is kept for connections may grow by once each has been used, in KiB.
const GROWTH: usize = 4_096;

/// What a request leaves behind is there after each later round, so that the least of those is more.
fn assert_flat(held: &[usize]) {
    let (first, second) = held.split_at(held.len() / 2);
    let (before, after) = (first.iter().min().unwrap(), second.iter().min().unwrap());
    let growth = after.saturating_sub(*before);
    assert!(
        growth < GROWTH,
        "{before} KiB grew to {after} KiB: {held:?}"
    );
}

/// What a caller sends of a body, and its length.
fn sends(meets: Meets, long: bool) -> Option<Vec<Bytes>> {
    let pieces = match meets {
        Meets::SlowBodies => ["a ", "slow ", "body"].map(Bytes::from).to_vec(),
        Meets::Spooled if long => vec![Bytes::from_static(&[b'x'; 16_384]); 64],
        // No longer than makes it a file.
        Meets::Spooled => vec![Bytes::from_static(&[b'x'; 16_384]); 5],
        _ => return None,
    };
    Some(pieces)
}

fn host_of(meets: Meets) -> &'static str {
    if meets == Meets::NoRoute {
        "nowhere"
    } else {
        "here"
    }
}

/// What came has to be what it meets. `error` is the proxy's own word, `body` what came of it, whole or not.
fn check(number: usize, meets: Meets, head: (u16, Option<&str>), body: &[u8], is_whole: bool) {
    assert_eq!(head, meets.status(), "{number} {meets:?}");
    assert_eq!(is_whole, meets != Meets::HalfAnswer, "{number}");
    if is_whole && head.1.is_none() {
        assert_eq!(body, body_of(number).as_bytes(), "{number}");
    }
}

/// One caller: its requests after each other, on one connection for as long as that lasts.
async fn call(to: SocketAddr, first: usize, requests: usize, long: bool) {
    let mut stream = BufReader::new(TcpStream::connect(to).await.unwrap());
    for number in first..first + requests {
        let meets = Meets::of(number);
        let body = sends(meets, long);
        let lengths = match &body {
            Some(body) => format!("content-length: {}\r\n", body.concat().len()),
            None if meets == Meets::Malformed => {
                "content-length: 1\r\ncontent-length: 2\r\n".into()
            }
            None => String::new(),
        };
        if meets == Meets::CallerLeaves {
            leave(stream, number).await;
            stream = BufReader::new(TcpStream::connect(to).await.unwrap());
            continue;
        }
        let method = if lengths.is_empty() { "GET" } else { "POST" };
        let host = host_of(meets);
        let head = format!("{method} /{number} HTTP/1.1\r\nhost: {host}\r\n{lengths}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        for piece in body.iter().flatten() {
            yield_now().await;
            stream.write_all(piece).await.unwrap();
        }
        let head = read_head(&mut stream).await;
        let head = head.unwrap_or_else(|| panic!("{number} {meets:?}: no answer"));
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        let length: usize = header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        let is_whole = stream.read_exact(&mut body).await.is_ok();
        let told = (head[9..12].parse().unwrap(), header("x-sigv4-proxy-error"));
        check(number, meets, told, &body, is_whole);
        if !is_whole || header("connection") == Some("close") {
            stream = BufReader::new(TcpStream::connect(to).await.unwrap());
        }
    }
}

/// Resets the connection once the proxy has begun to read the body.
async fn leave(mut stream: BufReader<TcpStream>, number: usize) {
    let head = format!(
        "POST /{number} HTTP/1.1\r\nhost: here\r\ncontent-length: 200000\r\nexpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let goes_on = read_head(&mut stream).await.unwrap();
    assert!(goes_on.starts_with(b"HTTP/1.1 100 "), "{number}");
    stream.write_all(&[b'x'; 100_000]).await.unwrap();
    stream.get_ref().set_zero_linger().unwrap();
}

/// The same over HTTP/2, which cannot say what is malformed: that is a request as others, and so is one of a
/// caller who would leave.
async fn call_http2(to: SocketAddr, first: usize, requests: usize, long: bool) {
    let stream = TokioIo::new(TcpStream::connect(to).await.unwrap());
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    for number in first..first + requests {
        let meets = Meets::of(number);
        let body = sends(meets, long);
        let method = if body.is_some() { "POST" } else { "GET" };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/{number}", host_of(meets)))
            .body(Full::<Bytes>::from(body.unwrap_or_default().concat()))
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let error = head.headers.get("x-sigv4-proxy-error");
        let told = (
            head.status.as_u16(),
            error.map(|error| error.to_str().unwrap()),
        );
        let body = body.collect().await.map(|body| body.to_bytes());
        let is_whole = body.is_ok();
        if meets == Meets::Malformed {
            assert_eq!((told, is_whole), ((400, None), true), "{number}");
        } else {
            check(number, meets, told, &body.unwrap_or_default(), is_whole);
        }
    }
    drop(sender);
    connection.await.unwrap().unwrap();
}

async fn round(to: SocketAddr, requests: usize, long: bool) {
    let mut callers = JoinSet::new();
    for caller in 0..CONNECTIONS {
        // Each begins elsewhere among what can be met.
        if is_http2(caller) {
            callers.spawn(call_http2(to, caller, requests, long));
        } else {
            callers.spawn(call(to, caller, requests, long));
        }
    }
    while let Some(outcome) = callers.join_next().await {
        outcome.unwrap();
    }
}

fn here(port: u16, keys: &Keys) -> Route {
    let mut route = route(port);
    route.host = Some("here".into());
    route.keys = keys.clone();
    route
}

/// With files that are not there every other time.
fn reloads(proxy: &Running, port: u16, keys: &Keys, is_over: &AtomicBool) -> usize {
    let mut count = 0;
    while !is_over.load(Ordering::SeqCst) {
        proxy.reload(settings([here(port, keys)])).unwrap();
        let mut broken = here(port, keys);
        if let Upstream::Fixed { roots, .. } = &mut broken.upstream {
            *roots = Some("/nowhere/roots.pem".into());
        }
        proxy.reload(settings([broken])).unwrap_err();
        count += 1;
        thread::sleep(Duration::from_millis(50));
    }
    count
}

/// What this process has in memory, in KiB.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn with_admin(route: Route) -> Settings {
    let mut settings = settings([route]);
    settings.admin = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    settings
}

/// Says that nothing else runs in this process: what it has in memory is the proxy's.
const ALONE: &str = "SIGV4_LOAD_ALONE";

/// Ends the reloads, whatever becomes of the requests.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn each_request_ends_right_or_in_an_error_of_its_own() {
    if std::env::var_os(ALONE).is_none() {
        let test = "load::each_request_ends_right_or_in_an_error_of_its_own";
        let alone = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&alone.stdout);
        print!("{said}");
        assert!(
            alone.status.success(),
            "{}",
            String::from_utf8_lossy(&alone.stderr)
        );
        assert!(said.contains("1 passed"), "{said}");
        return;
    }
    callers_left::count();
    let requests = std::env::var("SIGV4_LOAD_REQUESTS");
    let requests = requests.map_or(REQUESTS, |number| number.parse().unwrap());
    let long = requests > REQUESTS;
    // What callers meet at the same time differs from round to round, and so does what is needed for it.
    let rounds = if long {
        vec![PART; requests.div_ceil(PART).max(4)]
    } else {
        vec![16, requests]
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let verified = Arc::new(AtomicUsize::new(0));
    let upstream = Busy::start(verified.clone());
    let port = upstream.port;
    let source: Box<dyn ProvideCredentials> = Box::new(Rotating::default());
    let keys: Keys = Arc::new(Cache::new(source));
    let proxy = Proxy::new(with_admin(here(port, &keys))).start().unwrap();
    let to = address(&proxy);

    let is_over = AtomicBool::new(false);
    let reloads = thread::scope(|scope| {
        let reloading = scope.spawn(|| reloads(&proxy, port, &keys, &is_over));
        let over = Over(&is_over);
        runtime.block_on(async {
            let mut held = Vec::new();
            for round_of in &rounds {
                round(to, *round_of, long).await;
                held.extend(resident());
            }
            if held.is_empty() {
                return; // Where Linux does not tell.
            }
            println!("after rounds of {rounds:?} requests a connection, in KiB: {held:?}");
            assert_flat(&held);
        });
        drop(over);
        reloading.join().unwrap()
    });

    let samples = settled(&proxy);
    let all = (CONNECTIONS * rounds.iter().sum::<usize>()) as f64;
    let of = |callers: &[usize], meets: Meets| {
        let firsts = callers
            .iter()
            .flat_map(|first| rounds.iter().map(move |round| (*first, *round)));
        let numbers = firsts.flat_map(|(first, round)| first..first + round);
        numbers.filter(|number| Meets::of(*number) == meets).count() as f64
    };
    let callers: Vec<usize> = (0..CONNECTIONS).collect();
    let count = |meets: Meets| of(&callers, meets);
    let refusals =
        |cause: &str| samples.get(&format!("sigv4_proxy_refusals_total{{cause=\"{cause}\"}}"));
    assert_eq!(refusals("no_route"), count(Meets::NoRoute));
    assert_eq!(refusals("upstream"), count(Meets::Reset));
    let of_http1: Vec<usize> = (0..CONNECTIONS)
        .filter(|caller| !is_http2(*caller))
        .collect();
    let by_http1 = |meets: Meets| of(&of_http1, meets);
    let malformed = by_http1(Meets::Malformed);
    assert_eq!(refusals("malformed"), malformed);
    let left = by_http1(Meets::CallerLeaves);
    // A body that breaks off is one that is wrong, and nobody hears of it.
    assert_eq!(refusals("body"), left);
    let of_four = count(Meets::NoRoute) + count(Meets::Reset) + malformed + left;
    assert_eq!(samples.sum("sigv4_proxy_refusals_total"), of_four);
    let broken_off = samples.get("sigv4_proxy_broken_off_total{side=\"upstream\"}");
    assert_eq!(broken_off, count(Meets::HalfAnswer));
    let broken_off = samples.get("sigv4_proxy_broken_off_total{side=\"caller\"}");
    assert!(broken_off <= left, "{broken_off} of {left}");
    let (leaving, others) = callers_left::counted();
    assert_eq!((leaving as f64, others), (broken_off, 0));
    assert_eq!(samples.sum("sigv4_proxy_requests_total"), all);
    let failed = samples.get("sigv4_proxy_config_reloads_total{outcome=\"failed\"}");
    assert_eq!(failed, reloads as f64);
    assert!(reloads > 0 && verified.load(Ordering::SeqCst) > 0);

    // Nothing is left of it.
    let none = |side: &str| {
        let open = format!("sigv4_proxy_connections{{side=\"{side}\"}}");
        metrics_until("no connection", &proxy, |samples| samples.get(&open) == 0.0);
    };
    none("callers");
    drop(upstream);
    none("upstreams");
    proxy.drain(Duration::from_secs(60));
}
