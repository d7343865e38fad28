//! A form as JSON and as HTML.

use super::form::{Open, PostForm};
use crate::grammar::json::push_quoted;
use alloc::string::String;

impl PostForm {
    /// `{"url": …, "fields": {…}}`, as boto3's `generate_presigned_post` and
    /// `@aws-sdk/s3-presigned-post` return it. URL is that of the bucket
    /// ([`PostPolicy::url`](super::PostPolicy::url)).
    #[must_use]
    pub fn to_json(&self, url: &str) -> String {
        json(self, url)
    }

    /// A page with the form: every field hidden, an input for each that is
    /// [to be filled in](Self::to_be_filled_in), and the file last.
    #[must_use]
    pub fn to_html(&self, url: &str) -> String {
        html(self, url)
    }
}

/// A member a line.
fn json(form: &PostForm, url: &str) -> String {
    let mut out = String::from("{\n  \"url\": ");
    push_quoted(&mut out, url);
    out.push_str(",\n  \"fields\": {");
    for (index, (name, value)) in form.fields().enumerate() {
        out.push_str(if index > 0 { ",\n    " } else { "\n    " });
        push_quoted(&mut out, name);
        out.push_str(": ");
        push_quoted(&mut out, value);
    }
    out.push_str("\n  }\n}\n");
    out
}

/// [HTML form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html): in UTF-8,
/// as `multipart/form-data`, and nothing behind the file, as S3 would ignore it.
fn html(form: &PostForm, url: &str) -> String {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n\
         <title>Upload</title>\n</head>\n<body>\n<form action=",
    );
    push_attribute(&mut out, url);
    out.push_str(" method=\"post\" enctype=\"multipart/form-data\">\n");
    for (name, value) in form.fields() {
        hidden(&mut out, name, value);
    }
    for (name, wanted) in &form.open {
        match wanted {
            Open::Equal(value) => hidden(&mut out, name, value),
            Open::StartsWith(prefix) => {
                out.push_str("<p><label>");
                push_text(&mut out, name);
                out.push_str(" <input type=\"text\" name=");
                push_attribute(&mut out, name);
                out.push_str(" value=");
                push_attribute(&mut out, prefix);
                out.push_str("></label></p>\n");
            }
        }
    }
    out.push_str(
        "<p><input type=\"file\" name=\"file\" required> <button>Upload</button></p>\n\
         </form>\n</body>\n</html>\n",
    );
    out
}

fn hidden(out: &mut String, name: &str, value: &str) {
    out.push_str("<input type=\"hidden\" name=");
    push_attribute(out, name);
    out.push_str(" value=");
    push_attribute(out, value);
    out.push_str(">\n");
}

/// In double quotes.
fn push_attribute(out: &mut String, text: &str) {
    out.push('"');
    push_text(out, text);
    out.push('"');
}

/// [What would be markup](https://html.spec.whatwg.org/multipage/parsing.html#escapingString), between
/// quotes and elsewhere.
fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
    }
}
