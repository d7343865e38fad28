//! What a service sends back may hold what was sent to it.

use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::request::credentials::Credentials;
use crate::signature::Signature;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// The longest text from a service that goes into an error.
const MAX_TEXT: usize = 8 * 1024;

const REDACTED: &str = "[redacted]";
/// No character's name or number in HTML is longer, with its semicolon.
const MAX_NAME: usize = 12;
/// How often a text is decoded, as one form may stand in another.
const MAX_DECODINGS: usize = 3;

/// Texts that no error may hold.
#[derive(Clone)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    pub(crate) fn new(credentials: &Credentials, signature: Signature) -> Self {
        let token = credentials.session_token().into_iter();
        let texts = token.chain([credentials.secret_access_key()]);
        let mut secrets = std::vec![Zeroizing::new(format!("{signature}"))];
        for text in texts.filter(|text| !text.is_empty()) {
            // As it is, as JSON may escape it, as a URL has to.
            let mut escaped = String::new();
            encode(text, &UNRESERVED, &mut |piece| escaped.push_str(piece));
            for form in [text.into(), text.replace('/', "\\/"), escaped] {
                if secrets.iter().all(|known| **known != form) {
                    secrets.push(Zeroizing::new(form));
                }
            }
        }
        Self(secrets)
    }

    /// Replaces them, and cuts the text to 8 KiB. Where they stand in a spelling that is
    /// not one of those that are looked for, nothing of the text is left.
    pub(crate) fn remove_from(&self, text: &str) -> String {
        let mut clean = String::from(text);
        for secret in &self.0 {
            if clean.contains(secret.as_str()) {
                clean = clean.replace(secret.as_str(), REDACTED);
            }
        }
        if self.is_hidden_in(&clean) {
            return REDACTED.into();
        }
        let is_boundary = |end: &usize| clean.is_char_boundary(*end);
        let end = (0..=MAX_TEXT).rev().find(is_boundary).unwrap_or(0);
        clean.truncate(end);
        clean
    }

    /// Whether one of them comes out when escapes are resolved.
    fn is_hidden_in(&self, text: &str) -> bool {
        let mut text = Zeroizing::new(String::from(text));
        for _ in 0..MAX_DECODINGS {
            let decoded = Zeroizing::new(decode(&text));
            if *decoded == *text {
                return false;
            }
            text = decoded;
            if self.0.iter().any(|secret| text.contains(secret.as_str())) {
                return true;
            }
        }
        false
    }
}

/// Resolves the escapes of URLs (`%2f`), of JSON (`\/`, `\u002f`) and of HTML and XML
/// (`&#47;`, `&#x2f;`, `&sol;`), in one pass. What is
/// not ASCII stays: credentials are.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (meant, after) = escape(rest).unwrap_or_else(|| {
            let after = rest.get(character.len_utf8()..).unwrap_or_default();
            (character, after)
        });
        decoded.push(meant);
        rest = after;
    }
    decoded
}

/// The escape at the start of a text, and what follows it.
fn escape(text: &str) -> Option<(char, &str)> {
    let number = |digits: &str, radix| u8::from_str_radix(digits, radix).ok().map(char::from);
    if let Some(after) = text.strip_prefix('%') {
        return Some((number(after.get(..2)?, 16)?, after.get(2..)?));
    }
    if let Some(after) = text.strip_prefix('\\') {
        if let Some(after) = after.strip_prefix(['u', 'U']) {
            let digits = after.get(..4)?.strip_prefix("00")?;
            return Some((number(digits, 16)?, after.get(4..)?));
        }
        let meant = after.chars().next().filter(char::is_ascii_punctuation)?;
        return Some((meant, after.get(1..)?));
    }
    let after = text.strip_prefix('&')?;
    let end = after.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let (name, after) = (after.get(..end)?, after.get(end..)?.strip_prefix(';')?);
    let meant = match name.strip_prefix('#') {
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits.trim_start_matches('0'), 16)?,
            None => number(code.trim_start_matches('0'), 10)?,
        },
        None => match name {
            "amp" => '&',
            "sol" => '/',
            "plus" => '+',
            "equals" => '=',
            "percnt" => '%',
            "bsol" => '\\',
            _ => return None,
        },
    };
    Some((meant, after))
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, Secrets};
    use crate::{Credentials, Signature};
    use std::format;

    #[test]
    fn secrets_and_length() {
        let digits = "0123456789abcdef".repeat(4);
        let credentials = Credentials::new("AKID", "sEcReT").with_session_token("tO/En==");
        let secrets = Secrets::new(&credentials, Signature::parse(&digits).unwrap());
        let text =
            format!("AKID sEcReT {digits} x-amz-security-token:tO/En==\n tO\\/En== tO%2FEn%3D%3D");
        assert_eq!(
            secrets.remove_from(&text),
            "AKID [redacted] [redacted] x-amz-security-token:[redacted]\n [redacted] [redacted]"
        );
        let long = "ä".repeat(MAX_TEXT);
        assert_eq!(secrets.remove_from(&long).len(), MAX_TEXT);
    }

    /// The forms in which servers send a text back.
    #[test]
    fn other_spellings() {
        let credentials = Credentials::new("AKID", "sEcReT").with_session_token("tO/E+n==");
        let signature = Signature::parse(&"0123456789abcdef".repeat(4)).unwrap();
        let secrets = Secrets::new(&credentials, signature);
        for form in [
            "tO%2fE%2bn%3d%3d",
            "tO%2FE+n%3D=",
            "tO\\u002fE\\u002bn\\u003d\\u003d",
            "tO\\u002FE\\u002Bn\\u003D\\u003D",
            "tO\\/E\\u002bn==",
            "tO&#x2F;E&#x2b;n&#x3D;&#x3d;",
            "tO&#47;E&#43;n&#61;&#61;",
            "tO&#047;E&#x002B;n==",
            "tO&sol;E&plus;n&equals;&equals;",
            "tO%252FE%252Bn%253D%253D",
            "tO&amp;#x2F;E+n==",
            "tO\\\\u002fE+n==",
            "%74O/E+n==",
            "&#115;EcReT",
        ] {
            let text = format!("you sent ä {form} & 5% <");
            assert_eq!(secrets.remove_from(&text), "[redacted]", "{form}");
        }
        for harmless in [
            "100% of \\ and & and &; &#; &#x; &#xfffff; %zz \\u12 \\uD800 %",
            "tO%2fE%2bn is half of it; \\",
            "%ä1 \\ä \\u00ä &ä;",
        ] {
            assert_eq!(secrets.remove_from(harmless), harmless);
        }
    }
}
