//! One server on loopback that stands for STS, IAM Identity Center, a container's endpoint and
//! instance metadata. What it hands out follows from what it was asked, so that the keys at the end
//! of a chain tell the whole chain.

use crate::credentials::pair::{Call, Pair};
use crate::credentials::signer::{Received, Secrets, UNKNOWN};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Who asks, for which pair.
type Asker = (String, String);

pub struct StandIn {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    calls: BTreeMap<Asker, Vec<Call>>,
    secrets: Secrets,
}

/// A role whose name has this in it may not be assumed by anybody.
pub const FORBIDDEN: &str = "forbidden";

/// The path of a service that takes any request.
pub const API: &str = "api";

const EXPIRATION: &str = "2999-01-01T00:00:00Z";
const EXPIRATION_MILLISECONDS: u64 = 32_472_144_000_000;
/// What instance metadata tell of the region.
pub const METADATA_REGION: &str = "eu-central-1";
/// How often they are asked for a token, and that for the region, depends on who shares it.
pub const METADATA_CALLS: [&str; 2] = ["metadata token", "metadata region"];
const METADATA_TOKEN: &str = "metadata-token";
const METADATA_ROLE: &str = "instance-role";

struct Asked {
    received: Received,
    asker: Asker,
    /// Below the asker's path.
    target: String,
}

struct Answer {
    status: &'static str,
    headers: String,
    body: String,
    call: Call,
    /// That are handed out.
    keys: Option<Keys>,
}

impl StandIn {
    /// # Panics
    /// If there is no loopback.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = shared.clone();
                // A connection that breaks is the client's to tell.
                thread::spawn(move || {
                    let _ = stream.and_then(|stream| serve(&stream, &shared));
                });
            }
        });
        Self { port, state }
    }

    /// With whose secrets requests for this pair may be signed.
    ///
    /// # Panics
    /// If a thread of the server did.
    pub fn know(&self, pair: &Pair) {
        self.state.lock().expect("no panic").secrets.know(pair);
    }

    #[must_use]
    pub fn url(&self, who: &str, pair: &str) -> String {
        format!("http://127.0.0.1:{}/{who}/{pair}", self.port)
    }

    /// What was asked, in order.
    ///
    /// # Panics
    /// If a thread of the server did.
    #[must_use]
    pub fn calls(&self, who: &str, pair: &str) -> Vec<Call> {
        let state = self.state.lock().expect("no panic");
        let asker = (who.to_owned(), pair.to_owned());
        state.calls.get(&asker).cloned().unwrap_or_default()
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let asked = read(stream)?;
    let answer = {
        let mut state = state.lock().expect("no panic");
        let answer = answer(&asked, &state.secrets);
        if let Some(Keys { id, secret, .. }) = &answer.keys {
            state.secrets.hand_out(id, secret);
        }
        let calls = state.calls.entry(asked.asker).or_default();
        calls.push(answer.call);
        (answer.status, answer.headers, answer.body)
    };
    let (status, headers, body) = answer;
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    );
    (&mut &*stream).write_all(text.as_bytes())
}

fn read(stream: &TcpStream) -> io::Result<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok::<_, io::Error>(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    let (method, target) = (word(), word());
    let mut headers = BTreeMap::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let mut pieces = target.splitn(4, '/').skip(1).map(str::to_owned);
    let mut piece = || pieces.next().unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default().to_owned();
    Ok(Asked {
        asker: (piece(), piece()),
        target: piece(),
        received: Received {
            method,
            path,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        },
    })
}

fn answer(asked: &Asked, secrets: &Secrets) -> Answer {
    let header = |name: &str| asked.received.headers.get(name).map_or("", String::as_str);
    match (asked.received.method.as_str(), asked.target.as_str()) {
        ("POST", "") => sts(asked, secrets),
        ("GET", target) if target.starts_with("federation/credentials?") => {
            let query = target.split_once('?').map_or("", |(_, query)| query);
            let token = header("x-amz-sso_bearer_token");
            let what = format!("GetRoleCredentials {} with {token}", sorted(query));
            let keys = Keys::of(&what);
            let body = json!({"roleCredentials": {
                "accessKeyId": keys.id, "secretAccessKey": keys.secret,
                "sessionToken": keys.token, "expiration": EXPIRATION_MILLISECONDS,
            }});
            handing_out(keys, what, body.to_string())
        }
        ("GET", "container") => {
            let what = format!("container with {}", header("authorization"));
            metadata(what)
        }
        ("GET", API) => {
            let (signer, signed_for) = signer(asked, secrets);
            let mut answer = ok(format!("{API} by {signer}"), String::new());
            answer.call.signed_for = signed_for;
            answer
        }
        ("PUT", "latest/api/token") => {
            let mut answer = ok(METADATA_CALLS[0].to_owned(), METADATA_TOKEN.to_owned());
            answer.headers = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n".to_owned();
            answer
        }
        ("GET", "latest/meta-data/placement/region") => {
            ok(METADATA_CALLS[1].to_owned(), METADATA_REGION.to_owned())
        }
        ("GET", "latest/meta-data/iam/security-credentials/") => {
            let what = format!("role with {}", header("x-aws-ec2-metadata-token"));
            ok(what, METADATA_ROLE.to_owned())
        }
        ("GET", target) if target.starts_with("latest/meta-data/iam/security-credentials/") => {
            metadata(format!(
                "{target} with {}",
                header("x-aws-ec2-metadata-token")
            ))
        }
        (method, target) => Answer {
            status: "404 Not Found",
            ..ok(format!("{method} {target}"), String::new())
        },
    }
}

