//! What there is to ask for.

use super::answer::{self, Answer, Pieces};
use super::events;
use super::filter::Filter;
use super::guard;
use super::inspector::Inspector;
use super::paste::LONGEST;
use super::pasted::explained;
use super::posted::{self, Posted};
use super::record::Record;
use super::replay;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

/// Streams of events at the same time.
const STREAMS: usize = 16;
/// Of a body, in bytes: two texts, each byte of which JSON may escape with six.
const BODY: usize = 12 * LONGEST + 4_096;
/// Time for a body to arrive.
const READ: Duration = Duration::from_secs(10);

pub(super) struct Routes {
    inspector: Arc<Inspector>,
    streams: Arc<Semaphore>,
}

impl Routes {
    pub(super) fn new(inspector: Inspector) -> Self {
        Self {
            inspector: Arc::new(inspector),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        let path = match guard::below(head.uri.path(), self.inspector.token.as_ref()) {
            Ok(path) => path,
            Err(refused) => return answer::refused(refused),
        };
        let token = self.inspector.token.as_ref();
        if let Err(refused) = guard::check(&head, token, path == "/") {
            return answer::refused(refused);
        }
        let is_get = matches!(head.method, Method::GET | Method::HEAD);
        let is_post = head.method == Method::POST;
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let (allowed, is_allowed) = match parts.as_slice() {
            [""]
            | ["api", "requests" | "events"]
            | ["api", "requests", _]
            | ["api", "requests", _, "curl" | "verify" | "vector"] => ("GET, HEAD", is_get),
            ["api", "requests", _, "replay"] | ["api", "clear" | "explain"] => ("POST", is_post),
            _ => {
                let message = "there is the page at /, and an API below /api/: docs/inspect.md";
                return answer::said(StatusCode::NOT_FOUND, message);
            }
        };
        if !is_allowed {
            return answer::not_allowed(allowed);
        }
        let value = if is_post {
            match read(body).await {
                Ok(value) => value,
                Err((status, message)) => return answer::said(status, message),
            }
        } else {
            Posted::NONE
        };
        match parts.as_slice() {
            [""] => answer::page(),
            ["api", "requests"] => self.list(&head).await,
            ["api", "events"] => self.events(&head),
            ["api", "clear"] => {
                let last = self.inspector.ring.clear().last;
                answer::json(StatusCode::OK, &json!({ "last": last }))
            }
            ["api", "explain"] => explain(&value),
            ["api", "requests", id, rest @ ..] => {
                if let Some(record) = self.record(id) {
                    return self.one(&head, &record, rest.first().copied()).await;
                }
                answer::said(StatusCode::NOT_FOUND, "no such request is kept")
            }
            _ => answer::said(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    fn record(&self, id: &str) -> Option<Arc<Record>> {
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        self.inspector.ring.get(id.parse().ok().filter(|_| digits)?)
    }

    async fn one(&self, head: &Parts, record: &Record, what: Option<&str>) -> Answer {
        match what {
            None => answer::json(StatusCode::OK, &self.inspector.detail(record)),
            Some("replay") => self.replay(record).await,
            Some(kind) => match self.inspector.export(record, kind, guard::host(head)) {
                Ok((content_type, bytes)) => answer::text(StatusCode::OK, content_type, bytes),
                Err(why) => answer::said(StatusCode::CONFLICT, why),
            },
        }
    }

    async fn list(&self, head: &Parts) -> Answer {
        let mut filter = match Filter::read(head.uri.query().unwrap_or_default()) {
            Ok(filter) => filter,
            Err(message) => return answer::said(StatusCode::BAD_REQUEST, &message),
        };
        let end = Instant::now().checked_add(filter.wait);
        let mut changed = self.inspector.ring.watch();
        loop {
            changed.mark_unchanged();
            let (rows, mark) = self.inspector.rows(&filter).await;
            let waited = match end {
                Some(end) if rows.is_empty() && !filter.wait.is_zero() => {
                    timeout_at(end, changed.changed()).await.is_ok()
                }
                _ => false,
            };
            if !waited {
                let list = self
                    .inspector
                    .list(&rows, mark, guard::host(head))
                    .into_bytes();
                return answer::text(StatusCode::OK, "application/json", list);
            }
            // None of those is looked at again.
            filter.after = filter.after.max(Some(mark.last));
        }
    }

    fn events(&self, head: &Parts) -> Answer {
        let filter = Filter::read(head.uri.query().unwrap_or_default());
        let mut filter = match filter {
            Ok(filter) => filter,
            Err(message) => return answer::said(StatusCode::BAD_REQUEST, &message),
        };
        // Of a browser that comes back.
        let last = head.headers.get("last-event-id");
        let last = last.and_then(|last| last.to_str().ok()?.parse().ok());
        filter.after = last.or(filter.after);
        let Ok(place) = Arc::clone(&self.streams).try_acquire_owned() else {
            let message = "too many streams of events at the same time";
            return answer::said(StatusCode::TOO_MANY_REQUESTS, message);
        };
        let (to, from) = mpsc::channel::<Bytes>(1);
        if head.method == Method::GET {
            let inspector = Arc::clone(&self.inspector);
            tokio::spawn(events::send(inspector, filter, to, place));
        }
        answer::with(StatusCode::OK, "text/event-stream", Pieces::Stream(from))
    }

    /// What came on this connection, which nothing before it did.
    fn again(&self, from: SocketAddr, mut since: u64) -> Option<u64> {
        while let (Some(next), _) = self.inspector.ring.after(since) {
            since = next.id;
            if next.seen.from == Some(from) {
                return Some(since);
            }
        }
        None
    }

    async fn replay(&self, record: &Record) -> Answer {
        let to = match self.inspector.replay(record) {
            Ok(to) => to,
            Err(why) => return answer::said(StatusCode::CONFLICT, why),
        };
        let before = self.inspector.ring.mark().last;
        match replay::send(record, to).await {
            Ok((status, from)) => {
                let id = self.again(from, before);
                answer::json(StatusCode::OK, &json!({ "id": id, "status": status }))
            }
            Err(error) => {
                let message = std::format!("it could not be sent: {error}");
                answer::said(StatusCode::BAD_GATEWAY, &message)
            }
        }
    }
}

/// A body of JSON, an object.
async fn read(body: Incoming) -> Result<Posted, (StatusCode, &'static str)> {
    let bytes = timeout(READ, posted::bytes(body, BODY)).await;
    let bytes = bytes.map_err(|_| {
        (
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive in time",
        )
    })?;
    let bytes = bytes.ok_or((
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is too long, or broke off",
    ))?;
    Posted::read(&bytes).ok_or((StatusCode::BAD_REQUEST, "the body is no JSON object"))
}

fn explain(value: &Value) -> Answer {
    let field = |name: &str| value.get(name).filter(|value| !value.is_null());
    let names = ["request", "answer", "region", "service"];
    let is_known = value
        .as_object()
        .is_some_and(|fields| fields.keys().all(|name| names.contains(&name.as_str())));
    let is_text = names
        .iter()
        .all(|name| field(name).is_none_or(Value::is_string));
    if !is_known || !is_text {
        let message = "there are request, answer, region and service, each a string or null";
        return answer::said(StatusCode::BAD_REQUEST, message);
    }
    let text = |name: &str| field(name).and_then(Value::as_str);
    let (request, came) = (
        text("request").unwrap_or_default(),
        text("answer").unwrap_or_default(),
    );
    if request.len() > LONGEST || came.len() > LONGEST {
        let message = "request and answer may have 256 KiB each";
        return answer::said(StatusCode::PAYLOAD_TOO_LARGE, message);
    }
    match explained(request, came, text("region"), text("service")) {
        Ok(all) => answer::json(StatusCode::OK, &all),
        Err(message) => answer::said(StatusCode::BAD_REQUEST, message),
    }
}
