//! One request: read, authorized, answered.

use super::access_log::Entry;
use super::api::Api;
use super::authorize::Authorizer;
use super::bodies::Bodies;
use super::echo::echo;
use super::items::Items;
#[cfg(feature = "v4a")]
use super::key_pairs::KeyPairs;
use super::limits::Limits;
use super::pieces::Pieces;
use super::principals::Principals;
use super::random;
use super::reply::Reply;
use super::route::Route;
use crate::adapter::http::HttpParts;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use http::request::Parts;
use http::{HeaderValue, Response, header};
use hyper::body::{Body, Incoming};
use serde_json::json;
use std::borrow::ToOwned;
use std::boxed::Box;

/// All that an answer depends on.
pub(crate) struct State {
    pub(crate) api: Api,
    pub(crate) principals: Principals,
    pub(crate) items: Items,
    pub(crate) bodies: Bodies,
    pub(crate) limits: Limits,
    /// Where Signature Version 4A is taken.
    #[cfg(feature = "v4a")]
    pub(crate) key_pairs: Option<KeyPairs>,
    pub(crate) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// Logged in a line without query, signature or secret.
pub(crate) async fn respond(request: http::Request<Incoming>, state: &State) -> Response<Pieces> {
    let (head, mut body) = request.into_parts();
    let mut entry = Entry {
        at: (state.clock)(),
        request_id: random::request_id(),
        access_key_id: None,
        caller: None,
    };
    let reply = handle(&head, &mut body, state, &mut entry)
        .await
        .unwrap_or_else(|refusal| refusal);
    log::info!("{}", entry.line(&head, &reply));
    // Who waits for a 100 (RFC 9110, 10.1.1) need not send the body after a refusal.
    if !body.is_end_stream() && !head.headers.contains_key(header::EXPECT) {
        tokio::spawn(Bodies::discard(state.limits, body));
    }
    response(reply, &entry.request_id)
}

async fn handle<'s>(
    head: &Parts,
    body: &mut Incoming,
    state: &'s State,
    entry: &mut Entry<'s>,
) -> Result<Reply, Reply> {
    // The absolute form of a target (RFC 9112, 3.2.2) is for proxies.
    if head.uri.authority().is_some() {
        return Err(Reply::bad_request("Bad Request"));
    }
    let route = Route::of(head, &state.api).ok_or_else(Reply::no_route)?;
    if matches!(route, Route::Health) {
        return Ok(Reply::ok(200, json!({ "status": "ok" })));
    }
    let parts = HttpParts::try_from(head).map_err(|_| Reply::bad_request("Bad Request"))?;
    let unread = parts.request(Payload::Unsigned);
    let authorizer = Authorizer {
        api: &state.api,
        principals: &state.principals,
        limits: &state.limits,
        #[cfg(feature = "v4a")]
        key_pairs: state.key_pairs.as_ref(),
        now: entry.at,
    };
    let claim = authorizer.claim(&unread)?;
    entry.access_key_id = Some(claim.access_key_id().to_owned());
    if !body.is_end_stream() {
        authorizer.foresee(&claim, &unread)?;
    }
    let body = state.bodies.read(body).await?;
    let request = parts.request(Payload::Bytes(&body.bytes));
    match authorizer.authorize(&claim, &request, route.path()) {
        Ok(caller) => entry.caller = Some(caller.arn.as_str()),
        Err(refused) => {
            entry.caller = refused.caller.map(|caller| caller.arn.as_str());
            return Err(refused.reply);
        }
    }
    match route {
        Route::Items if head.method == http::Method::POST => Ok(state.items.post(&body.bytes)),
        Route::Items => Ok(state.items.get()),
        _ => echo(head, body, &state.bodies).await,
    }
}

/// The headers are those that API Gateway always sends.
fn response(reply: Reply, request_id: &str) -> Response<Pieces> {
    let mut response = Response::new(reply.body);
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(error_type) = reply.error_type {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error_type));
    }
    response
}
