//! S3's side of the stand-in: the head is authorized first, then the body is read, and none of it
//! kept but what the inspector shows.

mod elements;
mod form_reader;
#[cfg(test)]
mod form_reader_tests;
pub(crate) mod object;
mod post;
mod post_taken;
mod received;
pub(super) mod upload;

use super::access_log::Entry;
use super::authorize::Authorizer;
use super::bodies::Asked;
use super::permission::Permission;
use super::reply::Reply;
use super::state::State;
use crate::adapter::http::HttpParts;
use crate::error::Error;
#[cfg(feature = "inspect")]
use crate::inspect::record;
use crate::request::streaming::Streaming;
use crate::request::{Payload, Request};
use crate::stream::head::CHECKSUM_PREFIX;
use crate::verify::refusal::reason::RefusalReason;
use http::Method;
use http::request::Parts;
use hyper::body::{Body, Incoming};
use object::Object;
pub(super) use object::bucket_in_host;
use received::received;
use std::borrow::ToOwned;
use upload::Upload;

/// What arrived, or why it is refused.
pub(super) async fn answer<'s>(
    head: &Parts,
    body: &mut Asked<Incoming>,
    state: &'s State,
    authorizer: &Authorizer<'s>,
    entry: &mut Entry<'s>,
) -> Result<Reply, Reply> {
    if let Some(bucket) = post::bucket_of(head) {
        return post::answer(&bucket?, head, body, state, authorizer, entry).await;
    }
    let parts = HttpParts::try_from(head).map_err(|_| Reply::invalid_request())?;
    let unread = parts.request(Payload::Unsigned);
    let claim = authorizer.claim(&unread)?;
    entry.access_key_id = Some(claim.access_key_id().to_owned());
    let object = Object::of(head)?;
    let resource = object.arn(authorizer.api);
    let permission = Permission {
        action: Object::action(&head.method)?,
        resource: &resource,
    };
    // Of S3, the head says all of the body that is signed.
    let allowed = match authorizer.authorize(&claim, &unread, &permission) {
        Ok(allowed) => allowed,
        Err(refused) => {
            entry.caller = refused.caller.map(|caller| caller.arn.as_str());
            return Err(refused.reply);
        }
    };
    entry.caller = Some(allowed.caller.arn.as_str());
    let refuse = |reason: RefusalReason, request: &Request<'_>| authorizer.refusal(reason, request);
    let verified = &allowed.verified;
    let is_too_long = |length| usize::try_from(length).unwrap_or(usize::MAX) > state.limits.body;
    if let Some(pieces) = &verified.chunked_body {
        // Objects are uploaded so, and nothing else; the trailer is a checksum.
        let mut names = pieces.trailer_names();
        if head.method != Method::PUT || names.any(|name| !name.starts_with(CHECKSUM_PREFIX)) {
            return Err(refuse(Error::StreamingPayloadRefused.into(), &unread));
        }
        if is_too_long(pieces.decoded_length) {
            return Err(refuse(RefusalReason::BodyTooLong, &unread));
        }
    } else if is_too_long(body.size_hint().lower()) {
        return Err(refuse(RefusalReason::BodyTooLong, &unread));
    }
    let decoder = verified.chunk_decoder(&*allowed.key);
    let is_held = verified.streaming.is_some_and(Streaming::is_signed);
    let mut upload = Upload::new(decoder, is_held, unread.headers, state.limits.body)?;
    #[cfg(feature = "inspect")]
    if state.seen.is_some() {
        upload.keep(body.size_hint().exact());
    }
    let arrived = state.bodies.receive(body, &mut upload).await;
    #[cfg(feature = "inspect")]
    if let (Ok(()), Some(bytes)) = (&arrived, upload.take_kept()) {
        entry.body = record::Body::Kept(bytes);
    }
    let arrived = arrived.and_then(|()| upload.finish());
    let arrived = arrived.map_err(|reason| refuse(reason, &unread))?;
    #[cfg(feature = "inspect")]
    if state.seen.is_some() && matches!(entry.body, record::Body::Unread) {
        entry.body = record::Body::Hashed {
            bytes: arrived.length as u64,
            sha256: Some(arrived.sha256),
        };
    }
    let differs = |stated: [u8; 32]| stated != arrived.sha256;
    if verified.payload_sha256.is_some_and(differs) {
        let request = parts.request(Payload::Sha256(arrived.sha256));
        return Err(refuse(Error::PayloadDiffers.into(), &request));
    }
    Ok(Reply::xml(received(head, &object, verified, &arrived)))
}
