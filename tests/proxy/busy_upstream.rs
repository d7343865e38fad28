//! An upstream that does what each request asks for: answers, refuses, stalls, leaves.

use crate::server::{Seen, parse_head};
use sigv4::sources::{CredentialsError, ProvideCredentials, ProvidedCredentials};
use sigv4::{Claim, Credentials, Payload, Policy, Request};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

pub const LARGE: usize = 100_000;

/// What one request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    Answer,
    /// The caller's own end: it resets its connection in the middle of its body.
    CallerLeaves,
    LargeAnswer,
    /// The caller's body comes in pieces, and so does the answer.
    SlowBodies,
    /// The caller's body is hashed in a file.
    Spooled,
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
    pub fn of(number: usize) -> Self {
        match number % 16 {
            0..7 => Self::Answer,
            7 => Self::CallerLeaves,
            8 => Self::SlowBodies,
            9 => Self::Spooled,
            10 => Self::LargeAnswer,
            11 => Self::Refusal,
            12 => Self::Reset,
            13 => Self::HalfAnswer,
            14 => Self::NoRoute,
            _ => Self::Malformed,
        }
    }

    /// Status, and the word of the proxy's own errors.
    pub fn status(self) -> (u16, Option<&'static str>) {
        match self {
            Self::Answer
            | Self::CallerLeaves
            | Self::LargeAnswer
            | Self::SlowBodies
            | Self::Spooled
            | Self::HalfAnswer => (200, None),
            Self::Refusal => (403, None),
            Self::Reset => (502, Some("upstream")),
            Self::NoRoute => (404, Some("no_route")),
            Self::Malformed => (400, Some("malformed")),
        }
    }
}

pub fn body_of(number: usize) -> String {
    match Meets::of(number) {
        Meets::LargeAnswer => "x".repeat(LARGE),
        _ => format!("answer {number}"),
    }
}

/// Other keys every now and then.
#[derive(Default)]
pub struct Rotating(AtomicUsize);

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

/// An upstream on a thread of its own, which goes on when the callers have ended, and closes its
/// connections when it is dropped.
pub struct Busy {
    pub port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Busy {
    pub fn start(verified: Arc<AtomicUsize>) -> Self {
        let (told, port) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                tokio::spawn(upstream(listener, verified));
                stopped.await.unwrap_err();
            });
        });
        Self {
            port: port.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// What it does is in the path.
async fn upstream(listener: TcpListener, verified: Arc<AtomicUsize>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let verified = verified.clone();
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            while let Some(seen) = read_request(&mut stream).await {
                let number: usize = seen.target[1..].parse().unwrap();
                if number.is_multiple_of(8) || meets_whole(number, &seen) {
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

/// What is long is verified only now and then: it is hashed once more for that.
fn meets_whole(number: usize, seen: &Seen) -> bool {
    if Meets::of(number) != Meets::Spooled {
        return false;
    }
    assert!(seen.body.iter().all(|byte| *byte == b'x'), "{number}");
    number.is_multiple_of(5)
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
pub async fn read_head(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
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
