//! What a service sends back may hold what was sent to it.

use crate::grammar::encode::encode;
use crate::grammar::number::number;
use crate::grammar::text::UNRESERVED;
use crate::signature::Signature;
use crate::sources::invisible::is_invisible;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// The longest text from a service that goes into an error.
const MAX_TEXT: usize = 8 * 1024;
/// A shorter one is no secret of AWS's, whose tokens have hundreds of bytes; looking for
/// `test` would only garble what the service says.
const MIN_SECRET: usize = 16;
/// The shortest beginning of a secret that is looked for behind escapes.
const MIN_PART: usize = 8;

const REDACTED: &str = "[redacted]";
/// No character's name or number in HTML is longer, with its semicolon.
const MAX_NAME: usize = 12;
/// How often a text is decoded, as one form may stand in another.
const MAX_DECODINGS: usize = 3;

/// What was sent with a request and no error may hold: the session token and the
/// signature. The secret access key is not among them, as it is never sent.
pub(crate) struct Secrets {
    forms: Vec<Zeroizing<String>>,
    /// What is to be cleaned ends before its end: the last text may end in half a secret.
    is_cut: bool,
}

impl Secrets {
    pub(crate) fn new(session_token: Option<&str>, signature: &Signature) -> Self {
        let mut secrets = Self {
            forms: std::vec![Zeroizing::new(format!("{signature}"))],
            is_cut: false,
        };
        if let Some(token) = session_token {
            secrets.add(token);
        }
        secrets
    }

