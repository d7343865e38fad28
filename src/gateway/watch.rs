//! What the inspector is left of each request, when it is over.

use super::access_log::Entry;
use super::bodies::Asked;
use super::reply::{Reply, Why};
use super::state::State;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::error::Error;
use crate::inspect::head::Head;
use crate::inspect::record::{Body, By, Filled, Judged, Seen};
use crate::inspect::ring::Ring;
use crate::inspect::verdict::Verdict;
use crate::post_policy::PostClaim;
use crate::request::Request;
use crate::verify::refusal::reason::RefusalReason;
use http::request::Parts;
use hyper::body::Body as _;
use std::boxed::Box;
use std::string::ToString;
use std::time::Duration;
use std::vec::Vec;
use zeroize::Zeroizing;

/// How long an answer is that is kept, in bytes.
const ANSWER: usize = 4_096;

/// What is known of a body before it is read.
pub(super) fn of_none<B: hyper::body::Body + Unpin>(body: &Asked<B>) -> Body {
    if body.is_end_stream() {
        Body::Kept(Zeroizing::default())
    } else {
        Body::Unread
    }
}

/// The body, where anybody may look at it: the answer is made, and nobody else has a need of it.
pub(super) fn keep(
    state: &State,
    entry: &mut Entry<'_>,
    bytes: Vec<u8>,
    request: &Request<'_>,
    reply: &Result<Reply, Reply>,
) {
    if state.seen.is_none() {
        return;
    }
    let differs = RefusalReason::Error(Error::PayloadDiffers);
    let differs = matches!(
        reply, Err(Reply { why: Why::Refused(reason), .. }) if **reason == differs
    );
    // A hash that is stated is compared with the body. Of another one it is what is looked for.
    let states = |(name, _): &(&str, &[u8])| name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER);
    entry.body = Body::of(bytes, || !differs && request.headers.iter().any(states));
}

/// What a form says of itself before it is verified.
pub(super) fn filled(state: &State, entry: &mut Entry<'_>, claim: &PostClaim<'_>) {
    if state.seen.is_some() {
        entry.form = Some(Box::new(Filled {
            key: claim.access_key_id().into(),
            scope: claim.scope().to_string(),
            asks: None,
        }));
    }
}

pub(super) fn put(ring: &Ring, head: &Parts, entry: Entry<'_>, reply: &Reply, took: Duration) {
    let proven = entry.caller.is_some();
    // Of a wrong signature the answer follows from the request.
    let is_of_form = |reason: &RefusalReason| matches!(reason, RefusalReason::Post(_));
    let is_own = match &reply.why {
        Why::Served => true,
        Why::Refused(reason) => !is_of_form(reason),
        _ => false,
    };
    let answer = (!is_own).then(|| reply.body.first()).flatten();
    ring.put(Seen {
        at: entry.at,
        took,
        status: Some(reply.status),
        from: Some(entry.from),
        head: Head::of(head),
        body: entry.body,
        by: By::Gateway(Judged {
            verdict: Verdict::of(&reply.why, proven),
            why: reply.why.clone(),
            note: reply.reason.clone(),
            proven,
            form: entry.form,
            body: answer.filter(|answer| answer.len() <= ANSWER),
        }),
    });
}