fn ok(what: String, body: String) -> Answer {
    Answer {
        status: "200 OK",
        headers: String::new(),
        body,
        call: Call {
            what,
            signed_for: None,
        },
        keys: None,
    }
}

fn metadata(what: String) -> Answer {
    let keys = Keys::of(&what);
    let body = json!({
        "Code": "Success", "AccessKeyId": keys.id, "SecretAccessKey": keys.secret,
        "Token": keys.token, "Expiration": EXPIRATION,
    });
    handing_out(keys, what, body.to_string())
}

fn handing_out(keys: Keys, what: String, body: String) -> Answer {
    Answer {
        keys: Some(keys),
        ..ok(what, body)
    }
}

/// Both actions that assume a role. A session name that was not given tells the time: it is left out.
fn sts(asked: &Asked, secrets: &Secrets) -> Answer {
    let mut action = String::new();
    let mut role = String::new();
    let mut parameters = Vec::new();
    for piece in sorted(&asked.received.body).split('&') {
        match piece.split_once('=').unwrap_or((piece, "")) {
            ("Version", _) => {}
            ("Action", value) => value.clone_into(&mut action),
            ("RoleSessionName", value) if is_default_session(value) => {}
            (name, value) => {
                if name == "RoleArn" {
                    value.clone_into(&mut role);
                }
                parameters.push(piece.to_owned());
            }
        }
    }
    let (signer, signed_for) = signer(asked, secrets);
    let what = format!("{action} {} by {signer}", parameters.join(" "));
    let keys = Keys::of(&what);
    let xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";
    let (status, body) = if role.contains(FORBIDDEN) {
        let error =
            "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>";
        let body = format!("<ErrorResponse xmlns=\"{xmlns}\">{error}</ErrorResponse>");
        ("403 Forbidden", body)
    } else {
        let Keys { id, secret, token } = &keys;
        let body = format!(
            "<{action}Response xmlns=\"{xmlns}\"><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId>\
             <SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>\
             <Expiration>{EXPIRATION}</Expiration></Credentials></{action}Result></{action}Response>"
        );
        ("200 OK", body)
    };
    Answer {
        status,
        headers: "content-type: text/xml\r\n".to_owned(),
        body,
        call: Call { what, signed_for },
        keys: Some(keys),
    }
}

/// Who signed a request, with which secret, and for which region.
fn signer(asked: &Asked, secrets: &Secrets) -> (String, Option<String>) {
    let received = &asked.received;
    let Some(signer) = received.signer() else {
        return ("nobody".to_owned(), None);
    };
    let secret = secrets.of(&signer.access_key_id, &asked.asker.1);
    let mut secret = secret.filter(|secret| received.is_signed_with(&signer, secret));
    let secret = secret.next().unwrap_or(UNKNOWN);
    let token = received.headers.get("x-amz-security-token");
    let token = token.map_or("no token", String::as_str);
    let id = &signer.access_key_id;
    (
        format!("{id} with the secret {secret} and {token}"),
        Some(signer.region),
    )
}

fn is_default_session(name: &str) -> bool {
    let time = ["botocore-session-", "sigv4-kit-"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    time.is_some_and(|time| time.len() > 8 && time.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The order of parameters has no meaning, nor has the spelling of a space.
fn sorted(form: &str) -> String {
    let form = form.replace('+', "%20");
    let mut pieces: Vec<_> = form.split('&').collect();
    pieces.sort_unstable();
    pieces.join("&")
}

struct Keys {
    id: String,
    secret: String,
    token: String,
}

impl Keys {
    fn of(what: &str) -> Self {
        let digest = hex::encode_upper(Sha256::digest(what));
        Self {
            id: format!("ASIA{}", &digest[..16]),
            secret: format!("secret/{}", &digest[16..40]),
            token: format!("token/{}", &digest[40..]),
        }
    }
}
