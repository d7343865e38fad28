//! Load on the embedded gateway: requests per second over kept-alive connections, and the
//! memory of the process as the requests go by. The callers sign nothing anew: every
//! request is the same bytes, so what is measured is the gateway and the sockets.
//!
//! ```text
//! cargo bench --bench gateway --features gateway
//! ```
//!
//! `REQUESTS` (100,000) and `CONNECTIONS` (8) in the environment change the run.
//!
//! With feature `inspect` also what the inspector costs, as a ratio: gateways without and with one in turns, while
//! nobody looks and while a page takes the events. `ROUNDS` (150) are short and many, each a `ROUND` (1,000) of
//! requests, so that what else the machine does falls on each alike. All callers are one thread, as in wrk: with a
//! thread for each, most of what is measured is how they are woken. Beside the clock it tells how many requests
//! the gateway's thread answers in a second of its own, which a busy machine does not change as much.
//! `INSPECTOR_LEAST=0.9` fails where less than that is left by the latter.

#[path = "load/mod.rs"]
mod load;

use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

fn main() {
    let (requests, connections) = (number("REQUESTS", 100_000), number("CONNECTIONS", 8));
    let callers = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let gateway = load::gateway().start().expect("a gateway");
    let request = load::get();

    println!(
        "{connections} connections, {} bytes a request",
        request.len()
    );
    let mut done = 0;
    for part in [requests / 100, requests - requests / 100] {
        let each = part / connections;
        done += each * connections;
        let rate = rate(&callers, gateway.address(), &request, connections, each);
        println!(
            "after {done:>6} requests: {rate:>8.0} requests/s, {} resident",
            resident()
        );
    }
    #[cfg(feature = "inspect")]
    inspected::run(&callers, connections);
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect(name))
}

/// Requests per second.
fn rate(
    callers: &Runtime,
    address: SocketAddr,
    request: &[u8],
    connections: usize,
    each: usize,
) -> f64 {
    let start = Instant::now();
    callers.block_on(async {
        let calls = (0..connections).map(|_| tokio::spawn(call(address, request.to_vec(), each)));
        for call in calls.collect::<Vec<_>>() {
            call.await.expect("answered");
        }
    });
    (each * connections) as f64 / start.elapsed().as_secs_f64()
}

async fn call(address: SocketAddr, request: Vec<u8>, times: usize) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut answer = vec![0; 128 << 10];
    for _ in 0..times {
        stream.write_all(&request).await.expect("sent");
        let mut length = 0;
        while !load::is_whole(&answer[..length]) {
            let read = stream.read(&mut answer[length..]).await.expect("an answer");
            assert!(read > 0, "closed");
            length += read;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    }
}

#[cfg(feature = "inspect")]
mod inspected {
    use super::{load, number, rate};
    use std::io::{BufRead, BufReader, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::sync::{Arc, LazyLock, mpsc};
    use std::time::{Duration, Instant};
    use tokio::runtime::Runtime;

    pub fn run(callers: &Runtime, connections: usize) {
        let (rounds, round) = (number("ROUNDS", 150), number("ROUND", 1_000));
        let least = std::env::var("INSPECTOR_LEAST").map_or(0.0, |text| {
            text.parse::<f64>().expect("INSPECTOR_LEAST: a number")
        });
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let start = |is_inspected: bool| {
            let gateway = load::gateway();
            let gateway = if is_inspected {
                gateway.with_inspector(free)
            } else {
                gateway
            };
            gateway.start().expect("a gateway")
        };
        let gateways = [start(false), start(true), start(true)];
        let page = gateways[2].inspector().expect("an inspector");
        let page = page.trim_start_matches("http://").trim_end_matches('/');
        let (listened, mut called) = (listen(page.to_owned()), 0);
        let mut too_little = Vec::new();
        for (kind, request, times) in [
            ("GET", load::get(), 1),
            ("POST of 1 KiB", load::post(1 << 10), 2),
            ("POST of 64 KiB", load::post(64 << 10), 8),
        ] {
            let each = (round / times / connections).max(1);
            let mut by_clock = [const { Vec::new() }; 3];
            let mut by_cpu = [const { Vec::new() }; 3];
            for turn in 0..rounds {
                for place in 0..3 {
                    // None is always behind the same one.
                    let at = (turn + place) % 3;
                    let address = gateways[at].address();
                    let before = cpu_of_gateways();
                    by_clock[at].push(rate(callers, address, &request, connections, each));
                    let worked = cpu_of_gateways() - before;
                    by_cpu[at].push((each * connections) as f64 / worked);
                    called += if at == 2 { each * connections } else { 0 } as u64;
                    // What is found out later is not the next one's.
                    while listened.load(Relaxed) < called {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
            }
            let [clock, closed, open] = by_clock.map(undisturbed);
            let [cpu, closed_cpu, open_cpu] = by_cpu.map(undisturbed);
            println!("{kind}: {clock:.0} requests/s without an inspector");
            for (name, by_clock, by_cpu) in [
                ("page closed", closed / clock, closed_cpu / cpu),
                ("page open", open / clock, open_cpu / cpu),
            ] {
                println!(
                    "{kind}, {name}: {by_clock:.3} of the requests/s, {by_cpu:.3} by the gateway's CPU"
                );
                if by_cpu < least {
                    too_little.push(format!("{kind}, {name}: {by_cpu:.3}"));
                }
            }
        }
        assert!(too_little.is_empty(), "less than {least}: {too_little:?}");
    }

    /// Seconds that the gateways' threads have run, where Linux tells; otherwise those of the clock.
    fn cpu_of_gateways() -> f64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
        let times = tasks.flatten().filter_map(|task| {
            let read = |name: &str| std::fs::read_to_string(task.path().join(name)).ok();
            let is_one = read("comm")?.trim() == "sigv4-gateway";
            let time = read("schedstat")?.split(' ').next()?.parse::<f64>().ok()?;
            is_one.then_some(time / 1e9)
        });
        let time: f64 = times.sum();
        if time > 0.0 {
            time
        } else {
            START.elapsed().as_secs_f64()
        }
    }

    /// Of the rates of the rounds that of the tenth which was disturbed least: on a busy machine most are, and the
    /// threads of caller and gateway stand well or badly to each other for a while.
    fn undisturbed(mut rates: Vec<f64>) -> f64 {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() * 9 / 10]
    }

    /// A page that takes all events, from a thread of its own, as a browser is a process of its own.
    fn listen(address: String) -> Arc<AtomicU64> {
        let last = Arc::new(AtomicU64::new(0));
        let (opened, is_open) = mpsc::channel();
        let newest = Arc::clone(&last);
        std::thread::spawn(move || {
            let mut stream = TcpStream::connect(&address).expect("a connection");
            let request = format!("GET /api/events HTTP/1.1\r\nhost: {address}\r\n\r\n");
            stream.write_all(request.as_bytes()).expect("sent");
            opened.send(()).expect("who waits");
            // Until the gateway stops.
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let id = line.strip_prefix(b"id: ").unwrap_or_default();
                if let Ok(id) = String::from_utf8_lossy(id).parse() {
                    newest.store(id, Relaxed);
                }
            }
        });
        is_open.recv().expect("a stream of events");
        last
    }
}

/// What Linux says; elsewhere nothing does.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("unknown".into(), |size| size.trim().to_owned())
}
