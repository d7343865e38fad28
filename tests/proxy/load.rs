//! Many connections at once, while upstreams fail, bodies crawl, credentials rotate and settings are
//! loaded anew: each request ends right, or in the error of its own.
//!
//! `SIGV4_LOAD_REQUESTS=1000` is the long form: so many requests on each of the connections.

use crate::admin::{metrics_until, settled};
use crate::busy_upstream::{Busy, Meets, Rotating, body_of, read_head};
use crate::harness::{address, route, settings};
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
/// On each connection, where nothing else is asked for.
const REQUESTS: usize = 16;
/// What all that is kept for connections may grow by once each has been used, in KiB.
const GROWTH: usize = 4_096;

/// One caller: its requests after each other, on one connection for as long as that lasts.
async fn call(to: SocketAddr, first: usize, requests: usize) {
    let mut stream = BufReader::new(TcpStream::connect(to).await.unwrap());
    for number in first..first + requests {
        let meets = Meets::of(number);
        let host = if meets == Meets::NoRoute {
            "nowhere"
        } else {
            "here"
        };
        let (method, lengths) = match meets {
            Meets::SlowBodies => ("POST", "content-length: 11\r\n"),
            Meets::Malformed => ("POST", "content-length: 1\r\ncontent-length: 2\r\n"),
            _ => ("GET", ""),
        };
        let head = format!("{method} /{number} HTTP/1.1\r\nhost: {host}\r\n{lengths}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        if meets == Meets::SlowBodies {
            for piece in ["a ", "slow ", "body"] {
                yield_now().await;
                stream.write_all(piece.as_bytes()).await.unwrap();
            }
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
        let (status, error) = meets.status();
        assert_eq!(
            &head[9..12],
            status.to_string(),
            "{number} {meets:?}: {head}"
        );
        assert_eq!(
            header("x-sigv4-proxy-error"),
            error,
            "{number} {meets:?}: {head}"
        );
        let length: usize = header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        let is_whole = stream.read_exact(&mut body).await.is_ok();
        assert_eq!(is_whole, meets != Meets::HalfAnswer, "{number}");
        if is_whole && error.is_none() {
            assert_eq!(body, body_of(number).as_bytes());
        }
        if !is_whole || header("connection") == Some("close") {
            stream = BufReader::new(TcpStream::connect(to).await.unwrap());
        }
    }
}

async fn round(to: SocketAddr, requests: usize) {
    let mut callers = JoinSet::new();
    for caller in 0..CONNECTIONS {
        // Each begins elsewhere among what can be met.
        callers.spawn(call(to, caller, requests));
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
    let requests = std::env::var("SIGV4_LOAD_REQUESTS");
    let requests = requests.map_or(REQUESTS, |number| number.parse().unwrap());
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
            round(to, 16).await;
            let before = resident();
            round(to, requests).await;
            if let (Some(before), Some(after)) = (before, resident()) {
                let growth = after.saturating_sub(before);
                println!("{requests} requests a connection: {before} KiB, {after} KiB after");
                assert!(growth < GROWTH, "{before} KiB grew to {after} KiB");
            }
        });
        drop(over);
        reloading.join().unwrap()
    });

    let samples = settled(&proxy);
    let all = (CONNECTIONS * (requests + 16)) as f64;
    let numbers =
        || (0..CONNECTIONS).flat_map(|first| (first..first + 16).chain(first..first + requests));
    let count = |meets: Meets| {
        numbers()
            .filter(|number| Meets::of(*number) == meets)
            .count() as f64
    };
    let refusals =
        |cause: &str| samples.get(&format!("sigv4_proxy_refusals_total{{cause=\"{cause}\"}}"));
    assert_eq!(refusals("no_route"), count(Meets::NoRoute));
    assert_eq!(refusals("upstream"), count(Meets::Reset));
    assert_eq!(refusals("malformed"), count(Meets::Malformed));
    let of_three = count(Meets::NoRoute) + count(Meets::Reset) + count(Meets::Malformed);
    assert_eq!(samples.sum("sigv4_proxy_refusals_total"), of_three);
    let broken_off = samples.get("sigv4_proxy_broken_off_total{side=\"upstream\"}");
    assert_eq!(broken_off, count(Meets::HalfAnswer));
    assert_eq!(
        samples.get("sigv4_proxy_broken_off_total{side=\"caller\"}"),
        0.0
    );
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
