//! One request: read, authorized, answered.

use super::access_log::Entry;
use super::authorize::Authorizer;
use super::bodies::{Asked, Bodies, Whole};
use super::echo::echo;
use super::health::is_health;
use super::iam::decision::INVOKE;
use super::permission::Permission;
use super::pieces::Pieces;
use super::random;
use super::reply::{Form, Reply};
use super::route::Route;
use super::s3;
use super::service::Service;
use super::state::State;
#[cfg(feature = "inspect")]
use super::watch;
use crate::adapter::http::HttpParts;
use crate::request::Payload;
use http::request::Parts;
use http::{HeaderValue, Response, header};
use hyper::body::{Body, Incoming};
use serde_json::json;
use std::borrow::ToOwned;
use std::net::SocketAddr;
#[cfg(feature = "inspect")]
use std::time::Instant;

/// Logged in a line without query, signature or secret.
pub(crate) async fn respond(
    request: http::Request<Incoming>,
    #[cfg_attr(not(feature = "inspect"), allow(unused_variables))] // for the inspector
    from: SocketAddr,
    state: &State,
) -> Response<Pieces> {
    #[cfg(feature = "inspect")]
    let began = state.seen.as_ref().map(|_| Instant::now());
    let (head, body) = request.into_parts();
    let mut body = Asked::new(body);
    let mut entry = Entry {
        at: (state.clock)(),
        request_id: random::request_id(),
        access_key_id: None,
        caller: None,
        #[cfg(feature = "inspect")]
        body: watch::of_none(&body),
        #[cfg(feature = "inspect")]
        form: None,
        #[cfg(feature = "inspect")]
        from,
    };
    let reply = handle(&head, &mut body, state, &mut entry)
        .await
        .unwrap_or_else(|refusal| refusal);
    log::info!("{}", entry.line(&head, &reply));
    // What is left of the entry is the inspector's.
    let request_id = core::mem::take(&mut entry.request_id);
    #[cfg(feature = "inspect")]
    if let (Some(seen), Some(began)) = (&state.seen, began)
        && !is_health(&head, state.service)
    {
        watch::put(seen, &head, entry, &reply, began.elapsed());
    }
    // Who still waits for a 100 need not send the body after a refusal.
    let waits = head.headers.contains_key(header::EXPECT) && !body.began();
    if !body.is_end_stream() && !waits {
        tokio::spawn(Bodies::discard(state.limits, body));
    }
    response(reply, &request_id)
}

async fn handle<'s>(
    head: &Parts,
    body: &mut Asked<Incoming>,
    state: &'s State,
    entry: &mut Entry<'s>,
) -> Result<Reply, Reply> {
    let authorizer = Authorizer {
        service: state.service,
        api: &state.api,
        principals: &state.principals,
        limits: &state.limits,
        #[cfg(feature = "v4a")]
        key_pairs: state.key_pairs.as_ref(),
        now: entry.at,
    };
    // The absolute form of a target (RFC 9112, 3.2.2) is for proxies.
    let is_absolute = head.uri.authority().is_some();
    if is_health(head, state.service) {
        return Ok(Reply::ok(200, json!({ "status": "ok" })));
    }
    match state.service {
        Service::S3 if is_absolute => Err(Reply::invalid_uri()),
        Service::S3 => s3::answer(head, body, state, &authorizer, entry).await,
        Service::ApiGateway if is_absolute => Err(Reply::bad_request("Bad Request")),
        Service::ApiGateway => answer(head, body, state, &authorizer, entry).await,
    }
}

async fn answer<'s>(
    head: &Parts,
    body: &mut Asked<Incoming>,
    state: &'s State,
    authorizer: &Authorizer<'s>,
    entry: &mut Entry<'s>,
) -> Result<Reply, Reply> {
    let route = Route::of(head, &state.api).ok_or_else(Reply::no_route)?;
    let parts = HttpParts::try_from(head).map_err(|_| Reply::bad_request("Bad Request"))?;
    let unread = parts.request(Payload::Unsigned);
    let claim = authorizer.claim(&unread)?;
    entry.access_key_id = Some(claim.access_key_id().to_owned());
    if !body.is_end_stream() {
        authorizer.foresee(&claim, &unread)?;
    }
    let Whole { bytes, permits } = state.bodies.read(body).await?;
    let request = parts.request(Payload::Bytes(&bytes));
    let permission = Permission {
        action: INVOKE,
        resource: &state.api.resource(request.method, route.path()),
    };
    let reply = match authorizer.authorize(&claim, &request, &permission) {
        Ok(allowed) => {
            entry.caller = Some(allowed.caller.arn.as_str());
            match route {
                Route::Items if head.method == http::Method::POST => Ok(state.items.post(&bytes)),
                Route::Items => Ok(state.items.get()),
                Route::Echo(_) => echo(head, &bytes, permits, &state.bodies).await,
            }
        }
        Err(refused) => {
            entry.caller = refused.caller.map(|caller| caller.arn.as_str());
            Err(refused.reply)
        }
    };
    #[cfg(feature = "inspect")]
    watch::keep(state, entry, bytes, &unread, &reply);
    reply
}

/// The headers are those that the service always sends.
fn response(reply: Reply, request_id: &str) -> Response<Pieces> {
    let mut response = Response::new(reply.body);
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let (content_type, id_name, error_type) = match reply.form {
        Form::Json => (
            Some("application/json"),
            "x-amzn-requestid",
            reply.error_type,
        ),
        Form::Xml => (Some("application/xml"), "x-amz-request-id", None),
        Form::Empty => (None, "x-amz-request-id", None),
    };
    let headers = response.headers_mut();
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.extend(reply.headers.map(|headers| *headers).unwrap_or_default());
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(id_name, id);
    }
    if let Some(error_type) = error_type {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error_type));
    }
    response
}
