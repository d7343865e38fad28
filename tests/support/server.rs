//! A server on loopback that misbehaves by script. Nothing but `std`.
#![allow(dead_code)]

use sigv4::{Claim, Payload, Policy, Request, Timestamp};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub const ACCESS_KEY_ID: &str = "AKIDFAULTS";
pub const SECRET: &str = "sEcReT+ofTheFaultServer/0123456789";
pub const TOKEN: &str = "tOkEn+ofTheFaultServer/0123456789==";

const LARGE: usize = 30_000;

/// One thing that the server does.
#[derive(Clone, Debug)]
pub enum Act {
    Send(Vec<u8>),
    /// Byte by byte.
    Trickle(Vec<u8>, Duration),
    /// Says `100 Continue` and takes the body, of a request that waits for it.
    Continue,
    /// Takes the body without a word.
    TakeBody,
    /// Until the client gives up.
    Stall,
    Close,
    /// Closes with unread bytes, which makes the kernel send a reset.
    Reset,
}

/// What the server does for one request.
pub type Answer = Vec<Act>;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers the first request with the first answer and so on; then 599.
    pub fn script(answers: Vec<Answer>) -> Self {
        Self::new(move |number| {
            let exhausted = || vec![response("599 Script Exhausted", "", "")];
            answers.get(number).cloned().unwrap_or_else(exhausted)
        })
    }

    /// Answers each request by its number, counted from zero.
    pub fn new(answer: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
            connections: Arc::default(),
        };
        let (seen, connections) = (server.seen.clone(), server.connections.clone());
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (seen, answer) = (seen.clone(), answer.clone());
                // A client that went away is part of the game.
                thread::spawn(move || serve(stream.ok()?, &seen, &*answer));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/prod", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The same, after that many arrived: a client that gave up may be faster than the
    /// thread that reads its request.
    pub fn seen_at_least(&self, number: usize, bound: Duration) -> Vec<Seen> {
        let began = Instant::now();
        while self.seen.lock().unwrap().len() < number && began.elapsed() < bound {
            thread::sleep(Duration::from_millis(1));
        }
        self.seen()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    answer: &dyn Fn(usize) -> Answer,
) -> Option<()> {
    loop {
        let (request, length) = peek_request(&stream)?;
        let awaited = content_length(&request) - request.body.len();
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(request);
            seen.len() - 1
        };
        let acts = answer(number);
        // Bytes that were only peeked at stay unread for a reset.
        let mut unread = length;
        if !acts.iter().any(|act| matches!(act, Act::Reset)) {
            stream.read_exact(&mut vec![0; length]).ok()?;
            unread = 0;
        }
        for act in acts {
            match act {
                Act::Send(bytes) => stream.write_all(&bytes).ok()?,
                Act::Trickle(bytes, pause) => {
                    for byte in bytes {
                        stream.write_all(&[byte]).ok()?;
                        thread::sleep(pause);
                    }
                }
                Act::Continue | Act::TakeBody => {
                    if matches!(act, Act::Continue) {
                        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
                    }
                    let mut body = vec![0; awaited];
                    stream.read_exact(&mut body).ok()?;
                    seen.lock().unwrap()[number].body = body;
                }
                Act::Stall => {
                    let _ = stream.read_to_end(&mut Vec::new());
                    return None;
                }
                Act::Close => {
                    let _ = stream.shutdown(Shutdown::Both);
                    return None;
                }
                Act::Reset => {
                    assert_ne!(unread, 0);
                    return None;
                }
            }
        }
    }
}

/// A whole request without taking it from the stream, and its length; of one whose body
/// waits for a `100 Continue`, the head. A large one is taken, and nothing is left of it.
fn peek_request(stream: &TcpStream) -> Option<(Seen, usize)> {
    let mut bytes = vec![0; 1 << 20];
    loop {
        let length = stream.peek(&mut bytes).ok().filter(|length| *length > 0)?;
        let arrived = &bytes[..length];
        if let Some(end) = arrived.windows(4).position(|four| four == b"\r\n\r\n") {
            let (head, rest) = (&arrived[..end], &arrived[end + 4..]);
            let mut seen = parse_head(head);
            let waits = seen.header("expect").is_some();
            let body = if waits { 0 } else { content_length(&seen) };
            // More than a socket keeps has to be taken.
            if body > LARGE {
                let mut taken = vec![0; end + 4 + body];
                (&mut &*stream).read_exact(&mut taken).ok()?;
                seen.body = taken.split_off(end + 4);
                return Some((seen, 0));
            }
            if rest.len() >= body {
                seen.body = rest[..body].to_vec();
                return Some((seen, end + 4 + body));
            }
        }
        thread::sleep(Duration::from_micros(200));
    }
}

pub fn parse_head(head: &[u8]) -> Seen {
    let head = std::str::from_utf8(head).expect("the client sends ASCII");
    let mut lines = head.split("\r\n");
    let first: Vec<_> = lines.next().unwrap().split(' ').collect();
    assert_eq!(first[2], "HTTP/1.1");
    Seen {
        method: first[0].into(),
        target: first[1].into(),
        headers: lines
            .map(|line| line.split_once(": ").expect("name: value"))
            .map(|(name, value)| (name.to_lowercase(), value.into()))
            .collect(),
        body: Vec::new(),
    }
}

fn content_length(seen: &Seen) -> usize {
    assert!(seen.header("transfer-encoding").is_none(), "chunks");
    seen.header("content-length")
        .map_or(0, |text| text.parse().unwrap())
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter(|(known, _)| known == name);
        let found = all
            .next()
            .map(|(_, value)| std::str::from_utf8(value).unwrap());
        assert!(all.next().is_none(), "{name} twice");
        found
    }

    pub fn signed_at(&self) -> Timestamp {
        Timestamp::parse(self.header("x-amz-date").expect("a date")).unwrap()
    }

    pub fn signature(&self) -> &str {
        let authorization = self.header("authorization").expect("a signature");
        authorization.rsplit_once("Signature=").unwrap().1
    }

    /// Checks the signature as a service does, from the bytes that arrived.
    pub fn verify(&self, now: Timestamp) {
        self.verify_for("us-east-1", "execute-api", now);
    }

    pub fn verify_for(&self, region: &str, service: &str, now: Timestamp) {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            payload: Payload::Bytes(&self.body),
        };
        let claim = Claim::from_request(&request).unwrap();
        assert_eq!(claim.access_key_id(), ACCESS_KEY_ID);
        let key = claim.signing_key(SECRET);
        let regions = [region];
        let policy = Policy::new(&regions, service);
        claim.verify(&key, &request, &policy, now).unwrap();
    }
}

/// A whole response with a `Content-Length`.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Act {
    let body = body.as_ref();
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n").into_bytes();
    bytes.extend(body);
    Act::Send(bytes)
}

pub fn send(text: &str) -> Act {
    Act::Send(text.into())
}
