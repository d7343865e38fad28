//! What is never shown: session tokens, and what other schemes than AWS's have for secrets.

use super::named::{self, token};
use super::secret_names::{self, Kind};
use crate::grammar::encode::{decode, encode};
use crate::grammar::text::UNRESERVED;
use crate::request::Header;
use serde_json::Value;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// Stands for a token that somebody else puts there: the shell, in a line for one.
pub(super) const UNKNOWN_TOKEN: &str = "(a session token that is not known)";

/// Shorter ones can be words of any sentence.
const LEAST: usize = 16;

/// So many spellings are looked for wherever they stand; what is named is found without.
const MOST: usize = 64;

pub(super) fn is_token(name: &str) -> bool {
    secret_names::kind(name) == Some(Kind::Token)
}

pub(super) fn is_unknown_token(name: &str, value: &[u8]) -> bool {
    is_token(name) && value.trim_ascii() == UNKNOWN_TOKEN.as_bytes()
}

/// A header with a secret that is no session token.
pub(super) fn hides(name: &str, value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_other_scheme =
        name.eq_ignore_ascii_case("authorization") && !value.starts_with(b"AWS4-");
    let is_secret = secret_names::kind(name).is_some_and(|kind| kind != Kind::Token);
    !value.is_empty() && (is_other_scheme || is_secret)
}

/// The value of a header, to be shown.
pub(super) fn value(name: &str, value: &[u8]) -> String {
    let value = value.trim_ascii();
    if is_unknown_token(name, value) {
        return UNKNOWN_TOKEN.to_owned();
    }
    if is_token(name) {
        return token(value.len());
    }
    if hides(name, value) {
        let is_other_scheme = name.eq_ignore_ascii_case("authorization");
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

/// Of a parameter with a secret, however its name is spelt: the name, the value, and what is shown instead.
fn secret_of(piece: &str) -> Option<(&str, &str, String)> {
    let (name, value) = piece.split_once('=')?;
    let kind = secret_names::kind(&decode(name)?)?;
    Some((name, value, named::instead(kind, value.len())))
}

/// A query without its secrets.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    if !query.split('&').any(|piece| secret_of(piece).is_some()) {
        return Cow::Borrowed(query);
    }
    let pieces = query.split('&').map(|piece| match secret_of(piece) {
        Some((name, value, instead)) if !value.is_empty() => format!("{name}={instead}"),
        _ => piece.to_owned(),
    });
    Cow::Owned(pieces.collect::<Vec<_>>().join("&"))
}

pub(super) fn target(target: &str) -> String {
    let shown = match target.split_once('?') {
        Some((path, text)) => format!("{path}?{}", query(text)),
        None => target.to_owned(),
    };
    named::take_out(&shown).into_owned()
}

/// The line of a header in a canonical request.
pub(super) fn header_line(name: &str, line: &str) -> String {
    match line.split_once(':') {
        Some((_, text)) if !text.is_empty() && (is_token(name) || hides(name, text.as_bytes())) => {
            format!("{name}:{}", value(name, text.as_bytes()))
        }
        _ => line.to_owned(),
    }
}

/// The secrets of a request, to be taken out of whatever quotes them.
#[derive(Default)]
pub(super) struct Tokens {
    /// Each in each spelling, and what is shown instead.
    found: Vec<(Zeroizing<String>, String)>,
    has_token: bool,
}

