//! A policy as text.
//! [POST policy](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html)

use crate::grammar::json::push_quoted;
use crate::request::timestamp::Timestamp;
use alloc::format;
use alloc::string::String;

/// The document, spaced as botocore spaces it: forms are the same, byte for byte.
pub(super) struct PolicyText(String);

impl PolicyText {
    pub(super) fn until(expiration: Timestamp) -> Self {
        let expiration = expiration.to_rfc3339();
        Self(format!(
            "{{\"expiration\": \"{expiration}\", \"conditions\": ["
        ))
    }

    /// `{"name": "value"}`
    pub(super) fn equal(&mut self, name: &str, value: &str) {
        self.next("{");
        push_quoted(&mut self.0, name);
        self.0.push_str(": ");
        push_value(&mut self.0, value);
        self.0.push('}');
    }

    /// `["starts-with", "$name", "prefix"]`
    pub(super) fn starts_with(&mut self, name: &str, prefix: &str) {
        self.next("[\"starts-with\", ");
        push_quoted(&mut self.0, &format!("${name}"));
        self.0.push_str(", ");
        push_value(&mut self.0, prefix);
        self.0.push(']');
    }

    /// `["content-length-range", 0, 10]`
    pub(super) fn length(&mut self, minimum: u64, maximum: u64) {
        let range = format!("[\"content-length-range\", {minimum}, {maximum}]");
        self.next(&range);
    }

    fn next(&mut self, text: &str) {
        if !self.0.ends_with('[') {
            self.0.push_str(", ");
        }
        self.0.push_str(text);
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("]}");
        self.0
    }
}

/// A dollar sign at the start of a value is written `\$`, as S3 has it beside JSON's own escapes
/// (character escaping).
fn push_value(out: &mut String, value: &str) {
    let behind_quote = out.len().saturating_add(1);
    push_quoted(out, value);
    if value.starts_with('$') {
        out.insert(behind_quote, '\\');
    }
}
