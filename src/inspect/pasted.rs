//! "Why 403?": what a pasted answer means for a pasted request.

use super::detail::{self, Shown};
use super::given::{self, SignsFor};
use super::paste::{Fault, Pasted};
use super::record::Body;
use crate::explain::Answer;
use crate::request::{Header, Request};
use serde_json::{Value, json};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

const NOT_EXPORTED: &str = "it was pasted here: whoever did has it";

/// All of it in JSON.
///
/// # Errors
/// What cannot be read of it, in a sentence.
pub(crate) fn explained(
    request: &str,
    answer: &str,
    region: Option<&str>,
    service: Option<&str>,
) -> Result<Value, Fault> {
    let pasted = Pasted::read(request, answer)?;
    let texts = [request, answer];
    let mut headers: Vec<Header<'_>> = Vec::new();
    let mut given = None;
    let mut body = Body::Unread;
    let mut signs_for = SignsFor {
        region: region.filter(|region| !region.is_empty()),
        service: service.filter(|service| !service.is_empty()),
        key: None,
    };
    if let Some(request) = &pasted.request {
        headers.extend(
            (request.headers.iter()).map(|(name, value)| (name.as_str(), value.as_slice())),
        );
        if !request.lacks_body() {
            body = Body::Kept(Zeroizing::new(request.body.to_vec()));
        }
        signs_for.key = request.key.as_deref();
        if let Some((of_region, of_service)) = &request.signs_for {
            let named = |text: &'_ String| !text.is_empty();
            signs_for.region = signs_for
                .region
                .or(Some(of_region.as_str()).filter(|_| named(of_region)));
            signs_for.service = signs_for
                .service
                .or(Some(of_service.as_str()).filter(|_| named(of_service)));
        }
    }
    if let Some(request) = &pasted.request {
        given = Some(Request {
            method: &request.method,
            target: &request.target,
            headers: &headers,
            payload: body.payload(),
        });
    }
    let came: Vec<Header<'_>> = pasted
        .answer
        .iter()
        .flat_map(|answer| {
            answer
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_slice()))
        })
        .collect();
    let answer = pasted.answer.as_ref().map(|answer| Answer {
        // A body alone is looked at because it was an error.
        status: answer.status,
        headers: &came,
        body: &answer.body,
    });
    let findings = given::findings(given.as_ref(), answer.as_ref(), signs_for);
    let shown = Shown {
        id: 0,
        from: "explain",
        is_signed_here: false,
        at: None,
        micros: 0,
        status: answer
            .map(|answer| answer.status)
            .filter(|status| *status != 0),
        method: given.as_ref().map_or("", |request| request.method),
        target: given.as_ref().map_or("", |request| request.target),
        headers: &headers,
        body: &body,
        is_whole: true,
        pasted: texts,
    };
    let mut all = detail::detail(&shown, &findings, [Err(NOT_EXPORTED); 3], None);
    if let Value::Object(fields) = &mut all {
        fields.insert(
            "read_as".into(),
            json!({ "request": pasted.request_form, "answer": pasted.answer_form }),
        );
    }
    Ok(all)
}
