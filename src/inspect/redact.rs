//! What is never shown: session tokens, and what other schemes than AWS's have for secrets.

use crate::grammar::encode::decode;
use crate::request::Header;
use crate::request::profile::Profile;
use serde_json::Value;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// Names of session tokens, as headers and as parameters, in lower case.
const TOKENS: [&str; 2] = [
    Profile::DEFAULT.session_token_header,
    Profile::S3_EXPRESS.session_token_header,
];

/// Headers with secrets that are no signature's.
const SECRETS: [&str; 5] = [
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-aws-ec2-metadata-token",
];

/// Shorter ones can be words of any sentence.
const LEAST: usize = 16;

pub(super) fn is_token(name: &str) -> bool {
    TOKENS.iter().any(|token| name.eq_ignore_ascii_case(token))
}

/// Its length tells whether it was cut off.
pub(super) fn token(bytes: usize) -> String {
    format!("(a session token, {bytes} bytes)")
}

/// The value of a header, to be shown.
pub(super) fn value(name: &str, value: &[u8]) -> String {
    let value = value.trim_ascii();
    if is_token(name) {
        return token(value.len());
    }
    let is = |secret: &&str| name.eq_ignore_ascii_case(secret);
    let is_other_scheme =
        name.eq_ignore_ascii_case("authorization") && !value.starts_with(b"AWS4-");
    if is_other_scheme || SECRETS.iter().any(is) {
        let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
        // A word of letters in front of another one.
        let is_scheme = is_other_scheme
            && scheme.len() < value.len()
            && scheme.len() <= 16
            && scheme
                .iter()
                .all(|byte| byte.is_ascii_alphabetic() || *byte == b'-');
        let scheme = if is_scheme {
            format!("{} ", String::from_utf8_lossy(scheme))
        } else {
            String::new()
        };
        return format!("{scheme}(not shown, {} bytes)", value.len());
    }
    String::from_utf8_lossy(value).into_owned()
}

/// A query without its session token, however its name is spelt.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    let has = |piece: &str| {
        let name = piece.split('=').next().unwrap_or_default();
        decode(name).is_some_and(|name| is_token(&name))
    };
    if !query.split('&').any(has) {
        return Cow::Borrowed(query);
    }
    let pieces = query.split('&').map(|piece| match piece.split_once('=') {
        Some((name, value)) if has(piece) => format!("{name}={}", token(value.len())),
        _ => piece.to_owned(),
    });
    Cow::Owned(pieces.collect::<Vec<_>>().join("&"))
}

pub(super) fn target(target: &str) -> Cow<'_, str> {
    match target.split_once('?') {
        Some((path, text)) => match query(text) {
            Cow::Borrowed(_) => Cow::Borrowed(target),
            Cow::Owned(text) => Cow::Owned(format!("{path}?{text}")),
        },
        None => Cow::Borrowed(target),
    }
}

/// The line of a header in a canonical request.
pub(super) fn header_line(name: &str, line: &str) -> String {
    match line.split_once(':') {
        Some((_, value)) if is_token(name) && !value.is_empty() => {
            format!("{name}:{}", token(value.len()))
        }
        _ => line.to_owned(),
    }
}

/// The session tokens of a request, to be taken out of whatever quotes them.
#[derive(Default)]
pub(super) struct Tokens(Vec<Zeroizing<String>>);

impl Tokens {
    pub(super) fn of(headers: &[Header<'_>], target: &str) -> Self {
        let mut found = Vec::new();
        let mut add = |text: &str| {
            if !text.is_empty()
                && !found
                    .iter()
                    .any(|known: &Zeroizing<String>| **known == text)
            {
                found.push(Zeroizing::new(text.to_owned()));
            }
        };
        for (name, value) in headers {
            if is_token(name) {
                add(String::from_utf8_lossy(value).trim());
            }
        }
        let (_, query) = target.split_once('?').unwrap_or_default();
        for (name, value) in query.split('&').filter_map(|piece| piece.split_once('=')) {
            if decode(name).is_some_and(|name| is_token(&name)) {
                add(value);
                if let Some(value) = decode(value) {
                    add(&value);
                }
            }
        }
        // What has another one in it goes first.
        found.sort_by_key(|text| core::cmp::Reverse(text.len()));
        Self(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is quoted by name, and, where it can be nothing else, wherever it stands.
    pub(super) fn take_out(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for found in &self.0 {
            let instead = token(found.len());
            for (between, name) in TOKENS.iter().flat_map(|name| [(':', *name), ('=', *name)]) {
                let quoted = Zeroizing::new(format!("{between}{}", **found));
                text = replaced(&text, name, &quoted, &format!("{between}{instead}"));
            }
            if found.len() >= LEAST {
                text = text.replace(&**found, &instead);
            }
        }
        text
    }

    /// Of every text in it.
    pub(super) fn take_out_of(&self, value: &mut Value) {
        if self.is_empty() {
            return;
        }
        match value {
            Value::String(text) => *text = self.take_out(text),
            Value::Array(list) => list.iter_mut().for_each(|value| self.take_out_of(value)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|value| self.take_out_of(value)),
            _ => {}
        }
    }
}

/// Each `name` without regard to case that `after` follows, with `instead`.
fn replaced(text: &str, name: &str, after: &str, instead: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split(after);
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let start = out.len().checked_sub(name.len());
        let before = start.and_then(|start| out.get(start..));
        let is_named = before.is_some_and(|before| before.eq_ignore_ascii_case(name));
        out.push_str(if is_named { instead } else { after });
        out.push_str(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Tokens, query, value};
    use serde_json::json;

    #[test]
    fn no_token_is_shown() {
        assert_eq!(
            value("X-Amz-Security-Token", b" abc "),
            "(a session token, 3 bytes)"
        );
        assert_eq!(
            query("a=b&x-amz-security%2Dtoken=a%2Fb&c"),
            "a=b&x-amz-security%2Dtoken=(a session token, 5 bytes)&c"
        );
        assert_eq!(query("a=b"), "a=b");
    }

    #[test]
    fn nor_is_a_secret_of_another_scheme() {
        assert_eq!(
            value("Authorization", b"Bearer abcd"),
            "Bearer (not shown, 11 bytes)"
        );
        assert_eq!(value("authorization", b"abcd"), "(not shown, 4 bytes)");
        assert_eq!(
            value("authorization", b"AWS4-HMAC-SHA256 a"),
            "AWS4-HMAC-SHA256 a"
        );
        assert_eq!(value("Cookie", b"a=b"), "(not shown, 3 bytes)");
        assert_eq!(value("x-other", b"a=b"), "a=b");
    }

    #[test]
    fn what_quotes_a_token_does_not_show_it() {
        let long = "IQoJb3JpZ2luX2VjEXAMPLE/+";
        for (token, text, shown) in [
            (
                "token",
                "the token: x-amz-security-token:token\nhost",
                "the token: x-amz-security-token:(a session token, 5 bytes)\nhost",
            ),
            (
                long,
                "a IQoJb3JpZ2luX2VjEXAMPLE/+ b",
                "a (a session token, 25 bytes) b",
            ),
        ] {
            let headers = [("x-amz-security-token", token.as_bytes())];
            let tokens = Tokens::of(&headers, "/");
            let mut quoted = json!({ "list": [text] });
            tokens.take_out_of(&mut quoted);
            assert_eq!(quoted, json!({ "list": [shown] }));
        }
        let tokens = Tokens::of(&[], "/?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2F%2B");
        assert_eq!(tokens.take_out(long), "(a session token, 25 bytes)");
    }
}
