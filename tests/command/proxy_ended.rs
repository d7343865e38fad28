//! `sigv4 proxy`: how signals end it.
#![cfg(unix)]

use crate::runner::sigv4;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Less than what a request has to end.
const SOON: Duration = Duration::from_secs(20);

struct Proxy {
    child: Child,
    address: String,
    log: BufReader<std::process::ChildStderr>,
}

impl Proxy {
    /// In front of a port on loopback.
    fn start(port: u16, listen: &str) -> Self {
        let upstream = format!("http://127.0.0.1:{port}");
        let mut child = sigv4(&["proxy", "--upstream", &upstream, "--listen", listen])
            .args(["--service", "execute-api"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines
            .map(Result::unwrap)
            .filter(|line| !line.starts_with('#'));
        let address = lines.next().unwrap_or_default();
        Self {
            log: BufReader::new(child.stderr.take().unwrap()),
            address,
            child,
        }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address.strip_prefix("http://").unwrap()).unwrap()
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
    }

    /// Until this is logged.
    fn logs(&mut self, what: &str) {
        let mut line = String::new();
        while !line.contains(what) {
            line.clear();
            assert_ne!(
                self.log.read_line(&mut line).unwrap(),
                0,
                "{what} is not logged"
            );
        }
    }

    fn ends(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// A request that has arrived upstream, and both of its ends.
fn in_flight(proxy: &Proxy, upstream: &TcpListener) -> (TcpStream, TcpStream) {
    let mut caller = proxy.connect();
    caller
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let (mut arrived, _) = upstream.accept().unwrap();
    arrived.read_exact(&mut [0; 16]).unwrap();
    (caller, arrived)
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    // A reset is an end, too.
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn a_signal_lets_requests_end() {
    for signal in ["-TERM", "-INT"] {
        let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut proxy = Proxy::start(upstream.local_addr().unwrap().port(), "0");
        let (caller, mut arrived) = in_flight(&proxy, &upstream);
        let idle = proxy.connect();
        proxy.signal(signal);
        proxy.logs("draining: requests have 30s to end, another signal ends them at once");
        assert_eq!(rest(idle), "");
        arrived
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate")
            .unwrap();
        let answer = rest(caller);
        assert!(answer.ends_with("\r\n\r\nlate"), "{signal}: {answer}");
        assert_eq!(proxy.ends(), Some(0), "{signal}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut proxy = Proxy::start(upstream.local_addr().unwrap().port(), "0");
    let (caller, _arrived) = in_flight(&proxy, &upstream);
    proxy.signal("-TERM");
    proxy.logs("draining");
    let began = Instant::now();
    proxy.signal("-TERM");
    proxy.logs("ended at once");
    assert_eq!(rest(caller), "");
    assert_eq!(proxy.ends(), Some(0));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[test]
fn a_socket_goes_with_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigv4.sock");
    let listen = format!("unix:{}", path.display());
    let proxy = Proxy::start(1, &listen);
    assert_eq!(proxy.address, listen);
    assert!(path.exists());
    proxy.signal("-TERM");
    assert_eq!(proxy.ends(), Some(0));
    assert!(!path.exists());

    // A killed one leaves it, and the next one takes its place.
    let mut killed = Proxy::start(1, &listen);
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    assert!(path.exists());
    let proxy = Proxy::start(1, &listen);
    assert_eq!(proxy.address, listen);
    proxy.signal("-INT");
    assert_eq!(proxy.ends(), Some(0));
}
