//! The texts of an answer that mean something: every code, every message, whatever the
//! shape.

use super::codes;
use super::extract;
use alloc::string::String;
use alloc::vec::Vec;

/// How much of an answer is read. Services cut the requests that they show far below it.
const MAX_BODY: usize = 1024 * 1024;
/// How much is searched for words.
const MAX_WORDS: usize = 64 * 1024;
/// How many codes and messages are kept.
const MAX_TEXTS: usize = 16;

/// The texts of an answer.
#[derive(Default)]
pub(super) struct Said {
    /// For example `SignatureDoesNotMatch`; without namespaces and without `Exception`.
    pub codes: Vec<String>,
    /// As they are written.
    pub messages: Vec<String>,
    /// All messages in lower case, without the strings that the service shows in them; the
    /// whole body where it has none.
    pub words: String,
    pub canonical_request: Option<String>,
    pub string_to_sign: Option<String>,
    /// What the service says that the region should have been.
    pub region: Option<String>,
    /// When the request was signed and when it arrived, as the service says.
    pub request_time: Option<String>,
    pub server_time: Option<String>,
    /// S3's list of headers that it wants to be signed.
    pub headers_not_signed: Option<String>,
    /// Which service answered, where the answer tells.
    pub service: Option<&'static str>,
    /// S3 alone gives one.
    pub host_id: bool,
    /// Nothing but white space.
    pub empty: bool,
}

/// The values of `type` that are no codes.
const FAULTS: [&str; 6] = ["Client", "Receiver", "Sender", "Server", "Service", "User"];

/// How API Gateway and others quote the canonical request and the string to sign.
const CANONICAL: &str = "The Canonical String for this request should have been";
const TO_SIGN: &str = "The String-to-Sign should have been";

impl Said {
    pub(super) fn read(body: &[u8]) -> Self {
        let whole = body.len() <= MAX_BODY;
        let body = body.get(..MAX_BODY).unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut said = Self {
            empty: text.is_empty(),
            ..Self::default()
        };
        if text.starts_with('<') {
            said.read_xml(text);
        } else {
            said.read_json(text);
            said.read_cbor(body);
        }
        // In a document, a text is a message by its name alone: any other can be data.
        if said.messages.is_empty() && !is_document(text, body) {
            said.read_pasted(text);
        }
        said.read_shown();
        if !whole {
            // What is cut off would seem to differ.
            said.canonical_request = None;
            said.string_to_sign = None;
        }
        said.words = said.plain_words();
        said
    }

    /// `com.amazon.coral.service#Name` and `NameException:http://…` as `Name`.
    pub(super) fn add_code(&mut self, text: &str) {
        let (_, name) = text.rsplit_once('#').unwrap_or(("", text));
        let (name, _) = name.split_once(':').unwrap_or((name, ""));
        let name = name.trim();
        let name = name.strip_suffix("Exception").unwrap_or(name);
        let known = self.codes.iter().any(|code| code == name);
        if !name.is_empty() && !known && self.codes.len() < MAX_TEXTS {
            self.codes.push(name.into());
        }
    }

    fn add_message(&mut self, text: String) {
        let known = self.messages.contains(&text);
        if !text.is_empty() && !known && self.messages.len() < MAX_TEXTS {
            self.messages.push(text);
        }
    }

    /// S3 and the query protocol of IAM, STS and others; `<NameException>` of a gateway.
    /// Of a page for people, its title.
    fn read_xml(&mut self, text: &str) {
        let page = ["<!doctype html", "<html"].iter().any(|start| {
            let begins = text.get(..start.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(start))
        });
        extract::xml(text, &mut |name, text, whole| {
            let once = |slot: &mut Option<String>, text: String| {
                if slot.is_none() && whole {
                    *slot = Some(text);
                }
            };
            match name {
                "Code" => self.add_code(&text),
                "Message" => self.add_message(text),
                "CanonicalRequest" => once(&mut self.canonical_request, text),
                "StringToSign" => once(&mut self.string_to_sign, text),
                "Region" => once(&mut self.region, text),
                "RequestTime" => once(&mut self.request_time, text),
                "ServerTime" => once(&mut self.server_time, text),
                "HeadersNotSigned" => once(&mut self.headers_not_signed, text),
                "HostId" => self.host_id = true,
                _ if page && name.eq_ignore_ascii_case("title") => self.add_message(text),
                _ if name.ends_with("Exception") => self.add_code(name),
                _ => {}
            }
        });
    }

