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
#[derive(Default)]
pub(crate) struct Secrets {
    forms: Vec<Zeroizing<String>>,
    /// What is to be cleaned ends before its end: the last text may end in half a secret.
    is_cut: bool,
}

impl Secrets {
    pub(crate) fn new(session_token: Option<&str>, signature: &Signature) -> Self {
        let mut secrets = Self::of(session_token.as_slice());
        secrets.forms.push(Zeroizing::new(format!("{signature}")));
        secrets
    }

    /// Of what is not signed.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let mut secrets = Self::default();
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
mod tests;
