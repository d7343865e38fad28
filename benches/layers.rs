//! What the layers cost: an axum handler with and without `VerifyLayer`, over sockets, in turns;
//! and the time that `SignLayer` adds to a request.
//!
//! ```text
//! cargo bench --bench layers --features axum
//! ```
//!
//! `REQUESTS` (20,000 a round), `ROUNDS` (9) and `CONNECTIONS` (16) in the environment change the run.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sigv4::tower::{Asked, Body, BoxError, KnownKey, LookUp, SignLayer, VerifyLayer};
use sigv4::{Credentials, Payload, Policy, Scope, Signer, SigningKey, Timestamp};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Instant;
use tower::{Layer, Service};

const WORKER: &str = "server";

const TIME: &str = "20150830T123600Z";

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect(name))
    };
    let (requests, rounds) = (number("REQUESTS", 20_000), number("ROUNDS", 9));
    let connections = number("CONNECTIONS", 16);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name(WORKER)
        .enable_all()
        .build()
        .expect("a runtime");

    let plain = Router::new().route("/prod/items", get(|| async { "hello" }));
    let keys = BTreeMap::from([(
        "AKIDEXAMPLE".to_owned(),
        KnownKey::new("not-a-real-secret", ()),
    )]);
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let secrets = VerifyLayer::new(&policy, keys, tokio::time::sleep).clock(time);
    let derived = VerifyLayer::new(&policy, Derived::new(), tokio::time::sleep).clock(time);
    let apps = [
        plain.clone(),
        plain.clone().layer(secrets),
        plain.layer(derived),
    ];
    let addresses = apps.map(|app| serve(&runtime, app));

    let request = signed();
    println!(
        "{connections} connections, {} bytes a request",
        request.len()
    );
    let mut by_clock = Ratios::default();
    let mut by_cpu = Ratios::default();
    for _ in 0..rounds {
        let rates = addresses.map(|address| {
            let (start, worked) = (Instant::now(), cpu_of_server());
            std::thread::scope(|scope| {
                for _ in 0..connections {
                    scope.spawn(|| call(address, &request, requests / connections));
                }
            });
            let done = (requests / connections * connections) as f64;
            let took = start.elapsed().as_secs_f64();
            // How many a server that is always busy could answer: its callers' work, on the same
            // processor, is not in it.
            let worked = cpu_of_server().zip(worked).map(|(end, start)| end - start);
            (done / took, done / worked.unwrap_or(took))
        });
        by_clock.push("requests a second", rates.map(|(by_clock, _)| by_clock));
        by_cpu.push(
            "a second of the server's CPU",
            rates.map(|(_, by_cpu)| by_cpu),
        );
    }
    by_clock.print("requests a second");
    by_cpu.print("requests a second of the server's CPU");

    let microseconds = (0..rounds).map(|_| runtime.block_on(signing(requests)));
    let microseconds = median(microseconds.collect());
    println!("SignLayer: {microseconds:.2} µs of CPU a request");
}

/// How many requests with the layer, for one without: with secrets, and with derived keys.
#[derive(Default)]
struct Ratios([Vec<f64>; 2]);

impl Ratios {
    fn push(&mut self, unit: &str, [without, secrets, derived]: [f64; 3]) {
        println!(
            "{without:.0} {unit}; behind VerifyLayer {secrets:.0}, of derived keys {derived:.0}"
        );
        self.0[0].push(secrets / without);
        self.0[1].push(derived / without);
    }

    fn print(self, unit: &str) {
        let [secrets, derived] = self.0.map(median);
        println!("VerifyLayer: {secrets:.2} of the {unit}, of derived keys {derived:.2}");
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn time() -> Timestamp {
    Timestamp::parse(TIME).expect("a time")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "not-a-real-secret")
}

fn serve(runtime: &tokio::runtime::Runtime, app: Router) -> SocketAddr {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a socket");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move { axum::serve(listener, app).await });
    address
}

/// As it goes over the wire.
fn signed() -> Vec<u8> {
    let mut request = Request::get("https://localhost/prod/items?limit=10")
        .body(())
        .expect("a request");
    let signer = Signer::new(credentials(), "us-east-1", "execute-api");
    signer
        .sign_http(&mut request, Payload::EMPTY, time())
        .expect("signed");
    let mut text = b"GET /prod/items?limit=10 HTTP/1.1\r\n".to_vec();
    for (name, value) in request.headers() {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text
}

fn call(address: SocketAddr, request: &[u8], times: usize) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut answer = [0; 4096];
    for _ in 0..times {
        stream.write_all(request).expect("sent");
        let mut length = 0;
        while !answer[..length].ends_with(b"hello") {
            let read = stream.read(&mut answer[length..]).expect("an answer");
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer[..length]));
            length += read;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}

/// Seconds that this thread has run, where Linux tells; otherwise those of the clock.
fn cpu() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanoseconds = told
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |time| time / 1e9)
}

/// Seconds that the server's threads have run, where Linux tells.
fn cpu_of_server() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?.flatten();
    let of_server = tasks.filter(|task| {
        let name = std::fs::read_to_string(task.path().join("comm"));
        name.is_ok_and(|name| name.trim() == WORKER)
    });
    let times = of_server.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    Some(times.sum::<f64>() / 1e9).filter(|time| *time > 0.0)
}

/// A store that keeps no secrets.
struct Derived(SigningKey);

impl Derived {
    fn new() -> Self {
        let at = time();
        let scope = Scope::new(&at, "us-east-1", "execute-api").expect("a scope");
        Self(SigningKey::derive("not-a-real-secret", &scope))
    }
}

impl LookUp for Derived {
    type Principal = ();

    async fn look_up(&self, _: &Asked<'_>) -> Result<Option<KnownKey<()>>, BoxError> {
        Ok(Some(KnownKey::derived(self.0.clone(), ())))
    }
}

/// Microseconds that the layer adds to a call of a client that sends nothing.
async fn signing(times: usize) -> f64 {
    let client = tower::service_fn(|request: Request<Body>| {
        black_box(request);
        std::future::ready(Ok::<_, Infallible>(()))
    });
    let layer = SignLayer::new(credentials(), "us-east-1", "execute-api");
    let mut signing = layer.layer(client);
    let mut plain = client;
    let request = || {
        Request::get("https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?limit=10")
            .body(Full::<Bytes>::default())
            .expect("a request")
    };
    let start = cpu();
    for _ in 0..times {
        let request = request().map(|_| Body::new(Bytes::new()));
        plain.call(request).await.expect("called");
    }
    let without = cpu() - start;
    let start = cpu();
    for _ in 0..times {
        signing.call(request()).await.expect("called");
    }
    (cpu() - start - without) * 1e6 / times as f64
}