impl Tokens {
    pub(super) fn of(headers: &[Header<'_>], target: &str) -> Self {
        let mut all = Self::default();
        for (name, value) in headers {
            let text = Zeroizing::new(String::from_utf8_lossy(value.trim_ascii()).into_owned());
            if is_unknown_token(name, value) {
                continue;
            }
            if is_token(name) {
                all.add_token(&text);
            } else if hides(name, value) {
                let instead = self::value(name, value);
                all.add(&text, &instead);
                // As a canonical request has it.
                let words: Vec<_> = text.split_ascii_whitespace().collect();
                all.add(&Zeroizing::new(words.join(" ")), &instead);
            }
        }
        let (_, query) = target.split_once('?').unwrap_or_default();
        for (name, value, instead) in query.split('&').filter_map(secret_of) {
            let decoded = decode(value).map(|value| Zeroizing::new(value.into_owned()));
            for text in decoded.iter().map(|text| text.as_str()).chain([value]) {
                if decode(name).is_some_and(|name| is_token(&name)) {
                    all.add_token(text);
                } else {
                    all.add(text, &instead);
                }
            }
        }
        all.sort();
        all
    }

    /// What has another one in it goes first.
    fn sort(&mut self) {
        self.found
            .sort_by_key(|(text, _)| core::cmp::Reverse(text.len()));
    }

    /// And the signatures of a header or a parameter.
    pub(super) fn and_signatures(mut self, headers: &[Header<'_>], target: &str) -> Self {
        let headers = headers.iter();
        let texts = headers.map(|(_, value)| String::from_utf8_lossy(value));
        for text in texts.chain([Cow::Borrowed(target)]) {
            for piece in text.split("Signature=").skip(1).take(MOST) {
                let end = piece.find(|char: char| !char.is_ascii_hexdigit());
                let digits = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
                let instead = format!("(made by the proxy, {} digits)", digits.len());
                // Whatever else there is to be taken out, these are.
                if digits.len() >= LEAST {
                    let digits = Zeroizing::new(digits.to_owned());
                    self.found.push((digits, instead));
                }
            }
        }
        self
    }

    /// And the tokens that texts name: what has them without a name beside is cut out of these.
    pub(super) fn and_named(mut self, texts: [&str; 2]) -> Self {
        for value in texts.into_iter().flat_map(named::tokens).take(MOST) {
            if let Some(value) = decode(value) {
                self.add_token(&Zeroizing::new(value.into_owned()));
            }
            // As JSON may have it.
            self.add_token(&Zeroizing::new(value.replace(r"\/", "/")));
            self.add_token(value);
        }
        self.sort();
        self
    }

    pub(super) fn has_token(&self) -> bool {
        self.has_token
    }

    /// As it is, as a canonical query and a canonical path have it, and as JSON may have it.
    fn add_token(&mut self, text: &str) {
        self.has_token |= !text.is_empty();
        if self.found.len() >= MOST {
            return;
        }
        let instead = token(text.len());
        let mut in_query = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
        encode(text, &UNRESERVED, &mut |piece| in_query.push_str(piece));
        let in_json = Zeroizing::new(text.replace('/', r"\/"));
        let lower = in_query.replace("%2F", "%2f").replace("%2B", "%2b");
        let lower = Zeroizing::new(lower.replace("%3D", "%3d"));
        let in_path = Zeroizing::new(in_query.replace('%', "%25"));
        for text in [text, &in_query, &in_json, &lower, &in_path] {
            self.add(text, &instead);
        }
    }

    fn add(&mut self, text: &str, instead: &str) {
        let is_known = self.found.iter().any(|(known, _)| **known == text);
        if text.len() >= LEAST && self.found.len() < MOST && !is_known {
            let text = Zeroizing::new(text.to_owned());
            self.found.push((text, instead.to_owned()));
        }
    }

    /// Whether `take_out` has anything to do.
    pub(super) fn any_in(&self, text: &[u8]) -> bool {
        let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
        let mut found = self.found.iter();
        found.any(|(found, _)| text.contains(found.as_str()))
            || matches!(named::take_out(&text), Cow::Owned(_))
    }

    /// Wherever it stands, where it can be nothing else, and whatever is quoted by name.
    pub(super) fn take_out(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (found, instead) in &self.found {
            if text.contains(found.as_str()) {
                text = text.replace(found.as_str(), instead);
            }
        }
        named::take_out(&text).into_owned()
    }

    /// Of every text in it.
    pub(super) fn take_out_of(&self, value: &mut Value) {
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
