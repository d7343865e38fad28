//! What the head of a request says of the body that is sent with it.

use super::forwarded::Forwarded;
use crate::proxy::hop::remove_any;
use http::header::{CONTENT_LENGTH, EXPECT, TRAILER, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method};
use http_body::Body;
use std::prelude::rust_2024::*;

/// What is said of a body. And the proxy has asked for it itself.
const REPLACED: [HeaderName; 3] = [CONTENT_LENGTH, TRANSFER_ENCODING, EXPECT];

/// The caller's word of its body is replaced by what is known of the body that is sent: one of
/// `content-length` and `transfer-encoding`, never both (RFC 9112, 6.2). A client of HTTP/2 leaves
/// the second off.
pub(super) fn frame(head: &mut Parts, body: &Forwarded) {
    let headers = &mut head.headers;
    let had_length = headers.contains_key(CONTENT_LENGTH);
    remove_any(headers, &REPLACED);
    match body.size_hint().exact() {
        // RFC 9110, 8.6: these methods have a body, and S3 wants to know that it is empty.
        Some(0) => {
            let usual = [Method::POST, Method::PUT, Method::PATCH].contains(&head.method);
            if had_length || usual {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
        }
        Some(length) => {
            headers.insert(CONTENT_LENGTH, length.into());
        }
        None => {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            let Some(trailers) = body.trailers() else {
                return;
            };
            let names: Vec<_> = trailers.keys().map(HeaderName::as_str).collect();
            if let Ok(names) = HeaderValue::from_str(&names.join(",")) {
                headers.insert(TRAILER, names);
            }
            return;
        }
    }
    // With a length nothing follows.
    headers.remove(TRAILER);
}
