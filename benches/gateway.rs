//! Load on the embedded gateway: requests per second over kept-alive connections, and the
//! memory of the process as the requests go by. The callers sign nothing anew: every
//! request is the same bytes, so what is measured is the gateway and the sockets.
//!
//! ```text
//! cargo bench --bench gateway --features gateway
//! ```
//!
//! `REQUESTS` (100,000) and `CONNECTIONS` (8) in the environment change the run.

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
    let gateway = Gateway::new(api, principals)
        .with_clock(|| Timestamp::parse(NOW).expect("a time"))
        .with_limits(limits)
        .start()
        .expect("a gateway");
    let address = gateway.address();
    let request = signed();

    println!(
        "{connections} connections, {} bytes a request",
        request.len()
    );
    let mut done = 0;
    for part in [requests / 100, requests - requests / 100] {
        let start = Instant::now();
        let each = part / connections;
        std::thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| call(address, &request, each));
            }
        });
        done += each * connections;
        println!(
            "after {done:>6} requests: {:>8.0} requests/s, {} resident",
            (each * connections) as f64 / start.elapsed().as_secs_f64(),
            resident()
        );
    }
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
