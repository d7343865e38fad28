//! Load on the embedded gateway: requests per second over kept-alive connections, and the
//! memory of the process as the requests go by. The callers sign nothing anew: every
//! request is the same bytes, so what is measured is the gateway and the sockets.
//!
//! ```text
//! cargo bench --bench gateway --features gateway
//! ```
//!
//! `REQUESTS` (100,000) and `CONNECTIONS` (8) in the environment change the run. With feature
//! `inspect`, the same with the inspector on and off in turns: what it costs while nobody looks.

use sigv4::gateway::{Api, Gateway, Limits, Principals};
use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const NOW: &str = "20150830T123600Z";

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect(name))
    };
    let requests = number("REQUESTS", 100_000);
    let connections = number("CONNECTIONS", 8);

    let gateway = gateway().start().expect("a gateway");
    let address = gateway.address();
    let request = signed();

    println!(
        "{connections} connections, {} bytes a request",
        request.len()
    );
    let mut done = 0;
    for part in [requests / 100, requests - requests / 100] {
        let each = part / connections;
        done += each * connections;
        let rate = rate(address, &request, connections, each);
        println!(
            "after {done:>6} requests: {rate:>8.0} requests/s, {} resident",
            resident()
        );
    }
    #[cfg(feature = "inspect")]
    inspected(&request, connections, requests / 10 / connections);
}

/// Requests per second.
fn rate(address: SocketAddr, request: &str, connections: usize, each: usize) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| call(address, request, each));
        }
    });
    (each * connections) as f64 / start.elapsed().as_secs_f64()
}

/// Rounds of one and of the other in turns; of each the best, which was disturbed least.
#[cfg(feature = "inspect")]
fn inspected(request: &str, connections: usize, each: usize) {
    let off = gateway().start().expect("a gateway");
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let on = gateway()
        .with_inspector(free)
        .start()
        .expect("a gateway with an inspector");
    let mut best = [0.0_f64; 2];
    for _ in 0..ROUNDS {
        for (best, gateway) in best.iter_mut().zip([&off, &on]) {
            *best = best.max(rate(gateway.address(), request, connections, each));
        }
    }
    let [off, on] = best;
    println!(
        "inspector off: {off:.0} requests/s, on: {on:.0}, {:.3} of it",
        on / off
    );
}

#[cfg(feature = "inspect")]
const ROUNDS: usize = 15;

fn gateway() -> Gateway {
    let principals = Principals::from_json(
        r#"{ "principals": [{
            "arn": "arn:aws:iam::123456789012:user/load",
            "keys": [{ "access_key_id": "AKIDLOAD", "secret_access_key": "load" }],
            "policies": [{ "Statement": {
                "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }}]
        }]}"#,
    )
    .expect("principals");
    let api = Api::new("us-east-1", "123456789012", "load", "prod").expect("an API");
    let mut limits = Limits::default();
    limits.connection = Duration::from_secs(3600);
    Gateway::new(api, principals)
        .with_clock(|| Timestamp::parse(NOW).expect("a time"))
        .with_limits(limits)
}

fn signed() -> String {
    let host = "load.execute-api.us-east-1.amazonaws.com";
    let request = Request {
        method: "GET",
        target: "/prod/items?limit=10",
        headers: &[("host", host.as_bytes())],
        payload: Payload::EMPTY,
    };
    let signer = Signer::new(
        Credentials::new("AKIDLOAD", "load"),
        "us-east-1",
        "execute-api",
    );
    let at = Timestamp::parse(NOW).expect("a time");
    let signed = signer.sign(&request, at).expect("a signature");
    let mut text = format!("GET {} HTTP/1.1\r\nhost: {host}\r\n", signed.target());
    for (name, value) in signed.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n"
}

fn call(address: SocketAddr, request: &str, times: usize) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut answer = [0; 4096];
    for _ in 0..times {
        stream.write_all(request.as_bytes()).expect("a request");
        let mut length = 0;
        while !answer[..length].ends_with(b"]}") {
            let read = stream.read(&mut answer[length..]).expect("an answer");
            assert!(read > 0, "closed");
            length += read;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    }
}

/// What Linux says; elsewhere nothing does.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("unknown".into(), |size| size.trim().to_owned())
}
