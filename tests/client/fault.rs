//! A fault of a server, and what the client has to make of it.

use crate::server::{ACCESS_KEY_ID, Act, Answer, SECRET, Server, TOKEN, response, send};
use sigv4::Credentials;
use sigv4::client::{Client, ClientBuilder, ClientError, Response};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Fri, 24 May 2013 00:00:00 GMT.
pub(crate) const NOW: u64 = 1_369_353_600;
pub(crate) const LIMIT: usize = 4096;

/// A fault, and what has to come of it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) call: Call,
    pub(crate) answers: Vec<Answer>,
    pub(crate) outcome: &'static str,
    pub(crate) attempts: usize,
    pub(crate) read_timeout: Duration,
}

/// No machine is so slow that a call that goes well takes this long.
pub(crate) const GENEROUS: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Get,
    /// With two seconds for everything, which is less than the time for a read.
    GetInTime,
    Post,
    PostRepeatable,
}

pub(crate) fn row(
    name: &'static str,
    answers: Vec<Answer>,
    outcome: &'static str,
    attempts: usize,
) -> Row {
    Row {
        name,
        call: Call::Get,
        answers,
        outcome,
        attempts,
        read_timeout: GENEROUS,
    }
}

impl Row {
    pub(crate) fn call(mut self, call: Call) -> Self {
        self.call = call;
        self
    }

    /// The server stalls, and it is this time that ends it.
    pub(crate) fn read_timeout(mut self, milliseconds: u64) -> Self {
        self.read_timeout = Duration::from_millis(milliseconds);
        self
    }
}

pub(crate) fn ok() -> Answer {
    vec![response("200 OK", "", "{}")]
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    vec![response(status, headers, body)]
}

pub(crate) fn close_after(text: &str) -> Answer {
    vec![send(text), Act::Close]
}

pub(crate) fn thrice(answer: &Answer) -> Vec<Answer> {
    vec![answer.clone(); 3]
}

/// What came of a call, in one line.
pub(crate) fn outcome(result: &Result<Response, ClientError>) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or("-".into()).replace('\n', "|");
    let error = match result {
        Ok(response) => match response.json::<serde_json::Value>() {
            Ok(_) if response.bytes().len() > 10 => {
                return format!("200 {} bytes", response.bytes().len());
            }
            Ok(value) => return format!("{} {value}", response.status()),
            Err(error) => error,
        },
        Err(error) => error.clone(),
    };
    match error {
        ClientError::Transport { kind, .. } => format!("{kind:?}"),
        ClientError::ResponseTooLarge { limit } => format!("ResponseTooLarge {limit}"),
        ClientError::InvalidJson { line, column } => format!("InvalidJson {line}:{column}"),
        ClientError::Redirect {
            status,
            location,
            region,
        } => {
            format!(
                "Redirect {status} {} {}",
                or_dash(&location),
                or_dash(&region)
            )
        }
        ClientError::WrongRegion { region, .. } => format!("WrongRegion {}", or_dash(&region)),
        ClientError::WrongService { service, .. } => format!("WrongService {}", or_dash(&service)),
        ClientError::HeadersNotSigned { headers, .. } => format!("HeadersNotSigned {headers:?}"),
        ClientError::SignatureLost { message, .. } => format!("SignatureLost {message}"),
        ClientError::NotAuthorized {
            action, resource, ..
        } => {
            format!("NotAuthorized {} {}", or_dash(&action), or_dash(&resource))
        }
        ClientError::SignatureMismatch {
            canonical_string,
            string_to_sign,
            ..
        } => {
            format!(
                "SignatureMismatch {} / {}",
                or_dash(&canonical_string),
                or_dash(&string_to_sign)
            )
        }
        ClientError::ClockSkew { server, .. } => {
            format!("ClockSkew {}", or_dash(&server.map(|at| at.to_string())))
        }
        ClientError::CredentialsRejected { expired: true, .. } => {
            "CredentialsRejected expired".into()
        }
        ClientError::CredentialsRejected { .. } => "CredentialsRejected".into(),
        ClientError::UnknownRoute { .. } => "UnknownRoute".into(),
        ClientError::Throttled {
            retry_after,
            message,
            ..
        } => {
            let seconds = retry_after.map(|asked| asked.as_secs().to_string());
            format!("Throttled {} {message}", or_dash(&seconds))
        }
        ClientError::Status {
            status,
            code,
            message,
            request_id,
        } => {
            let message = if message.len() > 100 {
                format!("{} bytes", message.len())
            } else {
                message
            };
            let request_id = request_id.map_or(String::new(), |id| format!(" ({id})"));
            format!("Status {status} {} {message}{request_id}", or_dash(&code))
        }
        other => format!("{other:?}"),
    }
}

/// A clock that goes on by one second each time it is read, so that no two attempts are
/// signed for the same time.
pub(crate) fn ticking() -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let now = AtomicU64::new(NOW);
    move || UNIX_EPOCH + Duration::from_secs(now.fetch_add(1, Ordering::SeqCst))
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
}

pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(server.url())
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .clock(ticking())
        .response_limit(LIMIT as u64)
        .read_timeout(GENEROUS)
        .connect_timeout(GENEROUS)
}

pub(crate) fn run(row: &Row) {
    let name = row.name;
    let server = Server::script(row.answers.clone());
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let client = builder(&server)
        .read_timeout(row.read_timeout)
        .pause({
            let pauses = pauses.clone();
            move |pause| pauses.lock().unwrap().push(pause)
        })
        .build()
        .unwrap();
    let request = match row.call {
        Call::Get => client.get("/items"),
        Call::GetInTime => client.get("/items").timeout(Duration::from_secs(2)),
        Call::Post => client.post("/items").body("body"),
        Call::PostRepeatable => client.post("/items").body("body").repeatable(),
    };
    let result = request.query("page", "a b").send();

    let mut summary = outcome(&result);
    let pauses = pauses.lock().unwrap().clone();
    if let Some(long) = pauses.iter().find(|pause| **pause > Duration::from_secs(1)) {
        summary.push_str(&format!(" after {} s", long.as_secs()));
    }
    assert_eq!(summary, row.outcome, "{name}");
    let seen = server.seen_at_least(row.attempts, GENEROUS);
    assert_eq!(seen.len(), row.attempts, "{name}: attempts");
    for attempt in &seen {
        assert_eq!(attempt.target, "/prod/items?page=a%20b", "{name}");
        // As far from our clock as the correction took it.
        attempt.verify(attempt.signed_at());
        assert_eq!(
            attempt.header("x-amz-security-token"),
            Some(TOKEN),
            "{name}"
        );
    }
    let signatures: HashSet<_> = seen.iter().map(crate::server::Seen::signature).collect();
    assert_eq!(signatures.len(), seen.len(), "{name}: signed anew");
    let mut secrets = vec![SECRET, TOKEN];
    secrets.extend(signatures);
    if let Err(error) = &result {
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{client:?}"),
        ] {
            for secret in &secrets {
                assert!(!text.contains(secret), "{name}: {text}");
            }
        }
    }
    crate::logs::assert_without(&secrets);
}
