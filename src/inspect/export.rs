//! A request for other tools: curl, `sigv4 verify`, a test vector. As it was sent, signature and all;
//! a session token is never in it.

use super::detail::Shown;
use super::findings::Findings;
use super::place::Place;
use super::redact;
use crate::request::Header;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

/// Which of them there are. `place` is where the request can be made again.
pub(super) fn possible(shown: &Shown<'_>, place: Option<Place<'_>>) -> [bool; 3] {
    let is_whole = shown.is_whole && shown.body.kept().is_some() && !names_secrets(shown);
    // What verifies has to have every byte that was signed.
    let hides = |(name, value): &Header<'_>| redact::hides(name, value);
    let without_secrets = is_whole && !shown.has_token() && !shown.headers.iter().any(hides);
    [
        is_whole && place.is_some_and(|place| curl(shown, place).is_some()),
        without_secrets,
        without_secrets && is_text(shown),
    ]
}

/// Where no shell's variable can stand in for one.
fn names_secrets(shown: &Shown<'_>) -> bool {
    let in_header = |(name, value): &Header<'_>| {
        !redact::is_token(name) && !redact::hides(name, value) && redact::names_any(value)
    };
    redact::target(shown.target) != shown.target
        || redact::names_any(shown.body.kept().unwrap_or_default())
        || shown.headers.iter().any(in_header)
}

fn is_text(shown: &Shown<'_>) -> bool {
    let body = shown.body.kept().unwrap_or_default();
    let texts = shown.headers.iter().map(|(_, value)| *value);
    texts
        .chain([body])
        .all(|bytes| core::str::from_utf8(bytes).is_ok())
}

/// A line for a shell, by which this gateway is called and nobody else, whatever the request's `Host` says.
/// A session token is taken from the environment there. `None` without a host and a path.
pub(super) fn curl(shown: &Shown<'_>, place: Place<'_>) -> Option<String> {
    let is_host = |(name, _): &Header<'_>| name.eq_ignore_ascii_case("host");
    if !shown.target.starts_with('/') || !shown.headers.iter().any(is_host) {
        return None;
    }
    let url = format!("http://{place}{}", shown.target);
    let mut line = match shown.method {
        // What `-X HEAD` would wait for does not come.
        "HEAD" => "curl -I".to_owned(),
        // A stranger's word, in which RFC 9110 lets `&`, `|` and a grave accent stand.
        method => format!("curl -X {}", quoted(method.as_bytes())),
    };
    // No proxy sees what is for this machine.
    line.push_str(" --noproxy '*' --path-as-is -g ");
    line.push_str(&quoted(url.as_bytes()));
    for (name, value) in shown.headers {
        if [
            "content-length",
            "transfer-encoding",
            "connection",
            "expect",
        ]
        .contains(&name.to_ascii_lowercase().as_str())
        {
            continue;
        }
        line.push_str(" \\\n  -H ");
        if redact::is_token(name) {
            line.push_str(&format!("\"{name}: $AWS_SESSION_TOKEN\""));
        } else if !redact::hides(name, value) {
            let end: &[u8] = if value.is_empty() { b";" } else { b": " };
            line.push_str(&quoted(&[name.as_bytes(), end, value].concat()));
        } else {
            line.push_str(&quoted(
                format!("{name}: {}", redact::value(name, value)).as_bytes(),
            ));
        }
    }
    let body = shown.body.kept()?;
    if !body.is_empty() {
        line.push_str(" \\\n  --data-binary ");
        line.push_str(&quoted(body));
    }
    line.push('\n');
    Some(line)
}

/// A word for a shell, whatever its bytes are.
fn quoted(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let mut word = String::new();
    // curl takes what begins with @ for the name of a file.
    let starts_with_at = bytes.first() == Some(&b'@');
    if bytes.iter().all(is_plain) && !starts_with_at {
        word.push('\'');
        word.push_str(&String::from_utf8_lossy(bytes).replace('\'', r"'\''"));
        word.push('\'');
        return word;
    }
    if starts_with_at {
        // Printed, so that nothing reads it as a name.
        return format!("@<(printf %b {})", octal(bytes));
    }
    word.push_str("$'");
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => {
                word.push('\\');
                word.push(char::from(*byte));
            }
            // A shell that one types into looks for its history behind `!`.
            b' '..=b'~' if *byte != b'!' => word.push(char::from(*byte)),
            byte => word.push_str(&format!("\\x{byte:02x}")),
        }
    }
    word.push('\'');
    word
}

fn octal(bytes: &[u8]) -> String {
    let escaped = bytes.iter().map(|byte| format!("\\0{byte:03o}"));
    format!("'{}'", escaped.collect::<Vec<_>>().concat())
}

/// Request line, headers, an empty line, the body: what `sigv4 verify` reads.
pub(super) fn verify(shown: &Shown<'_>) -> Vec<u8> {
    let mut raw = format!("{} {} HTTP/1.1\r\n", shown.method, shown.target).into_bytes();
    for (name, value) in shown.headers {
        raw.extend_from_slice(name.as_bytes());
        raw.extend_from_slice(b": ");
        raw.extend_from_slice(value);
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"\r\n");
    raw.extend_from_slice(shown.body.kept().unwrap_or_default());
    raw
}

/// As those of `test-vectors/accept` and `reject`; of the keys, which no vector names, there is the id.
pub(super) fn vector(shown: &Shown<'_>, findings: &Findings, now: &str) -> Value {
    let mut lines = [format!("{} {} HTTP/1.1", shown.method, shown.target)].to_vec();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    lines.extend(
        shown
            .headers
            .iter()
            .map(|(name, value)| format!("{name}:{}", text(value))),
    );
    lines.push(String::new());
    let body = text(shown.body.kept().unwrap_or_default());
    lines.extend(body.split('\n').map(str::to_owned));
    let expected = findings.expected.as_ref();
    json!({
        "case": format!("request-{}", shown.id),
        "shows": findings.sentence(),
        "verdict": findings.verdict.as_str(),
        "access_key_id": findings.claim.as_ref().map(|claim| &claim.key),
        "region": expected.and_then(|expected| expected.region.as_deref()),
        "service": expected.map(|expected| &expected.service),
        "now": now,
        "request": lines,
    })
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_for_a_shell() {
        assert_eq!(quoted(b"a 'b' $c"), r"'a '\''b'\'' $c'");
        assert_eq!(quoted(b"a\n'\xff"), r"$'a\x0a\'\xff'");
        assert_eq!(quoted(b"a\n!b"), r"$'a\x0a\x21b'");
        assert_eq!(quoted(b"@a"), r"@<(printf %b '\0100\0141')");
    }
}
