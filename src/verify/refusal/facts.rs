//! What of a request is needed to word an answer of API Gateway.

use crate::canonical::header_name::DATE_HEADER;
use crate::grammar::base64::base64;
use crate::request::Request;
use crate::signature::hash::sha256;
use alloc::format;
use alloc::string::String;

/// What of a request is needed to word an answer.
pub(super) struct Facts<'a> {
    request: &'a Request<'a>,
    authorization: Option<&'a str>,
    query: &'a str,
}

impl<'a> Facts<'a> {
    pub(super) fn of(request: &'a Request<'a>) -> Self {
        let query = request.target.split_once('?');
        Self {
            request,
            authorization: header(request, "authorization"),
            query: query.map_or("", |(_, query)| query),
        }
    }

    pub(super) fn header_name(&self, index: usize) -> &str {
        let found = self.request.headers.get(index);
        found.map_or("x-amz-*", |(name, _)| *name)
    }

    pub(super) fn names_an_aws_algorithm(&self) -> bool {
        self.authorization
            .is_none_or(|value| value.starts_with("AWS4-"))
    }

    /// For a header with a piece that has no equals sign.
    pub(super) fn no_key_value(&self) -> Option<String> {
        let value = self.authorization?;
        let (_, parameters) = value.split_once(' ').unwrap_or(("", value));
        let mut pieces = parameters
            .split([',', ' '])
            .filter(|piece| !piece.is_empty());
        pieces.any(|piece| !piece.contains('=')).then(|| {
            format!(
                "Invalid key=value pair (missing equal-sign) in Authorization header (hashed \
                 with SHA-256 and encoded with Base64): '{}'.",
                hashed(value)
            )
        })
    }

    /// Names every parameter that is missing, not only the first.
    pub(super) fn incomplete(&self) -> String {
        let mut message = String::new();
        if let Some(value) = self.authorization {
            for name in ["Credential", "Signature", "SignedHeaders"] {
                if !value.contains(&format!("{name}=")) {
                    message.push_str(&format!(
                        "Authorization header requires '{name}' parameter. "
                    ));
                }
            }
            let date = header(self.request, DATE_HEADER);
            if date.or_else(|| header(self.request, "date")).is_none() {
                message.push_str(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a \
                     'Date' header. ",
                );
            }
            message.push_str(&format!(
                "(Hashed with SHA-256 and encoded with Base64) Authorization={}",
                hashed(value)
            ));
        } else {
            for name in [
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Signature",
                "X-Amz-SignedHeaders",
                "X-Amz-Date",
            ] {
                if !self.query.contains(&format!("{name}=")) {
                    message.push_str(&format!(
                        "AWS query-string parameters must include '{name}'. "
                    ));
                }
            }
            message.push_str("Re-examine the query-string parameters.");
        }
        message
    }
}

/// The text of a header.
fn header<'a>(request: &Request<'a>, wanted: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    core::str::from_utf8(value).ok()
}

fn hashed(text: &str) -> String {
    base64(&sha256(text.as_bytes()))
}
