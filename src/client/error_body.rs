//! AWS's error bodies: JSON in several spellings, XML in two.

use serde_json::{Map, Value};
use std::prelude::rust_2024::*;

/// What a body says, whatever its form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    pub region: Option<String>,
    pub server_time: Option<String>,
    pub canonical_string: Option<String>,
    pub string_to_sign: Option<String>,
}

/// Longer bodies are no error messages. It also bounds what parsing can cost.
pub(crate) const MAX_ERROR_BODY: usize = 64 * 1024;

/// Whatever a body tells; one that is neither is a message as it stands.
pub(crate) fn read(body: &[u8]) -> Told {
    let body = body.get(..MAX_ERROR_BODY).unwrap_or(body);
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        return read_json(&fields);
    }
    let text = String::from_utf8_lossy(body);
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.starts_with('<')
        && let Ok(document) = roxmltree::Document::parse(trimmed)
    {
        return read_xml(&document);
    }
    Told {
        message: (!trimmed.is_empty()).then(|| trimmed.into()),
        ..Told::default()
    }
}

/// `message` for signature errors, `Message` for denials, `__type` or `code` beside it;
/// some services put it all into an `Error`.
fn read_json(fields: &Map<String, Value>) -> Told {
    let inner = match fields.get("Error").or_else(|| fields.get("error")) {
        Some(Value::Object(inner)) => inner,
        _ => fields,
    };
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| inner.get(*name)?.as_str())?;
        Some(found.into())
    };
    Told {
        code: text(&["__type", "code", "Code"]),
        message: text(&["message", "Message", "errorMessage"]),
        request_id: text(&["requestId", "RequestId"]),
        ..Told::default()
    }
}

/// S3's `<Error>`, and `<ErrorResponse><Error>` of the query services.
fn read_xml(document: &roxmltree::Document<'_>) -> Told {
    let text = |names: &[&str]| {
        let mut elements = document.descendants();
        let found = elements.find(|element| names.contains(&element.tag_name().name()))?;
        found.text().map(Into::into)
    };
    let is_error = document
        .descendants()
        .any(|element| element.has_tag_name("Error") || element.tag_name().name() == "Error");
    if !is_error {
        return Told::default();
    }
    Told {
        code: text(&["Code"]),
        message: text(&["Message"]),
        request_id: text(&["RequestId", "RequestID"]),
        region: text(&["Region"]),
        server_time: text(&["ServerTime"]),
        canonical_string: text(&["CanonicalRequest"]),
        string_to_sign: text(&["StringToSign"]),
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ERROR_BODY, Told, read};
    use std::prelude::rust_2024::*;

    #[test]
    fn hostile_bodies_end() {
        let deep = |piece: &str| piece.repeat(MAX_ERROR_BODY / piece.len());
        for body in [deep("<a>"), deep("["), deep("{\"a\":"), deep("<Error a=\"")] {
            let _ = read(body.as_bytes());
        }
        // Entities of its own are the classic way to make a parser explode.
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
        assert_eq!(read(bomb.as_bytes()).code, None);
        assert_eq!(read(b""), Told::default());
        assert_eq!(
            read(b"<html><body>Bad Gateway</body></html>"),
            Told::default()
        );
        assert_eq!(
            read(b"\xff plain").message.as_deref(),
            Some("\u{fffd} plain")
        );
    }

    #[test]
    fn spellings() {
        for (body, code, message) in [
            (r#"{"message":"m"}"#, None, Some("m")),
            (r#"{"Message":"m","code":"C"}"#, Some("C"), Some("m")),
            (r#"{"__type":"x#C","message":"m"}"#, Some("x#C"), Some("m")),
            (
                r#"{"Error":{"Code":"C","Message":"m"}}"#,
                Some("C"),
                Some("m"),
            ),
            (r#"{"message":null}"#, None, None),
            (
                "<?xml version=\"1.0\"?>\n<Error><Code>C</Code><Message>a &amp; b</Message></Error>",
                Some("C"),
                Some("a & b"),
            ),
            (
                "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Code>C</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
                Some("C"),
                Some("m"),
            ),
        ] {
            let told = read(body.as_bytes());
            assert_eq!(
                (told.code.as_deref(), told.message.as_deref()),
                (code, message),
                "{body}"
            );
        }
    }
}
