//! A line for a shell that begins with `curl`.

use super::copied::{Fault, Request};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

pub(super) fn is_line(text: &str) -> bool {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let rest = text
        .strip_prefix("curl")
        .or_else(|| text.strip_prefix("curl.exe"));
    rest.is_some_and(|rest| rest.starts_with([' ', '\t', '\\', '\n']))
}

/// Options whose value says nothing of the request.
const WITH_VALUE: [&str; 49] = [
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--cacert",
    "--capath",
    "-E",
    "--cert",
    "--key",
    "-x",
    "--proxy",
    "-c",
    "--cookie-jar",
    "--resolve",
    "-D",
    "--dump-header",
    "--limit-rate",
    "--retry-delay",
    "--max-redirs",
    "--ciphers",
    "--interface",
    "--trace",
    "--trace-ascii",
    "--stderr",
    "-U",
    "--proxy-user",
    "-K",
    "--config",
    "-C",
    "--continue-at",
    "-r",
    "--range",
    "--connect-to",
    "--unix-socket",
    "--oauth2-bearer",
    "--pass",
    "--proxy-pass",
    "--proxy-header",
    "--proxy-cert",
    "--proxy-key",
    "--tlspassword",
    "--tlsuser",
    "--login-options",
    "--cert-type",
    "--dns-servers",
];

/// The value of an option that is not known here, a password perhaps, must not pass for the URL.
const TWO_URLS: Fault = "two words of the curl line can be its URL, or one of them is the value of an option that is not \
    known here: leave that out";

pub(super) fn read(text: &str) -> Result<Request, Fault> {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let mut words = words(text)?.into_iter().skip(1);
    let mut request = Request::default();
    let (mut url, mut method) = (None, None);
    let (mut data, mut is_head, mut is_get) = (None::<Zeroizing<String>>, false, false);
    while let Some(word) = words.next() {
        let (option, inline) = split(&word);
        let mut value = || {
            inline
                .clone()
                .or_else(|| words.next())
                .ok_or("the curl line ends behind an option")
        };
        match option.as_str() {
            "-X" | "--request" => method = Some(value()?),
            "-H" | "--header" => header(&mut request, &value()?),
            "-A" | "--user-agent" => request.add("user-agent", &value()?),
            "-e" | "--referer" => request.add("referer", &value()?),
            "-b" | "--cookie" => request.add("cookie", &value()?),
            "--json" => {
                let more = value()?;
                add(&mut data, &more, "");
                request.add("content-type", "application/json");
                request.add("accept", "application/json");
            }
            "-d" | "--data" | "--data-ascii" | "--data-raw" | "--data-binary" => {
                let more = value()?;
                if more.starts_with('@') && option != "--data-raw" {
                    return Err("the body is in a file (@…): paste the request with its body");
                }
                add(&mut data, &more, "&");
            }
            "-T" | "--upload-file" | "-F" | "--form" | "--data-urlencode" => {
                return Err(
                    "a body that curl makes (-T, -F, --data-urlencode) cannot be known from its line: \
                            paste the request as it was sent",
                );
            }
            "-u" | "--user" => {
                // The secret behind the colon is not kept.
                let user = Zeroizing::new(value()?);
                request.key = user.split(':').next().map(str::to_owned);
            }
            "--aws-sigv4" => {
                let value = value()?;
                let mut parts = value.split(':').skip(2);
                request.signs_for = Some((
                    parts.next().unwrap_or_default().to_owned(),
                    parts.next().unwrap_or_default().to_owned(),
                ));
            }
            "-I" | "--head" => is_head = true,
            "-G" | "--get" => is_get = true,
            "--url" => {
                let value = value()?;
                if url.replace(value).is_some() {
                    return Err(TWO_URLS);
                }
            }
            option if WITH_VALUE.contains(&option) => drop(value()?),
            option if option.starts_with('-') && option.len() > 1 => {}
            _ if url.is_some() => return Err(TWO_URLS),
            _ => url = Some(word),
        }
    }
    let url = url.ok_or("the curl line has no URL")?;
    let has_data = data.is_some();
    let query = is_get.then(|| data.take()).flatten();
    let data = data.unwrap_or_default();
    request.body = Zeroizing::new(data.as_bytes().to_vec());
    if has_data && !is_get && request.header("content-type").is_none() {
        request.add("content-type", "application/x-www-form-urlencoded");
    }
    request.method = match method {
        Some(method) => method,
        None if is_head => "HEAD".into(),
        None if has_data && !is_get => "POST".into(),
        None => "GET".into(),
    };
    match query {
        Some(query) => {
            let mark = if url.contains('?') { "&" } else { "?" };
            request.go_to(&[&url, mark, &query].concat());
        }
        None => request.go_to(&url),
    }
    Ok(request)
}

/// `--name=value` and `-Xvalue`; a letter with no value can stand in front of others (`-sSv`).
fn split(word: &str) -> (String, Option<String>) {
    if let Some(long) = word.strip_prefix("--") {
        return match long.split_once('=') {
            Some((name, value)) => (["--", name].concat(), Some(value.to_owned())),
            None => (word.to_owned(), None),
        };
    }
    let mut rest = word.strip_prefix('-').unwrap_or_default();
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if "XHAebduTFowmExcDUKCr".contains(letter) {
            let value = (!rest.is_empty()).then(|| rest.to_owned());
            return (["-", letter.encode_utf8(&mut [0; 4])].concat(), value);
        }
        if rest.is_empty() || "IG".contains(letter) {
            return (["-", letter.encode_utf8(&mut [0; 4])].concat(), None);
        }
    }
    (word.to_owned(), None)
}

/// `Name: value`; `Name;` is sent empty, `Name:` is left out.
fn header(request: &mut Request, text: &str) {
    match text.split_once(':') {
        Some((_, "")) => {}
        Some((name, value)) => request.add(name, value),
        None => {
            if let Some(name) = text.strip_suffix(';') {
                request.add(name, "");
            }
        }
    }
}

fn add(data: &mut Option<Zeroizing<String>>, more: &str, between: &str) {
    match data {
        Some(data) => {
            data.push_str(between);
            data.push_str(more);
        }
        none => *none = Some(Zeroizing::new(more.to_owned())),
    }
}

/// Words as sh reads them: quotes, backslashes, `$'…'`. Variables stay as they are written.
fn words(text: &str) -> Result<Vec<String>, Fault> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    let unended = "a quote in the curl line does not end";
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or(unended)? {
                        '\'' => break,
                        char => word.push(char),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or(unended)? {
                        '"' => break,
                        '\\' => match chars.next().ok_or(unended)? {
                            '\n' => {}
                            char @ ('"' | '\\' | '$' | '`') => word.push(char),
                            char => word.extend(['\\', char]),
                        },
                        char => word.push(char),
                    }
                }
            }
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or(unended)? {
                        '\'' => break,
                        '\\' => word.push(match chars.next().ok_or(unended)? {
                            'n' => '\n',
                            'r' => '\r',
                            't' => '\t',
                            char => char,
                        }),
                        char => word.push(char),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some('\r') => {
                    chars.next_if_eq(&'\n');
                }
                Some(char) => word.get_or_insert_default().push(char),
            },
            // What comes then is not curl's.
            '|' | ';' | '>' | '&' if word.is_none() => break,
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    Ok(words)
}
