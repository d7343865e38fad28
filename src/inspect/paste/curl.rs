//! A line for a shell that begins with `curl`.

use super::copied::{Fault, Request};
use super::curl_options::{LETTERS_WITH_VALUE, has_value};
use super::words::{Word, words};
use crate::inspect::redact;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

pub(super) fn is_line(text: &str) -> bool {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let rest = text
        .strip_prefix("curl")
        .or_else(|| text.strip_prefix("curl.exe"));
    rest.is_some_and(|rest| rest.starts_with([' ', '\t', '\\', '\n']))
}

/// The value of an option that is not known here, a password perhaps, must not pass for the URL.
const TWO_URLS: Fault = "two words of the curl line can be its URL, or one of them is the value of an option that is not \
    known here: leave that out";

const OPEN: Fault = "what the shell puts into the curl line ($…, `…`, ~, *) is not known here: write what it puts into the \
    URL, the method, an option or a header, or leave that header out";

const OTHER_SHELL: Fault = "the curl line is one for cmd.exe (^): copy it as one for bash";

const LISTS: Fault =
    "curl makes several URLs of {…} and […] where there is no -g: paste the request as it was sent";

const DOTS: Fault = "curl takes . and .. out of the path where there is no --path-as-is: paste the request as it was sent";

const IN_A_FILE: Fault = "the body is in a file (@…): paste the request with its body";

/// A value of an option, or a word that is none.
struct Value {
    word: Word,
    /// Where it begins in its word.
    from: usize,
}

impl Value {
    /// As far as it is written there, and whether the shell puts more there.
    fn start(&self) -> (&[u8], bool) {
        let open = self.word.open();
        let text = (self.word.text).get(self.from..open.unwrap_or(self.word.text.len()));
        (text.unwrap_or_default(), open.is_some())
    }

    fn bytes(&self) -> Result<&[u8], Fault> {
        match self.start() {
            (text, false) => Ok(text),
            _ => Err(OPEN),
        }
    }

    fn text(&self) -> Result<&str, Fault> {
        text(self.bytes()?)
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    let text = core::str::from_utf8(bytes);
    text.map_err(|_| "the curl line has bytes that are no UTF-8 outside of header values and body")
}

#[derive(Default)]
struct Read {
    request: Request,
    url: Option<Zeroizing<String>>,
    method: Option<String>,
    data: Option<Zeroizing<Vec<u8>>>,
    is_head: bool,
    is_get: bool,
    is_json: bool,
    /// The URL is no list of them, and its dots stay.
    is_one: bool,
    keeps_dots: bool,
    /// Headers that curl is not to send.
    without: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Request, Fault> {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let mut words = words(text)?.into_iter().skip(1);
    let mut read = Read::default();
    while let Some(word) = words.next() {
        let (options, mut from) = split(&word.text)?;
        let is_open = |end: usize| word.open().is_some_and(|open| open < end);
        if !options.is_empty() && is_open(from.unwrap_or(usize::MAX)) {
            return Err(OPEN);
        }
        let mut word = Some(word);
        let mut value = || {
            if let Some(from) = from.take() {
                let word = word.take().unwrap_or_default();
                return Ok(Value { word, from });
            }
            let word = words.next();
            let word = word.ok_or("the curl line ends behind an option")?;
            Ok(Value { word, from: 0 })
        };
        for option in &options {
            read.option(option, &mut value)?;
        }
        if options.is_empty() {
            let word = word.take().unwrap_or_default();
            read.go_to(&Value { word, from: 0 })?;
        }
    }
    read.request()
}

/// The options of a word, and where the value of the last one begins in it: `--name=value`, `-Xvalue`;
/// letters with no value can stand in front of others (`-sSv`). None where the word is no option.
fn split(word: &[u8]) -> Result<(Vec<String>, Option<usize>), Fault> {
    if word.starts_with(b"--") {
        let end = word.iter().position(|byte| *byte == b'=');
        let name = word.get(..end.unwrap_or(word.len())).unwrap_or_default();
        let options = Vec::from([text(name)?.to_owned()]);
        return Ok((options, end.map(|end| end.saturating_add(1))));
    }
    let mut options = Vec::new();
    let letters = word.strip_prefix(b"-").unwrap_or_default();
    for (from, letter) in (2..).zip(letters) {
        options.push(String::from_iter(['-', char::from(*letter)]));
        if LETTERS_WITH_VALUE.contains(letter) {
            return Ok((options, Some(from).filter(|from| *from < word.len())));
        }
    }
    Ok((options, None))
}

impl Read {
    fn option(
        &mut self,
        option: &str,
        value: &mut dyn FnMut() -> Result<Value, Fault>,
    ) -> Result<(), Fault> {
        match option {
            "-X" | "--request" => self.method = Some(value()?.text()?.to_owned()),
            "-H" | "--header" => self.header(&value()?)?,
            "-A" | "--user-agent" => self.request.add("user-agent", value()?.bytes()?),
            "-e" | "--referer" => self.request.add("referer", value()?.bytes()?),
            "-b" | "--cookie" => {
                // Without `=` it is a file.
                let value = value()?;
                let cookie = value.bytes()?;
                if cookie.contains(&b'=') {
                    self.request.add("cookie", cookie);
                }
            }
            "--json" => {
                self.data(option, &value()?, b"")?;
                self.is_json = true;
            }
            "-d" | "--data" | "--data-ascii" | "--data-raw" | "--data-binary" => {
                self.data(option, &value()?, b"&")?;
            }
            "-T" | "--upload-file" | "-F" | "--form" | "--data-urlencode" => {
                return Err(
                    "a body that curl makes (-T, -F, --data-urlencode) cannot be known from its line: \
                     paste the request as it was sent",
                );
            }
            "-u" | "--user" => {
                // The secret behind the colon is not kept.
                let value = value()?;
                let (user, is_open) = value.start();
                let mut parts = user.splitn(2, |byte| *byte == b':');
                let key = parts.next().unwrap_or_default();
                if !is_open || parts.next().is_some() {
                    self.request.key = Some(text(key)?.to_owned());
                }
            }
            "--aws-sigv4" => {
                let value = value()?;
                let mut parts = value.text()?.split(':').skip(2);
                self.request.signs_for = Some((
                    parts.next().unwrap_or_default().to_owned(),
                    parts.next().unwrap_or_default().to_owned(),
                ));
            }
            "-I" | "--head" => self.is_head = true,
            "-G" | "--get" => self.is_get = true,
            "-g" | "--globoff" => self.is_one = true,
            "--path-as-is" => self.keeps_dots = true,
            "--url" => self.go_to(&value()?)?,
            option if has_value(option) => drop(value()?),
            _ => {}
        }
        Ok(())
    }

