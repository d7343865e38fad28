//! `sigv4 proxy`: from a file to a server, and to another file while it runs.
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
fn upstream() -> u16 {
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

struct Running {
    child: Child,
    address: String,
    log: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
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
        assert_eq!(
            stdout.next().unwrap().unwrap(),
            "# listening, stop with Ctrl-C"
        );
        let url = stdout.next().unwrap().unwrap();
        let address = url.strip_prefix("http://").unwrap().to_owned();
        Self {
            child,
            address,
            log,
        }
    }

    /// What the upstream says of a request.
    fn get(&self, target: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
    }

    fn until(&self, target: &str, expected: &str) {
        let began = Instant::now();
        loop {
            let found = self.get(target);
            if found == expected {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{found}, not {expected}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn says(&self, wanted: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect(wanted);
            if line.contains(wanted) {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
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

fn write(path: &Path, listen: &str, port: u16, prefix: &str, profile: &str) {
    let text = format!(
        "listen = \"{listen}\"\n\n[[route]]\nupstream = \"http://127.0.0.1:{port}{prefix}\"\n\
         service = \"execute-api\"\nregion = \"eu-west-1\"\nprofile = \"{profile}\"\n"
    );
    // As whole as whoever replaces a file does it.
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

#[test]
fn files_are_read_again_and_broken_ones_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proxy.toml");
    let profiles = folder.path().join("profiles");
    let pair = |name: &str| {
        format!(
            "[profile {name}]\naws_access_key_id = AKID{name}\naws_secret_access_key = secret\n"
        )
    };
    std::fs::write(&profiles, pair("ONE") + &pair("TWO")).unwrap();
    let port = upstream();
    write(&file, "127.0.0.1:0", port, "/one", "ONE");
    let mut command = bare(&["proxy", "--config", file.to_str().unwrap()]);
    command.env("AWS_CONFIG_FILE", &profiles);
    command.env("AWS_SHARED_CREDENTIALS_FILE", "nowhere");
    let mut running = Running::start(&mut command);
    assert_eq!(running.get("/a?b"), "GET /one/a?b HTTP/1.1 AKIDONE");
    running.says("credentials of profile ONE: key AKIDONE");

    // A change is found.
    write(&file, "127.0.0.1:0", port, "/two", "TWO");
    running.until("/a", "GET /two/a HTTP/1.1 AKIDTWO");
    running.says("reloaded");

    // What is wrong is said, once for each change, and all stays.
    write(&file, "127.0.0.1:0", port, "/three?a", "ONE");
    let said = running.says("not reloaded");
    let expected = format!(
        "not reloaded, all stays as it was: {}:4:12: upstream: an upstream has no query",
        file.display()
    );
    assert_eq!(said, expected);
    assert_eq!(running.get("/a"), "GET /two/a HTTP/1.1 AKIDTWO");
    write(&file, "127.0.0.1:0", port, "/three", "nobody");
    running.says("profile: profile nobody: is not in");
    assert_eq!(running.get("/a"), "GET /two/a HTTP/1.1 AKIDTWO");

    // By a signal, whether anything has changed or not.
    running.signal("-HUP");
    running.says("profile: profile nobody: is not in");

    // Where it listens stays; all else changes.
    write(&file, "127.0.0.1:1", port, "/four", "ONE");
    running.until("/a", "GET /four/a HTTP/1.1 AKIDONE");
    running.says("takes a restart");

    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
}

/// Credentials may come later than the proxy.
#[test]
fn it_starts_before_its_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("profiles");
    let url = format!("http://127.0.0.1:{}", upstream());
    let mut command = bare(&["proxy", "--upstream", &url, "--listen", "0"]);
    command.args(["--service", "execute-api", "--region", "eu-west-1"]);
    command.env("AWS_CONFIG_FILE", &profiles);
    command.env("AWS_SHARED_CREDENTIALS_FILE", "nowhere");
    let running = Running::start(&mut command);
    running.says("no credentials yet: tried environment");
    assert!(running.get("/a").contains("no_credentials"));
    let pair = "[default]\naws_access_key_id = AKIDLATE\naws_secret_access_key = secret\n";
    std::fs::write(&profiles, pair).unwrap();
    running.until("/a", "GET /a HTTP/1.1 AKIDLATE");
}