    /// Of what is not signed.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let mut secrets = Self {
            forms: Vec::new(),
            is_cut: false,
        };
        for text in texts {
            secrets.add(text);
        }
        secrets
    }

    /// As it is, as JSON may escape it, as a URL has to.
    pub(crate) fn add(&mut self, token: &str) {
        if token.len() < MIN_SECRET {
            return;
        }
        // Allocated once: what grows leaves copies behind.
        let mut in_json = Zeroizing::new(String::with_capacity(token.len().saturating_mul(2)));
        let mut in_url = Zeroizing::new(String::with_capacity(token.len().saturating_mul(3)));
        for character in token.chars() {
            if character == '/' {
                in_json.push('\\');
            }
            in_json.push(character);
        }
        encode(token, &UNRESERVED, &mut |piece| in_url.push_str(piece));
        for form in [Zeroizing::new(token.into()), in_json, in_url] {
            if !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
    }

    /// For an answer that was not read to its end.
    pub(crate) fn for_a_part(mut self, is_part: bool) -> Self {
        self.is_cut = is_part;
        self
    }

    /// A text of one line: cut, without secrets, without anything that moves a cursor.
    pub(crate) fn line(&self, text: &str) -> String {
        let clean = self.remove_from(text);
        let printable = |character| {
            if is_invisible(character) {
                ' '
            } else {
                character
            }
        };
        clean.chars().map(printable).collect()
    }

    /// The same of a text whose lines are told apart.
    pub(crate) fn lines(&self, text: &str) -> String {
        let clean = self.remove_from(text);
        let printable = |character| match character {
            '\n' => '\n',
            _ if is_invisible(character) => ' ',
            _ => character,
        };
        clean.chars().map(printable).collect()
    }

    /// Cuts the text to 8 KiB, then replaces them. Where they stand in a spelling that is
    /// not one of those that are looked for, nothing of the text is left.
    fn remove_from(&self, text: &str) -> String {
        let is_boundary = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=MAX_TEXT.min(text.len())).rev().find(is_boundary);
        let cut = text.get(..end.unwrap_or(0)).unwrap_or_default();
        let is_cut = self.is_cut || cut.len() < text.len();
        let mut rest = cut;
        let mut clean = String::with_capacity(cut.len().saturating_add(REDACTED.len()));
        while let Some((before, after)) = self.first_in(rest) {
            clean.push_str(before);
            clean.push_str(REDACTED);
            rest = after;
        }
        clean.push_str(rest);
        let part = if is_cut {
            self.part_at_the_end(&clean)
        } else {
            0
        };
        let is_long = part >= MIN_PART;
        if self.is_hidden_in(&clean, is_cut && !is_long) {
            return REDACTED.into();
        }
        clean.truncate(clean.len().saturating_sub(part));
        if is_long {
            clean.push_str(REDACTED);
        }
        clean
    }

    /// What stands before and after the first of them.
    fn first_in<'a>(&self, text: &'a str) -> Option<(&'a str, &'a str)> {
        let splits = self
            .forms
            .iter()
            .filter_map(|form| text.split_once(form.as_str()));
        splits.min_by_key(|(before, _)| before.len())
    }

    /// How many bytes at the end of a text are the beginning of one of them.
    fn part_at_the_end(&self, text: &str) -> usize {
        let longest = |form: &Zeroizing<String>| {
            let is_part = |length: &usize| {
                let part = form.get(..*length);
                part.is_some_and(|part| text.ends_with(part))
            };
            (1..form.len()).rev().find(is_part)
        };
        let parts = self.forms.iter().filter_map(longest);
        parts.max().unwrap_or(0)
    }

    /// Whether one of them comes out when escapes are resolved.
    fn is_hidden_in(&self, text: &str, is_cut: bool) -> bool {
        if self.is_in_pieces(text) {
            return true;
        }
        let mut text = Zeroizing::new(String::from(text));
        for _ in 0..MAX_DECODINGS {
            let decoded = Zeroizing::new(decode(&text));
            if *decoded == *text {
                return false;
            }
            text = decoded;
            if self.is_in_pieces(&text) || is_cut && self.part_at_the_end(&text) >= MIN_PART {
                return true;
            }
        }
        false
    }

    /// Whether one of them is there, wrapped into lines perhaps.
    fn is_in_pieces(&self, text: &str) -> bool {
        let visible = text.chars().filter(|character| !is_invisible(*character));
        let mut joined = Zeroizing::new(String::with_capacity(text.len()));
        joined.extend(visible);
        self.forms
            .iter()
            .any(|secret| joined.contains(secret.as_str()))
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
    let byte = |digits: &str, radix| {
        let code = number(digits, radix)?;
        u8::try_from(code).ok().map(char::from)
    };
    if let Some(after) = text.strip_prefix('%') {
        return Some((byte(after.get(..2)?, 16)?, after.get(2..)?));
    }
    if let Some(after) = text.strip_prefix('\\') {
        if let Some(after) = after.strip_prefix(['u', 'U']) {
            let digits = after.get(..4)?.strip_prefix("00")?;
            return Some((byte(digits, 16)?, after.get(4..)?));
        }
        let meant = match after.chars().next()? {
            // What a line is wrapped by.
            'b' | 'f' | 'n' | 'r' | 't' => ' ',
            other => Some(other).filter(char::is_ascii_punctuation)?,
        };
        return Some((meant, after.get(1..)?));
    }
    let after = text.strip_prefix('&')?;
    let end = after.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let (name, after) = (after.get(..end)?, after.get(end..)?.strip_prefix(';')?);
    let meant = match name.strip_prefix('#') {
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(digits) => byte(digits.trim_start_matches('0'), 16)?,
            None => byte(code.trim_start_matches('0'), 10)?,
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
    use super::{MAX_TEXT, REDACTED, Secrets};
    use crate::signature::Signature;
    use std::format;

    const TOKEN: &str = "tO/E+n0123456789==";

    fn secrets(token: &str) -> Secrets {
        let signature = Signature::parse(&"0123456789abcdef".repeat(4)).unwrap();
        Secrets::new(Some(token), &signature)
    }

    #[test]
    fn secrets_and_length() {
        let digits = "0123456789abcdef".repeat(4);
        let text = format!(
            "AKID {digits} x-amz-security-token:{TOKEN}\n tO\\/E+n0123456789== tO%2FE%2Bn0123456789%3D%3D {TOKEN}{TOKEN}"
        );
        assert_eq!(
            secrets(TOKEN).lines(&text),
            "AKID [redacted] x-amz-security-token:[redacted]\n [redacted] [redacted] [redacted][redacted]"
        );
        let long = "ä".repeat(MAX_TEXT);
        assert_eq!(secrets(TOKEN).line(&long).len(), MAX_TEXT);
    }

    /// What is called a token in a test is a word in a message.
    #[test]
    fn short_ones_are_no_secrets() {
        for token in ["s", "test", "fifteen-letters"] {
            let text = format!("this is a test of letters, {token}");
            assert_eq!(secrets(token).line(&text), text);
        }
        assert_eq!(
            secrets("sixteen-letters!").line("sixteen-letters!"),
            REDACTED
        );
    }

    /// A text that was cut may end in the beginning of one.
    #[test]
    fn halves() {
        for (text, clean) in [
            ("you sent tO/E+n0123456789=", "you sent [redacted]"),
            ("you sent tO/E+n01", "you sent [redacted]"),
            ("you sent tO\\/E+n01", "you sent [redacted]"),
            ("you sent tO%2FE%2Bn01", "you sent [redacted]"),
            ("you sent 0123456789ab", "you sent [redacted]"),
            ("you sent tO/E", "you sent "),
            ("you sent tO&#x2F;E+n01", REDACTED),
            ("you sent t\\u004f/E+n01", REDACTED),
            ("you sent nothing.", "you sent nothing."),
        ] {
            assert_eq!(secrets(TOKEN).for_a_part(true).line(text), clean, "{text}");
            // The same text, read to its end, has no secret.
            assert_eq!(secrets(TOKEN).line(text), text);
        }
        // Cut here, in the middle of it.
        let filled = "x".repeat(MAX_TEXT - 10);
        let clean = secrets(TOKEN).line(&format!("{filled}{TOKEN}"));
        assert_eq!(clean, format!("{filled}{REDACTED}"));
    }

    /// A text that was wrapped on the way.
    #[test]
    fn pieces() {
        let (front, back) = TOKEN.split_at(9);
        for between in [
            "\n", " ", "\r\n\t", "\u{200b}", "%0A", "\\r\\n", "\\\\n", "&#10;",
        ] {
            let text = format!("you sent {front}{between}{back}");
            assert_eq!(secrets(TOKEN).line(&text), REDACTED, "{between:?}");
        }
    }

    /// Nothing that moves a cursor, rewrites a line or turns text around.
    #[test]
    fn controls() {
        let text = "a\u{1b}[2Kb\u{9b}1;31mc\r\nd\te\u{202e}f\u{feff}\u{85}g\u{7f}";
        assert_eq!(secrets(TOKEN).line(text), "a [2Kb 1;31mc  d e f  g ");
        assert_eq!(secrets(TOKEN).lines(text), "a [2Kb 1;31mc \nd e f  g ");
    }

    /// The forms in which servers send a text back.
    #[test]
    fn other_spellings() {
        for form in [
            "tO%2fE%2bn0123456789%3d%3d",
            "tO%2FE+n0123456789%3D=",
            "tO\\u002fE\\u002bn0123456789\\u003d\\u003d",
            "tO\\u002FE\\u002Bn0123456789\\u003D\\u003D",
            "tO\\/E\\u002bn0123456789==",
            "tO&#x2F;E&#x2b;n0123456789&#x3D;&#x3d;",
            "tO&#47;E&#43;n0123456789&#61;&#61;",
            "tO&#047;E&#x002B;n0123456789==",
            "tO&sol;E&plus;n0123456789&equals;&equals;",
            "tO%252FE%252Bn0123456789%253D%253D",
            "tO&amp;#x2F;E+n0123456789==",
            "tO\\\\u002fE+n0123456789==",
            "%74O/E+n0123456789==",
        ] {
            let text = format!("you sent ä {form} & 5% <");
            assert_eq!(secrets(TOKEN).line(&text), REDACTED, "{form}");
        }
        // A sign is no digit: what follows it is not hidden in an escape.
        let token = "+f0123456789abcd==";
        for form in ["%+f%30123456789abcd==", "\\u00+f%30123456789abcd=="] {
            assert_eq!(secrets(token).line(form), REDACTED, "{form}");
        }
        for harmless in [
            "100% of \\ and & and &; &#; &#x; &#xfffff; %zz \\u12 \\uD800 %",
            "tO%2fE%2bn0123456789 is half of it; \\",
            "%ä1 \\ä \\u00ä &ä;",
        ] {
            assert_eq!(secrets(TOKEN).line(harmless), harmless);
        }
    }
}