    fn go_to(&mut self, value: &Value) -> Result<(), Fault> {
        if value.word.open_in_url().is_some() {
            return Err(OPEN);
        }
        let url = text(value.word.text.get(value.from..).unwrap_or_default())?;
        if url.starts_with('^') {
            return Err(OTHER_SHELL);
        }
        let url = Zeroizing::new(url.to_owned());
        match self.url.replace(url) {
            Some(_) => Err(TWO_URLS),
            None => Ok(()),
        }
    }

    /// `Name: value`; `Name;` is sent empty, `Name:` is left out.
    fn header(&mut self, value: &Value) -> Result<(), Fault> {
        let (header, is_open) = value.start();
        if header.starts_with(b"@") {
            return Err("headers are in a file (-H @…): paste the request as it was sent");
        }
        let colon = header.iter().position(|byte| *byte == b':');
        let Some((name, rest)) = colon.and_then(|colon| header.split_at_checked(colon)) else {
            if is_open {
                return Err(OPEN);
            }
            if let Some(name) = header.strip_suffix(b";") {
                self.request.add(text(name)?, "");
            }
            return Ok(());
        };
        let (name, value) = (text(name)?, rest.get(1..).unwrap_or_default());
        if is_open && !redact::is_token(name) {
            return Err(OPEN);
        }
        if is_open {
            self.request.add(name, redact::UNKNOWN_TOKEN);
        } else if value.trim_ascii().is_empty() {
            self.without.push(name.trim().to_ascii_lowercase());
        } else {
            self.request.add(name, value);
        }
        Ok(())
    }

    fn data(&mut self, option: &str, value: &Value, between: &[u8]) -> Result<(), Fault> {
        let (text, is_open) = value.start();
        let is_file = text.starts_with(b"@") && option != "--data-raw";
        let printed = value.word.printed.as_ref();
        let more = match printed.filter(|_| text == b"@" && option == "--data-binary") {
            Some(printed) => printed,
            None if is_open => {
                self.request.is_body_elsewhere = true;
                self.data.get_or_insert_default();
                return Ok(());
            }
            None if is_file => return Err(IN_A_FILE),
            None => text,
        };
        match &mut self.data {
            Some(data) => {
                data.extend_from_slice(between);
                data.extend_from_slice(more);
            }
            none => *none = Some(Zeroizing::new(more.to_vec())),
        }
        Ok(())
    }

    fn request(mut self) -> Result<Request, Fault> {
        let mut url = self.url.ok_or("the curl line has no URL")?;
        let has_data = self.data.is_some() && !self.is_get;
        let data = self.data.unwrap_or_default();
        if self.is_get && self.request.is_body_elsewhere {
            return Err(OPEN);
        }
        if self.is_get && !data.is_empty() {
            let mark = if url.contains('?') { "&" } else { "?" };
            url = Zeroizing::new([url.as_str(), mark, text(&data)?].concat());
        } else {
            self.request.body = data;
        }
        check(&url, self.is_one, self.keeps_dots)?;
        let mut request = self.request;
        // What the line says itself goes before what an option says beside.
        let mut adds = |wanted: &str, value: &str| {
            let is_without = self.without.iter().any(|name| name == wanted);
            if !is_without && request.header(wanted).is_none() {
                request.add(wanted, value);
            }
        };
        if self.is_json {
            adds("content-type", "application/json");
            adds("accept", "application/json");
        } else if has_data {
            adds("content-type", "application/x-www-form-urlencoded");
        }
        request.method = match self.method {
            Some(method) => method,
            None if self.is_head => "HEAD".into(),
            None if has_data => "POST".into(),
            None => "GET".into(),
        };
        let has_host = request.header("host").is_some();
        request.go_to(&url);
        if !has_host && self.without.iter().any(|name| name == "host") {
            request.headers.retain(|(name, _)| name != "host");
        }
        Ok(request)
    }
}

/// What curl makes of a URL before it sends it.
fn check(url: &str, is_one: bool, keeps_dots: bool) -> Result<(), Fault> {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if !is_one && (rest.contains(['{', '}', '[', ']']) || host.contains(['{', '}'])) {
        return Err(LISTS);
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if !keeps_dots
        && path
            .split('/')
            .any(|segment| segment == "." || segment == "..")
    {
        return Err(DOTS);
    }
    Ok(())
}
