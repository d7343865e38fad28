//! The page, one file, and what a browser may do with it.

use crate::grammar::base64::base64;
use crate::signature::hash::sha256;
use serde_json::Value;
use std::format;
use std::prelude::rust_2024::*;

const PAGE: &str = include_str!("page.html");
const DATA: &str = "<script type=\"application/json\" id=\"data\">null</script>";
const POLICY: &str = "<!-- csp -->";

/// As it is served: it asks for what it shows.
pub(super) fn text() -> &'static str {
    PAGE
}

/// Its own style and script, its own server, and nothing else
/// ([Content Security Policy](https://www.w3.org/TR/CSP3/)).
pub(super) fn policy() -> String {
    let allowed = |tag: &str| match between(tag) {
        Some(text) => format!("'sha256-{}'", base64(&sha256(text.as_bytes()))),
        None => "'none'".into(),
    };
    format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        allowed("script"),
        allowed("style")
    )
}

fn between(tag: &str) -> Option<&'static str> {
    let (_, after) = PAGE.split_once(&format!("<{tag}>"))?;
    let (text, _) = after.split_once(&format!("</{tag}>"))?;
    Some(text)
}

/// With what it shows in it, for those who run no server.
pub(super) fn with(data: &Value) -> String {
    let meta = format!(
        "<meta http-equiv=\"content-security-policy\" content=\"{}\">",
        policy().replace("connect-src 'self'; ", "")
    );
    let data = format!(
        "<script type=\"application/json\" id=\"data\">{}</script>",
        escaped(&data.to_string())
    );
    PAGE.replacen(POLICY, &meta, 1).replacen(DATA, &data, 1)
}

/// Nothing in it ends the element that it stands in, nor begins another one.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{DATA, PAGE, POLICY, policy, with};
    use serde_json::json;

    /// What the server needs of the page, and what the page may not need.
    #[test]
    fn the_page_is_one_file() {
        for (text, times) in [(DATA, 1), (POLICY, 1), ("<script>", 1), ("<style>", 1)] {
            assert_eq!(PAGE.matches(text).count(), times, "{text}");
        }
        assert!(PAGE.len() < 60_000, "{} bytes", PAGE.len());
        // A namespace is a name, and nothing that is fetched.
        let page = PAGE.replace("http://www.w3.org/", "");
        for foreign in ["http://", "https://", "src=\"//", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert_eq!(policy().matches("'sha256-").count(), 2);
    }

    #[test]
    fn data_ends_no_element() {
        let page = with(&json!({ "explain": "</script><!--<script>&\u{2028}" }));
        let shown = r#"{"explain":"\u003c/script\u003e\u003c!--\u003cscript\u003e\u0026\u2028"}"#;
        assert!(page.contains(shown), "{page}");
        assert!(page.contains("<meta http-equiv=\"content-security-policy\""));
        assert!(!page.contains("connect-src"));
    }
}
