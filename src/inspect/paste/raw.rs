//! Messages as they go over the wire, or as `curl -i` prints them.

use super::copied::{Answer, Fault, Request};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// Takes a line off the front, without its end.
fn line<'t>(rest: &mut &'t str) -> Option<&'t str> {
    if rest.is_empty() {
        return None;
    }
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = after;
    Some(line.strip_suffix('\r').unwrap_or(line))
}

type Headers = Vec<(String, Zeroizing<Vec<u8>>)>;

/// Up to the empty line. What begins with white space goes on with the line before (RFC 9112, 5.2).
fn headers(rest: &mut &str) -> Headers {
    let mut headers = Headers::new();
    while let Some(line) = line(rest).filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = headers.last_mut()
        {
            value.push(b'\n');
            value.extend_from_slice(line.as_bytes());
            continue;
        }
        if let Some((name, value)) = line.split_once(':') {
            let value = Zeroizing::new(value.trim().as_bytes().to_vec());
            headers.push((name.trim().to_owned(), value));
        }
    }
    headers
}

/// A stated length says what belongs to the body: editors and pages add a line end.
fn body(headers: &Headers, rest: &str) -> Zeroizing<Vec<u8>> {
    let stated = headers.iter();
    let mut stated = stated.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let stated = stated.next().and_then(|(_, value)| {
        let digits = core::str::from_utf8(value).ok()?;
        digits.parse::<usize>().ok()
    });
    let bytes = rest.as_bytes();
    let body = stated
        .and_then(|length| bytes.get(..length))
        .unwrap_or(bytes);
    Zeroizing::new(body.to_vec())
}

pub(super) fn request(text: &str) -> Result<Request, Fault> {
    let mut rest = text;
    let first = line(&mut rest).unwrap_or_default();
    let fault = "the request is neither raw HTTP (GET /path HTTP/1.1), nor a curl line, a HAR, or the output \
                 of curl -v";
    let (method, target) = first.split_once(' ').ok_or(fault)?;
    let is_method = !method.is_empty()
        && method
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    // The target can hold raw spaces: it ends where the version starts.
    let target = match target.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => target,
        _ => target,
    };
    let is_url = ["http://", "https://"]
        .iter()
        .any(|scheme| target.starts_with(scheme));
    if !is_method || !(target.starts_with('/') || is_url) {
        return Err(fault);
    }
    let headers = headers(&mut rest);
    let body = body(&headers, rest);
    let mut request = Request {
        method: method.to_owned(),
        target: Zeroizing::new(target.to_owned()),
        headers,
        body,
        ..Request::default()
    };
    if is_url {
        request.go_to(target);
    }
    Ok(request)
}

/// The one that counts: interim ones come first.
pub(super) fn answer(text: &str) -> Answer {
    let mut rest = text;
    loop {
        let first = line(&mut rest).unwrap_or_default();
        let status = first.split(' ').nth(1);
        let status = status.and_then(|status| status.parse().ok()).unwrap_or(0);
        let headers = headers(&mut rest);
        if (100..200).contains(&status) && rest.starts_with("HTTP/") {
            continue;
        }
        let body = body(&headers, rest);
        return Answer {
            status,
            headers,
            body,
        };
    }
}
