//! What becomes of the bodies of a route.

use super::config_fault::ConfigFault;
use super::document::RouteTable;
use super::written::Wrong;
use crate::endpoint::Resolved;
use crate::proxy::settings::Body;
use crate::request::profile::{Profile, StreamingPayload, UnsignedPayload};
use crate::request::streaming::Streaming;
use std::prelude::rust_2024::*;

/// What becomes of bodies, where the service goes with it.
pub(super) fn body(table: &RouteTable, scope: Option<&Resolved>) -> Result<Body, Wrong> {
    let Some(written) = &table.body else {
        return Ok(Body::default());
    };
    let (body, rule) = match written.value.as_str() {
        "hashed" => (Body::Hashed, "hashed"),
        "unsigned" => (Body::Unsigned, "unsigned"),
        "chunked" => (Body::Chunked, "chunked"),
        "believed" => (Body::Believed, "believed"),
        _ => {
            let expected = "expected hashed, unsigned, chunked or believed";
            return Err(written.wrong("body", ConfigFault::Malformed { expected }));
        }
    };
    let Some(scope) = scope else {
        return Ok(body);
    };
    let profile = Profile::for_service(&scope.service);
    let takes = match body {
        Body::Hashed | Body::Believed => true,
        Body::Unsigned => profile.unsigned_payload != UnsignedPayload::Refused,
        Body::Chunked => {
            profile.streaming_payload == StreamingPayload::Chunked
                && profile.takes(Streaming::Signed)
        }
    };
    if takes {
        return Ok(body);
    }
    let service = scope.service.clone();
    Err(written.wrong("body", ConfigFault::Body { rule, service }))
}
