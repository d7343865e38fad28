//! Many connections at once, while upstreams fail, bodies crawl, credentials rotate and settings are
//! loaded anew: each request ends right, or in the error of its own.
//!
//! `SIGV4_LOAD_REQUESTS=1000` is the long form: so many requests on each of the connections.

use crate::admin::{metrics, settled};
use crate::harness::{address, route, settings};
use crate::server::{Seen, parse_head};
use sigv4::proxy::{Keys, Proxy, Route, Running, Settings, Upstream};
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use sigv4::{Claim, Credentials, Payload, Policy, Request};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, yield_now};

const CONNECTIONS: usize = 64;
/// On each connection, where nothing else is asked for.
const REQUESTS: usize = 16;
const LARGE: usize = 100_000;
/// What all that is kept for connections may grow by once each has been used, in KiB.
const GROWTH: usize = 4_096;

/// What one request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meets {
    Answer,
    LargeAnswer,
    /// The caller's body comes in pieces, and so does the answer.
    SlowBodies,
    Refusal,
    /// The upstream leaves without an answer.
    Reset,
    /// The upstream leaves in mid-answer.
    HalfAnswer,
    NoRoute,
    /// Two lengths: no server may guess which.
    Malformed,
}

impl Meets {
    fn of(number: usize) -> Self {
        match number % 16 {
            0..8 => Self::Answer,
            8 | 9 => Self::SlowBodies,
            10 => Self::LargeAnswer,
            11 => Self::Refusal,
            12 => Self::Reset,
            13 => Self::HalfAnswer,
            14 => Self::NoRoute,
            _ => Self::Malformed,
        }
    }

    /// Status, and the word of the proxy's own errors.
    fn status(self) -> (u16, Option<&'static str>) {
        match self {
            Self::Answer | Self::LargeAnswer | Self::SlowBodies | Self::HalfAnswer => (200, None),
            Self::Refusal => (403, None),
            Self::Reset => (502, Some("upstream")),
            Self::NoRoute => (404, Some("no_route")),
            Self::Malformed => (400, Some("malformed")),
        }
    }
}

fn body_of(number: usize) -> String {
    match Meets::of(number) {
        Meets::LargeAnswer => "x".repeat(LARGE),
        _ => format!("answer {number}"),
    }
}

/// Other keys every now and then.
struct Rotating(AtomicUsize);

fn secret_of(id: &str) -> String {
    format!("sEcReT/of/{id}")
}

impl ProvideCredentials for Rotating {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let id = format!("AKID{}", self.0.fetch_add(1, Ordering::SeqCst));
        let secret = secret_of(&id);
        let mut provided = ProvidedCredentials::new(Credentials::new(id, secret));
        let now = SystemTime::now();
        provided.ask_again_at = Some(now + Duration::from_millis(20));
        provided.expires_at = Some(now + Duration::from_secs(60));
        Ok(provided)
    }
}

/// An upstream on the executor of the test: what it does is in the path.
async fn upstream(listener: TcpListener, verified: Arc<AtomicUsize>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let verified = verified.clone();
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            while let Some(seen) = read_request(&mut stream).await {
                let number: usize = seen.target[1..].parse().unwrap();
                if number % 8 == 0 {
                    verify(&seen);
                    verified.fetch_add(1, Ordering::SeqCst);
                }
                let meets = Meets::of(number);
                if meets == Meets::Reset {
                    return;
                }
                let body = body_of(number);
                let (status, _) = meets.status();
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let half = body.len() / 2;
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(&body.as_bytes()[..half]).await.unwrap();
                match meets {
                    Meets::HalfAnswer => return,
                    Meets::SlowBodies => tokio::time::sleep(Duration::from_millis(1)).await,
                    _ => {}
                }
                stream.write_all(&body.as_bytes()[half..]).await.unwrap();
            }
        });
    }
}

fn verify(seen: &Seen) {
    let headers = seen.headers.iter();
    let headers: Vec<_> = headers.map(|(name, value)| (&**name, &**value)).collect();
    let request = Request {
        method: &seen.method,
        target: &seen.target,
        headers: &headers,
        payload: Payload::Bytes(&seen.body),
    };
    let claim = Claim::from_request(&request).unwrap();
    let key = claim.signing_key(&secret_of(claim.access_key_id()));
    let policy = Policy::new(&["us-east-1"], "execute-api");
    claim
        .verify(&key, &request, &policy, seen.signed_at())
        .unwrap();
}

/// `None` at the end of the connection.
async fn read_head(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    head.truncate(head.len() - 4);
    Some(head)
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut seen = parse_head(&read_head(stream).await?);
    let length = seen
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}

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
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let verified = Arc::new(AtomicUsize::new(0));
    runtime.spawn(upstream(listener, verified.clone()));
    let source: Box<dyn ProvideCredentials> = Box::new(Rotating(AtomicUsize::new(0)));
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
    while metrics(&proxy).get("sigv4_proxy_connections{side=\"callers\"}") > 0.0 {}
    drop(runtime);
    while metrics(&proxy).get("sigv4_proxy_connections{side=\"upstreams\"}") > 0.0 {}
    proxy.drain(Duration::from_secs(60));
}
