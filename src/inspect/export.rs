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

/// Whether there is one for curl, for `sigv4 verify`, and a vector, or why not.
pub(super) type Possible = [Result<(), &'static str>; 3];

/// `place` is where the request can be made again.
pub(super) fn possible(shown: &Shown<'_>, place: Option<Place<'_>>) -> Possible {
    if let Err(why) = complete(shown) {
        return [Err(why); 3];
    }
    let for_curl = match place {
        None => Err("the proxy has signed it: only its caller can make the call again"),
        Some(_) if shown.method == "HEAD" && has_body(shown) => {
            Err("it is a HEAD with a body, which curl does not send")
        }
        Some(place) if curl(shown, place).is_none() => Err("it has no host, or no path to call"),
        Some(_) => Ok(()),
    };
    // What verifies has to have every byte that was signed.
    let for_verify = if shown.has_token() {
        Err("it has a session token, which is not shown")
    } else {
        Ok(())
    };
    let is_text = || is_text(shown).then_some(()).ok_or("it is not all text");
    [for_curl, for_verify, for_verify.and_then(|()| is_text())]
}

/// With all that nobody but who made it has.
fn complete(shown: &Shown<'_>) -> Result<(), &'static str> {
    let hides = |(name, value): &Header<'_>| redact::hides(name, value);
    if !shown.is_whole || shown.body.kept().is_none() {
        return Err("not all of its bytes were kept");
    }
    if shown.headers.iter().any(hides) {
        return Err("a header of it has a secret, which is not shown");
    }
    if names_secrets(shown) {
        return Err(
            "it has a secret or a token, which is not shown, where no variable of a shell can stand in for it",
        );
    }
    Ok(())
}

/// Where no shell's variable can stand in for one: by a name, or by the value that a header has.
fn names_secrets(shown: &Shown<'_>) -> bool {
    let tokens = shown.tokens();
    let headers = shown.headers.iter();
    let texts = headers.flat_map(|(name, value)| {
        let value = (!redact::is_token(name)).then_some(*value);
        [Some(name.as_bytes()), value].into_iter().flatten()
    });
    let body = shown.body.kept().unwrap_or_default();
    let lines = [shown.method.as_bytes(), shown.target.as_bytes(), body];
    redact::target(shown.target) != shown.target
        || lines
            .into_iter()
            .chain(texts)
            .any(|text| tokens.any_in(text))
}

fn has_body(shown: &Shown<'_>) -> bool {
    shown.body.kept().is_some_and(|body| !body.is_empty())
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
    let has_nul = |(_, value): &Header<'_>| value.contains(&0);
    let mut headers = shown.headers.iter();
    if !shown.target.starts_with('/') || !headers.any(is_host) || shown.headers.iter().any(has_nul)
    {
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
        let is_curls = match name.to_ascii_lowercase().as_str() {
            // Without a body it sends none, and this one can be signed.
            "content-length" => has_body(shown),
            "transfer-encoding" | "connection" | "expect" => true,
            _ => false,
        };
        if is_curls {
            continue;
        }
        line.push_str(" \\\n  -H ");
        if redact::is_token(name) {
            line.push_str(&format!("\"{name}: $AWS_SESSION_TOKEN\""));
        } else {
            let end: &[u8] = if value.is_empty() { b";" } else { b": " };
            line.push_str(&quoted(&[name.as_bytes(), end, value].concat()));
        }
    }
    let body = shown.body.kept()?;
    if !body.is_empty() {
        let is_type = |(name, _): &Header<'_>| name.eq_ignore_ascii_case("content-type");
        if !shown.headers.iter().any(is_type) {
            // curl has one of its own for a body.
            line.push_str(" \\\n  -H 'content-type:'");
        }
        line.push_str(" \\\n  --data-binary ");
        line.push_str(&data(body));
    }
    line.push('\n');
    Some(line)
}

/// curl takes what begins with @ for the name of a file, and no word of a shell has a NUL in it: then
/// the file is what prints the bytes.
fn data(body: &[u8]) -> String {
    if body.first() == Some(&b'@') || body.contains(&0) {
        return format!("@<(printf %b {})", octal(body));
    }
    quoted(body)
}

/// A word for a shell, of any bytes but NUL.
fn quoted(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let mut word = String::new();
    if bytes.iter().all(is_plain) {
        word.push('\'');
        word.push_str(&String::from_utf8_lossy(bytes).replace('\'', r"'\''"));
        word.push('\'');
        return word;
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
    use super::{data, possible, quoted};
    use crate::inspect::detail::Shown;
    use crate::inspect::place::Place;
    use crate::inspect::record::Body;
    use std::prelude::rust_2024::*;

    /// curl makes no `HEAD` with a body.
    #[test]
    fn a_head_with_a_body() {
        let of = |method: &str, body: &[u8]| {
            let body = Body::of(body.to_vec(), || false);
            let shown = Shown {
                id: 1,
                from: "gateway",
                is_signed_here: false,
                at: None,
                micros: 0,
                status: None,
                method,
                target: "/",
                headers: &[("host", b"a.example")],
                body: &body,
                is_whole: true,
                pasted: [""; 2],
            };
            let place = Place::new("127.0.0.1:8080".parse().unwrap(), "localhost");
            possible(&shown, Some(place))
        };
        let why = "it is a HEAD with a body, which curl does not send";
        assert_eq!(of("HEAD", b"a"), [Err(why), Ok(()), Ok(())]);
        assert_eq!(of("HEAD", b""), [Ok(()); 3]);
        assert_eq!(of("GET", b"a"), [Ok(()); 3]);
    }

    #[test]
    fn words_for_a_shell() {
        assert_eq!(quoted(b"a 'b' $c"), r"'a '\''b'\'' $c'");
        assert_eq!(quoted(b"a\n'\xff"), r"$'a\x0a\'\xff'");
        assert_eq!(quoted(b"a\n!b"), r"$'a\x0a\x21b'");
        assert_eq!(data(b"@a"), r"@<(printf %b '\0100\0141')");
        assert_eq!(data(b"a\0b"), r"@<(printf %b '\0141\0000\0142')");
        assert_eq!(data(b"a@b"), "'a@b'");
    }
}
