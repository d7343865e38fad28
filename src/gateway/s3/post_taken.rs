//! The answer to a form whose file was taken.

use super::super::reply::Reply;
use super::elements::Elements;
use super::object::bucket_in_host;
use crate::grammar::encode::encode;
use crate::grammar::hex::hex;
use crate::grammar::text::{UNRESERVED, ascii};
use crate::post_policy::VerifiedPost;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Uri, header};
use std::format;
use std::string::String;
use std::vec::Vec;

/// `success_action_redirect`, else `success_action_status`
/// ([form fields](https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html)), with what S3
/// was recorded to add. An `ETag` is no MD5 of everything that S3 stores; here it is the SHA-256.
pub(super) fn taken(head: &Parts, verified: &VerifiedPost<'_>, sha256: &[u8; 32]) -> Reply {
    let sha256 = hex(sha256);
    let etag = format!("\"{}\"", ascii(&sha256));
    let location = location(head, verified);
    let header = |name: HeaderName, value: &str| Some((name, HeaderValue::from_str(value).ok()?));
    let redirects = ["success_action_redirect", "redirect"];
    let redirect = redirects.iter().find_map(|name| verified.field(name));
    let redirect = redirect.and_then(|url| redirected(url, verified, &etag));
    if let Some(to) = redirect.and_then(|to| header(header::LOCATION, &to)) {
        return Reply::taken(303, [to].into(), None);
    }
    let headers: Vec<_> = [
        header(header::ETAG, &etag),
        header(header::LOCATION, &location),
    ]
    .into_iter()
    .flatten()
    .collect();
    match verified.field("success_action_status") {
        Some("200") => Reply::taken(200, headers, None),
        Some("201") => {
            let mut xml = Elements::document();
            xml.element("PostResponse", |xml| {
                xml.text("Location", &location);
                xml.text("Bucket", verified.bucket);
                xml.text("Key", &verified.key);
                xml.text("ETag", &etag);
            });
            Reply::taken(201, headers, Some(xml.finish()))
        }
        _ => Reply::taken(204, headers, None),
    }
}

/// Where the object would be, each `/` of its key escaped, as S3 has it.
fn location(head: &Parts, verified: &VerifiedPost<'_>) -> String {
    let host = head.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let key = encoded(&verified.key);
    match bucket_in_host(head) {
        Some(_) => format!("http://{host}/{key}"),
        None => format!("http://{host}/{}/{key}", verified.bucket),
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode(text, &UNRESERVED, &mut |piece| out.push_str(piece));
    out
}

/// Bucket, key and `ETag` behind the query that the URL has, before its fragment, which is for the
/// browser alone. Nothing for what is no URL.
fn redirected(url: &str, verified: &VerifiedPost<'_>, etag: &str) -> Option<String> {
    let parsed: Uri = url.parse().ok()?;
    if !matches!(parsed.scheme_str(), Some("http" | "https")) {
        return None;
    }
    let separator = if parsed.query().is_some() { '&' } else { '?' };
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let form = |text: &str| encoded(text).replace("%20", "+");
    Some(format!(
        "{url}{separator}bucket={}&key={}&etag={}{fragment}",
        form(verified.bucket),
        form(&verified.key),
        form(etag)
    ))
}
