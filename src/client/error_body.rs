//! AWS's error bodies: JSON in several spellings, XML in two.

use crate::client::error_xml::elements;
use serde_json::{Map, Value};
use std::prelude::rust_2024::*;

/// Longer bodies are no error messages. It also bounds what reading them can cost.
pub(crate) const MAX_ERROR_BODY: usize = 64 * 1024;

/// What a body says, whatever its form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub code: Option<String>,
    /// In the order in which they are to be believed; none is empty.
    pub messages: Vec<String>,
    pub request_id: Option<String>,
    pub region: Option<String>,
    pub server_time: Option<String>,
    pub canonical_string: Option<String>,
    pub string_to_sign: Option<String>,
    pub headers_not_signed: Option<String>,
}

/// Whatever a body tells; one that is neither is a message as it stands.
pub(crate) fn read(body: &[u8]) -> Told {
    read_form(body).unwrap_or_else(|| {
        let body = body.get(..MAX_ERROR_BODY).unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let message = (!text.is_empty()).then(|| text.into());
        Told {
            messages: message.into_iter().collect(),
            ..Told::default()
        }
    })
}

/// The same of a body in one of the two forms; JSON that does not end is in neither.
pub(crate) fn read_form(body: &[u8]) -> Option<Told> {
    let body = body.get(..MAX_ERROR_BODY).unwrap_or(body);
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        return Some(read_json(&fields));
    }
    let text = String::from_utf8_lossy(body);
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    trimmed.starts_with('<').then(|| read_xml(trimmed))
}

/// `message` for signature errors, `Message` for denials, `detailedMessage` of Neptune,
/// `reason` of OpenSearch; `__type`, `code`, `type` beside it. Some services put it all
/// into an `Error`, AppSync into the first of its `errors`.
fn read_json(fields: &Map<String, Value>) -> Told {
    let nested = fields.get("Error").or_else(|| fields.get("error"));
    let first = fields.get("errors").and_then(|errors| errors.get(0));
    let inner = nested.filter(|nested| nested.is_object()).or(first);
    let inner = inner.and_then(Value::as_object).unwrap_or(fields);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| {
            let value = inner.get(*name).or_else(|| fields.get(*name))?;
            value.as_str()
        });
        found.filter(|text| !text.is_empty()).map(String::from)
    };
    let names = [
        "message",
        "Message",
        "detailedMessage",
        "errorMessage",
        "reason",
    ];
    let mut messages: Vec<_> = names.iter().filter_map(|name| text(&[name])).collect();
    if messages.is_empty() {
        // `{"error":"Forbidden"}`
        messages.extend(nested.and_then(Value::as_str).map(String::from));
    }
    Told {
        code: text(&["__type", "code", "Code", "errorType", "type"]),
        messages,
        request_id: text(&["requestId", "RequestId"]),
        ..Told::default()
    }
}

/// S3's `<Error>`, and `<ErrorResponse><Error>` of the query services; nothing of a page
/// that has none.
fn read_xml(text: &str) -> Told {
    let mut told = Told::default();
    let mut is_error = false;
    for (name, text) in elements(text) {
        let field = match name {
            "Error" => {
                is_error = true;
                continue;
            }
            "Message" => {
                if told.messages.is_empty() && !text.is_empty() {
                    told.messages.push(text.into());
                }
                continue;
            }
            "Code" => &mut told.code,
            "RequestId" | "RequestID" => &mut told.request_id,
            "Region" => &mut told.region,
            "ServerTime" => &mut told.server_time,
            "CanonicalRequest" => &mut told.canonical_string,
            "StringToSign" => &mut told.string_to_sign,
            "HeadersNotSigned" => &mut told.headers_not_signed,
            _ => continue,
        };
        field.get_or_insert_with(|| text.into());
    }
    if is_error { told } else { Told::default() }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ERROR_BODY, Told, read};
    use std::prelude::rust_2024::*;

    /// Nothing that nests, repeats or does not end is told as more than it is. What each
    /// costs is counted in `tests/growth/received.rs`.
    #[test]
    fn hostile_bodies_tell_no_more_than_they_have() {
        let deep = |piece: &str| piece.repeat(MAX_ERROR_BODY / piece.len());
        for (body, told) in [
            (deep("<a>"), ""),
            (deep("["), "["),
            (deep("{\"a\":"), "{"),
            (deep("<Error a=\""), ""),
            (deep("&"), "&"),
            (std::format!("<Error>{}", deep("&#")), ""),
            (std::format!("<Error><Message>{}", deep("&#")), "&#"),
            (deep("<!--"), ""),
            (deep("<![CDATA["), ""),
            (deep("<a><![CDATA["), ""),
            (deep("<Message>"), ""),
            (deep("<a xmlns:b='c'>"), ""),
            (std::format!("<a{}>", deep(" xmlns:b='c'")), ""),
        ] {
            let found = read(body.as_bytes());
            let messages = found.messages.concat();
            assert!(messages.len() <= body.len(), "{}", &body[..40]);
            assert_eq!(messages.is_empty(), told.is_empty(), "{}", &body[..40]);
            assert!(messages.starts_with(told), "{}", &body[..40]);
            let messages = found.messages;
            assert_eq!(
                read(body.as_bytes()),
                Told {
                    messages,
                    ..Told::default()
                }
            );
        }
        // Entities of its own are the classic way to make a parser explode.
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
        assert_eq!(read(bomb.as_bytes()).code, None);
        assert_eq!(read(b""), Told::default());
        assert_eq!(
            read(b"<html><body>Bad Gateway</body></html>"),
            Told::default()
        );
        assert_eq!(read(b"\xff plain").messages, ["\u{fffd} plain"]);
    }

    #[test]
    fn spellings() {
        for (body, code, messages) in [
            (r#"{"message":"m"}"#, None, &["m"][..]),
            (r#"{"Message":"m","code":"C"}"#, Some("C"), &["m"]),
            (r#"{"__type":"x#C","message":"m"}"#, Some("x#C"), &["m"]),
            (r#"{"Error":{"Code":"C","Message":"m"}}"#, Some("C"), &["m"]),
            (r#"{"message":null}"#, None, &[]),
            (r#"{"message":"","error":"m"}"#, None, &["m"]),
            (r#"{"error":"m"}"#, None, &["m"]),
            (
                r#"{"requestId":"r","code":"C","detailedMessage":"d","message":"m"}"#,
                Some("C"),
                &["m", "d"],
            ),
            (
                r#"{"error":{"root_cause":[{"type":"x"}],"type":"security_exception","reason":"m"},"status":403}"#,
                Some("security_exception"),
                &["m"],
            ),
            (
                r#"{"errors":[{"errorType":"C","message":"m"},{"message":"n"}]}"#,
                Some("C"),
                &["m"],
            ),
            (
                "<?xml version=\"1.0\"?>\n<Error><Code>C</Code><Message>a &amp; b</Message></Error>",
                Some("C"),
                &["a & b"],
            ),
            (
                "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Code>C</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
                Some("C"),
                &["m"],
            ),
            ("<Error><Code>C</Code><Message>cut o", Some("C"), &["cut o"]),
        ] {
            let told = read(body.as_bytes());
            assert_eq!(told.code.as_deref(), code, "{body}");
            assert_eq!(told.messages, messages, "{body}");
        }
    }
}
