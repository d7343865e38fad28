//! What the layers cost: an axum handler without and with `VerifyLayer`, over sockets, in turns;
//! and the time that `SignLayer` adds to a request.
//!
//! ```text
//! cargo bench --bench layers --features axum
//! ```
//!
//! `REQUESTS` (4,000 a round), `ROUNDS` (45) and `CONNECTIONS` (16) in the environment change the run.
//! `ONLY` names one server, and nothing else is called: to count its instructions by callgrind, which
//! another program's work does not disturb.
//! Rounds are short and many: what else the machine does then falls on each server alike. All callers
//! are one thread that never sleeps, and the server has the other processors: a server that answers
//! callers on its own machine wakes them, and the slower it answers the more often they sleep, so that
//! waking them would be measured with the layer. Clients elsewhere are not woken by it. With `SLEEP` they
//! sleep, as wrk's do, and with `ONLY`; the server then has all processors.

use axum::routing::get;
use axum::{Router, ServiceExt};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sigv4::tower::{Asked, Body, BoxError, KnownKey, LookUp, SignLayer, VerifyLayer};
use sigv4::{Credentials, Payload, Policy, Scope, Signer, SigningKey, Timestamp};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hint::black_box;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::layer::layer_fn;
use tower::{Layer, Service};

const WORKER: &str = "server";

const TIME: &str = "20150830T123600Z";

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect(name))
    };
    let (requests, rounds) = (number("REQUESTS", 4_000), number("ROUNDS", 45));
    let connections = number("CONNECTIONS", 16);
    let only = std::env::var("ONLY").ok();
    let never_sleep = only.is_none() && std::env::var_os("SLEEP").is_none();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let for_server = processors.saturating_sub(usize::from(never_sleep)).max(1);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(for_server)
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
    let around = secrets.layer(plain.clone());
    let servers = [
        ("no layer", serve(&runtime, plain.clone())),
        (
            "a layer that does nothing",
            serve(&runtime, plain.clone().layer(layer_fn(Nothing))),
        ),
        ("VerifyLayer", serve(&runtime, plain.clone().layer(secrets))),
        (
            "VerifyLayer, derived keys",
            serve(&runtime, plain.layer(derived)),
        ),
        ("VerifyLayer around the router", {
            let (address, listener) = listen(&runtime);
            let service = ServiceExt::<axum::extract::Request>::into_make_service(around);
            runtime.spawn(async move { axum::serve(listener, service).await });
            address
        }),
    ];
    let is_wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let servers: Vec<_> = servers
        .into_iter()
        .filter(|(name, _)| is_wanted(name))
        .collect();
    assert!(!servers.is_empty(), "no server has the name in ONLY");

    let callers = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let request = signed();
    println!(
        "{connections} connections, {} bytes a request",
        request.len()
    );
    let mut by_clock = vec![Vec::new(); servers.len()];
    let mut by_cpu = by_clock.clone();
    let mut rates_of = by_clock.clone();
    for _ in 0..rounds {
        let rates = servers.iter().map(|&(_, address)| {
            let (start, worked) = (Instant::now(), cpu_of_server());
            callers.block_on(async {
                let calls = (0..connections).map(|_| {
                    let request = request.clone();
                    tokio::spawn(call(address, request, requests / connections))
                });
                let awake = tokio::spawn(async move {
                    if never_sleep {
                        loop {
                            tokio::task::yield_now().await;
                        }
                    }
                });
                for call in calls.collect::<Vec<_>>() {
                    call.await.expect("answered");
                }
                awake.abort();
            });
            let done = (requests / connections * connections) as f64;
            let took = start.elapsed().as_secs_f64();
            // How many a server that is always busy could answer: its callers' work, on the same
            // processor, is not in it.
            let worked = cpu_of_server().zip(worked).map(|(end, start)| end - start);
            (done / took, done / worked.unwrap_or(took))
        });
        let rates: Vec<_> = rates.collect();
        let (without, without_cpu) = rates[0];
        for (at, (rate, rate_cpu)) in rates.into_iter().enumerate() {
            by_clock[at].push(rate / without);
            by_cpu[at].push(rate_cpu / without_cpu);
            rates_of[at].push(rate);
        }
    }
    let rates = rates_of
        .into_iter()
        .map(|rates| format!("{:.0}", median(rates)));
    let rates: Vec<_> = rates.collect();
    println!("requests a second: {}", rates.join(", "));
    for ((name, _), (by_clock, by_cpu)) in servers.iter().zip(by_clock.into_iter().zip(by_cpu)) {
        let (by_clock, by_cpu) = (median(by_clock), median(by_cpu));
        println!("{name}: {by_clock:.2} of the requests a second, {by_cpu:.2} by the server's CPU");
    }
    if only.is_some() {
        return;
    }

    // Many at a time: a thread's clock has steps of milliseconds.
    let microseconds = (0..rounds).map(|_| runtime.block_on(signing(requests * 10)));
    let microseconds = median(microseconds.collect());
    println!("SignLayer: {microseconds:.2} µs of CPU a request");
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

fn listen(runtime: &tokio::runtime::Runtime) -> (SocketAddr, tokio::net::TcpListener) {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a socket");
    (listener.local_addr().expect("an address"), listener)
}

fn serve(runtime: &tokio::runtime::Runtime, app: Router) -> SocketAddr {
    let (address, listener) = listen(runtime);
    runtime.spawn(async move { axum::serve(listener, app).await });
    address
}

/// What any layer that waits costs in axum: a copy of the service and a future in a box.
#[derive(Clone)]
struct Nothing<S>(S);

impl<S, B> Service<Request<B>> for Nothing<S>
where
    S: Service<Request<B>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let clone = self.0.clone();
        let mut inner = std::mem::replace(&mut self.0, clone);
        Box::pin(async move { inner.call(request).await })
    }
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

async fn call(address: SocketAddr, request: Vec<u8>, times: usize) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut answer = [0; 4096];
    for _ in 0..times {
        stream.write_all(&request).await.expect("sent");
        let mut length = 0;
        while !answer[..length].ends_with(b"hello") {
            let read = stream.read(&mut answer[length..]).await.expect("an answer");
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
