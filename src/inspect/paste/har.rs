//! HTTP Archive 1.2, as browsers and proxies export it
//! ([the format](http://www.softwareishard.com/blog/har-12-spec/)).

use super::copied::{Answer, Fault, Request};
use serde_json::Value;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// Of several, the first that is signed and refused, else the first that is signed, else the first.
pub(super) fn read(text: &str) -> Result<(Request, Option<Answer>), Fault> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| "the request begins as JSON, and is none")?;
    let one = [document.clone()];
    let entries = match document.pointer("/log/entries").or(document.get("entries")) {
        Some(Value::Array(entries)) => entries.as_slice(),
        _ => &one,
    };
    let signed = |entry: &&Value| is_signed(entry);
    let refused = |entry: &&Value| matches!(status(entry), 400 | 401 | 403);
    let entry = entries.iter().find(|entry| signed(entry) && refused(entry));
    let entry = entry
        .or_else(|| entries.iter().find(signed))
        .or(entries.first());
    let entry = entry.ok_or("the HAR has no entries")?;
    let request = entry
        .get("request")
        .ok_or("no HAR: there is no request in it")?;
    Ok((self::request(request)?, answer(entry)))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn headers(message: &Value) -> impl Iterator<Item = (&str, &str)> {
    let list = message.get("headers").and_then(Value::as_array);
    let list = list.into_iter().flatten();
    list.map(|header| (text(header, "name"), text(header, "value")))
}

fn is_signed(entry: &Value) -> bool {
    let Some(request) = entry.get("request") else {
        return false;
    };
    let by_header = headers(request).any(|(name, value)| {
        name.eq_ignore_ascii_case("authorization") && value.starts_with("AWS4-")
    });
    by_header || text(request, "url").contains("X-Amz-Signature=")
}

fn status(entry: &Value) -> u16 {
    let status = entry.pointer("/response/status").and_then(Value::as_u64);
    status
        .and_then(|status| u16::try_from(status).ok())
        .unwrap_or(0)
}

fn request(request: &Value) -> Result<Request, Fault> {
    let mut read = Request {
        method: text(request, "method").to_owned(),
        ..Request::default()
    };
    for (name, value) in headers(request) {
        match name {
            // HTTP/2 has the host so.
            ":authority" => read.add("host", value),
            name if name.starts_with(':') || name.is_empty() => {}
            name => read.add(name, value),
        }
    }
    let url = text(request, "url");
    if read.method.is_empty() || !url.contains("://") {
        return Err("no HAR: the request has no method, or no url");
    }
    read.go_to(url);
    let body = request.pointer("/postData/text").and_then(Value::as_str);
    // It is -1 where the browser does not know it.
    let size = request.get("bodySize").and_then(Value::as_i64);
    read.is_body_elsewhere =
        body.is_none() && (size.is_some_and(|size| size > 0) || request.get("postData").is_some());
    read.body = Zeroizing::new(body.unwrap_or_default().as_bytes().to_vec());
    Ok(read)
}

fn answer(entry: &Value) -> Option<Answer> {
    let response = entry.get("response")?;
    let own =
        |(name, value): (&str, &str)| (name.to_owned(), Zeroizing::new(value.as_bytes().to_vec()));
    let is_base64 = response.pointer("/content/encoding").is_some();
    let body = response.pointer("/content/text").and_then(Value::as_str);
    let body = body.filter(|_| !is_base64).unwrap_or_default();
    Some(Answer {
        status: status(entry),
        headers: headers(response).map(own).collect(),
        body: Zeroizing::new(body.as_bytes().to_vec()),
    })
}
