//! A service on loopback that refuses, and quotes what was sent to it.

use super::example::{ACCESS_KEY_ID, HOST, SECRET, at};
use sigv4::Credentials;
use sigv4::client::{Client, ClientError, RetryPolicy};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

pub const TOKEN: &str = "tO/E+n0123456789==";

/// Bytes that no text has, instead of which the service sends the session token, the signature,
/// the token as URLs, JSON and HTML can escape it, and the signature as URLs can.
pub const QUOTES: [u8; 6] = [0xff, 0xfe, 0xfc, 0xfb, 0xfa, 0xf9];
/// Instead of this one it sends 4,000 bytes, to come near the limits.
const FILLS: u8 = 0xfd;

/// More than this of a body is not sent; the client reads 64 KiB.
const LONGEST: usize = 70_000;

/// What is answered next, and the signature that came last.
#[derive(Default)]
struct State {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    signature: String,
}

struct Service {
    state: Arc<Mutex<State>>,
    client: Client,
}

/// The error of a call that is answered so, and the signature that was sent.
pub fn refused(status: u16, headers: Vec<(String, Vec<u8>)>, body: &[u8]) -> (ClientError, String) {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    // One call at a time.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap();
    let service = SERVICE.get_or_init(Service::start);
    {
        let mut state = service.state.lock().unwrap();
        state.status = status;
        state.headers = headers;
        state.body = body.to_vec();
    }
    let error = service.client.get("/items").send().unwrap_err();
    (error, service.state.lock().unwrap().signature.clone())
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(at().unix().try_into().unwrap());
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN);
        let client = Client::builder()
            .base_url(format!("http://127.0.0.1:{port}"))
            .signing_host(String::from_utf8_lossy(HOST.1))
            .region("us-east-1")
            .service("execute-api")
            .credentials(credentials)
            .clock(move || now)
            .retry(RetryPolicy::NONE)
            .without_clock_correction()
            .proxy(None)
            .build()
            .unwrap();
        Self { state, client }
    }
}

/// Until the client goes away.
fn serve(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut arrived = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        arrived.extend_from_slice(&buffer[..length]);
        if !arrived.ends_with(b"\r\n\r\n") {
            continue;
        }
        let head = String::from_utf8(std::mem::take(&mut arrived)).unwrap();
        let (_, after) = head.split_once("Signature=").expect("a signature");
        let signature = &after[..64];
        let answer = {
            let mut state = state.lock().unwrap();
            signature.clone_into(&mut state.signature);
            state.answer()
        };
        stream.write_all(&answer).ok()?;
    }
}

impl State {
    fn answer(&self) -> Vec<u8> {
        let mut answer = format!("HTTP/1.1 {} No\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            let value = self.quoted(value);
            answer.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
        }
        let body = self.quoted(&self.body);
        answer.extend(format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes());
        answer.extend(body);
        answer
    }

    fn quoted(&self, bytes: &[u8]) -> Vec<u8> {
        let mut quoted = Vec::new();
        for byte in bytes {
            match *byte {
                0xff => quoted.extend_from_slice(TOKEN.as_bytes()),
                0xfe => quoted.extend_from_slice(self.signature.as_bytes()),
                0xfc => quoted.extend(escaped(TOKEN, |byte| format!("%{byte:02x}"))),
                0xfb => quoted.extend(escaped(TOKEN, |byte| format!("\\u{byte:04x}"))),
                0xfa => quoted.extend(escaped(TOKEN, |byte| format!("&#{byte};"))),
                0xf9 => quoted.extend(escaped(&self.signature, |byte| format!("%{byte:02X}"))),
                FILLS => quoted.resize(quoted.len() + 4_000, b'x'),
                byte => quoted.push(byte),
            }
            if quoted.len() > LONGEST {
                break;
            }
        }
        quoted.truncate(LONGEST);
        quoted
    }
}

fn escaped(text: &str, escape: impl Fn(u8) -> String) -> Vec<u8> {
    text.bytes().map(escape).collect::<String>().into_bytes()
}
