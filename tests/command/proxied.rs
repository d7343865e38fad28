//! A `sigv4 proxy` that runs, and an upstream behind it.
#![cfg(unix)]

use crate::runner::bare;
use crate::wire::Arrived;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// For what takes about two seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers each request with its own request line and the key that it is signed with.
pub fn upstream() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            while let Some(arrived) = Arrived::read(&mut stream).filter(|a| !a.line.is_empty()) {
                let signed = arrived.header("authorization").unwrap_or("none");
                let key = signed.split(['=', '/']).nth(1).unwrap_or("none");
                let body = format!("{} {key}", arrived.line);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                stream
                    .get_mut()
                    .write_all((head + &body).as_bytes())
                    .unwrap();
            }
        }
    });
    port
}

pub struct Running {
    pub child: Child,
    pub address: String,
    /// Where there is one.
    admin: Option<String>,
    /// Of the page.
    pub inspector: Option<String>,
    log: Receiver<String>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            stderr
                .lines()
                .try_for_each(|line| lines.send(line.unwrap()))
        });
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        let (mut admin, mut inspector) = (None, None);
        while said != "# listening, stop with Ctrl-C" {
            said = stdout.next().unwrap().unwrap();
            match said.split_once(": http://") {
                Some(("# inspector", at)) => inspector = at.strip_suffix('/').map(str::to_owned),
                Some((_, at)) => admin = Some(at.to_owned()),
                None => {}
            }
        }
        let url = stdout.next().unwrap().unwrap();
        let address = url.strip_prefix("http://").unwrap_or(&url).to_owned();
        Self {
            child,
            address,
            admin,
            inspector,
            log,
        }
    }

    /// Status and body of an answer to a caller with this token.
    pub fn shown(&self, token: &str) -> String {
        let head = format!(
            "GET /a HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             connection: close\r\n\r\n"
        );
        let answer = ask(&self.address, &head);
        answer[9..12].to_owned()
    }

    /// A sample of the metrics.
    pub fn metric(&self, name: &str) -> String {
        let head = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let answer = ask(self.admin.as_ref().unwrap(), head);
        let mut lines = answer.lines();
        let line = lines.find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    }

    /// What the upstream says of a request.
    pub fn get(&self, target: &str) -> String {
        let head = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = ask(&self.address, &head);
        answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
    }

    pub fn until(&self, target: &str, expected: &str) {
        until(expected, || self.get(target));
    }

    pub fn says(&self, wanted: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect(wanted);
            if line.contains(wanted) {
                return line;
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(kill.success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Until it is that.
pub fn until(expected: &str, find: impl Fn() -> String) {
    let began = Instant::now();
    loop {
        let found = find();
        if found == expected {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{found}, not {expected}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// What comes back on a connection of its own.
pub fn ask(to: &str, request: &str) -> String {
    exchange(TcpStream::connect(to).unwrap(), request)
}

pub fn exchange(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// As whole as whoever replaces a file does it.
pub fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

/// A proxy of options, in front of what says what it was asked for.
pub fn started(options: &[&str]) -> Running {
    let url = format!("http://127.0.0.1:{}", upstream());
    let mut command = bare(&["proxy", "--upstream", &url]);
    command.args(["--service", "execute-api", "--region", "eu-west-1"]);
    command.args(options);
    command.env("AWS_ACCESS_KEY_ID", "AKIDHERE");
    command.env("AWS_SECRET_ACCESS_KEY", "secret");
    Running::start(&mut command)
}
