//! One request: read, authorized, answered.

use super::api::Api;
use super::authorize::authorize;
use super::items::Items;
use super::limits::Limits;
use super::principals::Principals;
use super::random;
use super::reply::Reply;
use crate::adapter::http::HttpParts;
use crate::canonical::path::normalize_path;
use crate::error::Error;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::verify::claim::Claim;
use http::{HeaderValue, Response, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use serde_json::json;
use std::borrow::Cow;
use std::boxed::Box;
use std::string::String;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// All that an answer depends on.
pub(crate) struct State {
    pub(crate) api: Api,
    pub(crate) principals: Principals,
    pub(crate) items: Items,
    /// A permit a byte.
    pub(crate) bodies: Semaphore,
    pub(crate) limits: Limits,
    pub(crate) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// Logged in a line without query, signature or secret.
pub(crate) async fn respond(
    request: http::Request<Incoming>,
    state: &State,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let (answer, caller) = match route(&head, state) {
        Ok((parts, path)) => match read(body, state).await {
            Ok(body) => answer(&parts, path, &body, state),
            Err(answer) => (answer, None),
        },
        Err(answer) => (answer, None),
    };
    log::info!(
        "{} {} {} {}",
        head.method,
        loggable(head.uri.path()),
        answer.status,
        caller.unwrap_or("-")
    );
    response(&answer)
}

/// Whether the request is worth reading further: there is such a route, and a signature.
/// The absolute form of a target (RFC 9112, 3.2.2) is for proxies.
fn route<'h>(
    head: &'h http::request::Parts,
    state: &State,
) -> Result<(HttpParts<'h>, &'h str), Reply> {
    if head.uri.authority().is_some() {
        return Err(Reply::bad_request("Bad Request"));
    }
    let Ok(parts) = HttpParts::try_from(head) else {
        return Err(Reply::bad_request("Bad Request"));
    };
    let path = match (state.api.path(head.uri.path()), head.method.as_str()) {
        (Some(path @ "/items"), "GET" | "POST") => path,
        (Some(path), _) if is_echo(path) => path,
        _ => return Err(Reply::missing_token()),
    };
    let unread = parts.request(Payload::Unsigned);
    if Claim::from_request(&unread).err() == Some(Error::NotSigned) {
        return Err(Reply::missing_token());
    }
    Ok((parts, path))
}

/// A route for whatever a client may want to try. Only of paths that nobody would
/// normalise: the signature is over the normalised path, policies see it as it stands.
fn is_echo(path: &str) -> bool {
    path.starts_with("/echo/") && matches!(normalize_path(path), Cow::Borrowed(_))
}

/// What arrived.
fn echo(request: &Request<'_>, body: &[u8]) -> Reply {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((request.target, ""));
    let echo = json!({
        "method": request.method,
        "path": path,
        "query": query,
        "body": String::from_utf8_lossy(body),
    });
    Reply::ok(200, echo)
}

async fn read(body: Incoming, state: &State) -> Result<Bytes, Reply> {
    let limits = &state.limits;
    let size = body.size_hint();
    let announced = usize::try_from(size.lower()).unwrap_or(usize::MAX);
    if announced > limits.body {
        return Err(Reply::too_long());
    }
    let reserved = size.exact().map_or(limits.body, |_| announced);
    let reserved = u32::try_from(reserved).unwrap_or(u32::MAX);
    let collected = timeout(limits.read, async {
        let _permits = state.bodies.acquire_many(reserved).await;
        Limited::new(body, limits.body).collect().await
    });
    match collected.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Reply::too_long()),
        Ok(Err(_)) => Err(Reply::bad_request("Bad Request")),
        Err(_) => Err(Reply::request_timeout()),
    }
}

fn answer<'s>(
    parts: &HttpParts<'_>,
    path: &str,
    body: &[u8],
    state: &'s State,
) -> (Reply, Option<&'s str>) {
    let request = parts.request(Payload::Bytes(body));
    let now = (state.clock)();
    let caller = authorize(
        &state.api,
        &state.principals,
        &request,
        path,
        &state.limits,
        now,
    );
    match caller {
        Ok(principal) => {
            let answer = match (path, request.method) {
                ("/items", "POST") => state.items.post(body),
                ("/items", _) => state.items.get(),
                _ => echo(&request, body),
            };
            (answer, Some(principal.arn.as_str()))
        }
        Err(refusal) => (refusal, None),
    }
}

/// The start of a path, up to what could be a query by mistake, with its signature, or
/// could move the cursor of a terminal.
fn loggable(path: &str) -> &str {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_');
    let end = path
        .bytes()
        .take(64)
        .take_while(|byte| plain(*byte))
        .count();
    path.get(..end).unwrap_or_default()
}

/// The headers are those that API Gateway always sends.
fn response(answer: &Reply) -> Response<Full<Bytes>> {
    let body = Bytes::from(std::string::ToString::to_string(&answer.body));
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(id) = HeaderValue::from_str(&random::request_id()) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(error_type) = answer.error_type {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error_type));
    }
    response
}