    /// API Gateway, the JSON protocols, OpenSearch, AppSync and others.
    fn read_json(&mut self, text: &str) {
        extract::json(text, &mut |name, value| {
            let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
            if name.eq_ignore_ascii_case("type") && FAULTS.contains(&value.as_str()) {
                // Whose fault it is, beside the code.
            } else if is(&["__type", "code", "errorCode", "errorType", "type"]) {
                self.add_code(&value);
            } else if is(&[
                "message",
                "detailedMessage",
                "errorMessage",
                "reason",
                "error",
                "details",
                "detail",
            ]) {
                self.add_message(value);
            }
        });
    }

    fn read_cbor(&mut self, body: &[u8]) {
        if let Some(code) = extract::cbor(body, "__type") {
            self.add_code(&code);
        }
        for key in ["message", "Message"] {
            if let Some(message) = extract::cbor(body, key) {
                self.add_message(message);
            }
        }
    }

    /// A message as tools print it: `An error occurred (Code) when calling …: …`,
    /// `Code: …`, `… (Error Code: Code; …)`, `… api error Code: …`.
    fn read_pasted(&mut self, text: &str) {
        let text = text.get(..MAX_WORDS).unwrap_or(text);
        let named = |after: &str, end: &[char]| {
            let (_, rest) = text.split_once(after)?;
            Some(rest.split(end).next()?.trim())
        };
        let first = text.split_once(':').map(|(first, _)| first);
        let is_name = |name: &&str| {
            name.starts_with(|char: char| char.is_ascii_uppercase())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let codes = [
            named("error occurred (", &[')']),
            named("Error Code: ", &[';', ')']),
            named("api error ", &[':']),
            first.filter(|first| codes::is_code(first)),
        ];
        for code in codes.into_iter().flatten().filter(is_name) {
            self.add_code(code);
        }
        if !text.starts_with(['{', '[', '<']) {
            self.add_message(text.into());
        }
        if self.messages.is_empty() {
            self.words = text.to_lowercase();
        }
    }

    /// The strings in a message.
    fn read_shown(&mut self) {
        for message in &self.messages {
            if self.canonical_request.is_none() {
                self.canonical_request = quoted(message, CANONICAL, TO_SIGN);
            }
            if self.string_to_sign.is_none() {
                self.string_to_sign = quoted(message, TO_SIGN, "\n\n");
            }
        }
    }

    /// What callers sent stands in the strings: no words of the service.
    fn plain_words(&mut self) -> String {
        let mut words = core::mem::take(&mut self.words);
        for message in &self.messages {
            let plain = message.split(CANONICAL).next().unwrap_or_default();
            let plain = plain.split(TO_SIGN).next().unwrap_or_default();
            for word in plain.split_whitespace() {
                if words.len() > MAX_WORDS {
                    return words;
                }
                words.push_str(&word.to_lowercase());
                words.push(' ');
            }
            words.push('\n');
        }
        words
    }
}

/// Whether it is JSON, XML or a map in CBOR (RFC 8949, 3.1: major type 5), and not words
/// that a tool printed around a brace or a bracket. Where it was cut off does not matter.
fn is_document(text: &str, body: &[u8]) -> bool {
    let mut chars = text.chars().filter(|char| !char.is_whitespace());
    let json = match (chars.next(), chars.next()) {
        (Some('{'), second) => matches!(second, Some('"' | '}')),
        (Some('['), second) => matches!(second, Some('{' | '"' | '[' | ']')),
        _ => false,
    };
    let tags = ["<?", "</", "/>"].iter().any(|tag| text.contains(tag));
    let cbor = matches!(body.first(), Some(0xa0..=0xbf));
    json || cbor || text.starts_with('<') && tags
}

/// What stands in single quotes after `title`, up to `next`. The quotes themselves can
/// be in the text, so the last one counts.
fn quoted(message: &str, title: &str, next: &str) -> Option<String> {
    let (_, after) = message.split_once(title)?;
    let (_, text) = after.split_once('\'')?;
    let (text, _) = text.split_once(next).unwrap_or((text, ""));
    let (text, _) = text.rsplit_once('\'')?;
    Some(text.into())
}
