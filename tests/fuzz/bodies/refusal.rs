//! What the client makes of a service's refusal.

use super::lines::header_lines;
use super::quoting::{QUOTES, TOKEN, refused};
use sigv4::client::ClientError;

const STATUSES: [u16; 8] = [400, 401, 403, 404, 301, 307, 429, 503];

/// Those that the client reads.
const HEADERS: [&str; 10] = [
    "x-amzn-errortype",
    "x-amzn-query-error",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amzn-request-id",
    "x-amz-bucket-region",
    "x-amz-apigw-id",
    "location",
    "retry-after",
    "date",
];

/// The longest text in an error: 8 KiB, of which the last bytes can be half a secret.
const LONGEST: usize = 8 * 1024 + "[redacted]".len();

/// A byte that chooses the status, header lines, an empty line, and a body; what stands in them
/// for the session token and the signature is what the client sent.
///
/// Whatever is answered becomes an error with texts that are short, move no cursor, and hold
/// neither of the two, however they are spelled.
pub fn client_refusal(data: &[u8]) {
    let (choice, rest) = data.split_first().unwrap_or((&0, b""));
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((&b""[..], rest), |end| (&rest[..end], &rest[end + 2..]));
    let mut headers = header_lines(head);
    headers.retain(|(name, _)| HEADERS.contains(&name.as_str()));
    headers.truncate(HEADERS.len());
    for (_, value) in &mut headers {
        value.retain(|byte| matches!(byte, b' '..=b'~') || QUOTES.contains(byte));
    }
    let status = STATUSES[usize::from(*choice) % STATUSES.len()];
    let (error, signature) = refused(status, headers, body);
    assert!(!matches!(error, ClientError::Transport { .. }), "{error}");
    let texts = texts(&error);
    let total: usize = texts.iter().map(|(_, text)| text.len()).sum();
    assert!(total < 2 * 64 * 1024, "{total} bytes");
    for (has_lines, text) in texts {
        assert!(text.len() <= LONGEST, "{} bytes", text.len());
        let is_plain = |c: char| !c.is_control() || has_lines && c == '\n';
        assert!(text.chars().all(is_plain), "{text:?}");
        assert!(!tells(text, &[TOKEN, &signature]), "{signature}: {text}");
    }
    let written = error.to_string();
    assert!(!written.contains(TOKEN) && !written.contains(&signature));
}

/// Each text that came from the service, and whether it may have lines.
fn texts(error: &ClientError) -> Vec<(bool, &str)> {
    use ClientError as E;
    let mut texts: Vec<(bool, Option<&str>)> = Vec::new();
    match error {
        E::Redirect {
            location, region, ..
        } => texts.extend([location, region].map(|text| (false, text.as_deref()))),
        E::SignatureMismatch {
            canonical_string,
            string_to_sign,
            request_id,
        } => {
            texts.extend([canonical_string, string_to_sign].map(|text| (true, text.as_deref())));
            texts.push((false, request_id.as_deref()));
        }
        E::HeadersNotSigned {
            headers,
            request_id,
        } => {
            texts.extend(headers.iter().map(|name| (false, Some(name.as_str()))));
            texts.push((false, request_id.as_deref()));
        }
        E::NotAuthorized {
            action,
            resource,
            message,
            request_id,
        } => {
            let named = [action, resource, request_id];
            texts.extend(named.map(|text| (false, text.as_deref())));
            texts.push((false, Some(message)));
        }
        E::WrongRegion {
            region: named,
            message,
            request_id,
        }
        | E::WrongService {
            service: named,
            message,
            request_id,
        }
        | E::Status {
            code: named,
            message,
            request_id,
            ..
        } => {
            texts.extend([named, request_id].map(|text| (false, text.as_deref())));
            texts.push((false, Some(message)));
        }
        E::SignatureLost {
            message,
            request_id,
        }
        | E::CredentialsRejected {
            message,
            request_id,
            ..
        }
        | E::Throttled {
            message,
            request_id,
            ..
        } => {
            texts.push((false, Some(message)));
            texts.push((false, request_id.as_deref()));
        }
        E::UnknownRoute { request_id } => texts.push((false, request_id.as_deref())),
        E::ClockSkew { message, .. } => texts.push((false, Some(message))),
        other => panic!("no refusal: {other}"),
    }
    let told = |(has_lines, text): (bool, Option<_>)| Some((has_lines, text?));
    texts.into_iter().filter_map(told).collect()
}

/// Whether one of the secrets is in the text: as it is or in pieces, or so once up to three
/// layers of escapes are resolved.
fn tells(text: &str, secrets: &[&str]) -> bool {
    let mut text = text.to_owned();
    for _ in 0..=3 {
        let unseen = |c: char| c.is_whitespace() || c.is_control();
        let joined = text.replace(unseen, "");
        if secrets.iter().any(|secret| joined.contains(secret)) {
            return true;
        }
        let next = resolved(&text);
        if next == text {
            return false;
        }
        text = next;
    }
    false
}

/// One layer of escapes of URLs, JSON, HTML and XML.
fn resolved(text: &str) -> String {
    let mut plain = String::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let (length, meant) = escape(&text.as_bytes()[at..]).unwrap_or((first.len_utf8(), first));
        plain.push(meant);
        at += length;
    }
    plain
}

/// How long the escape is that the text begins with, and what it means.
fn escape(text: &[u8]) -> Option<(usize, char)> {
    let number = |digits: &[u8], radix: u32| {
        let digit = |number: u32, byte: &u8| {
            let digit = char::from(*byte).to_digit(radix)?;
            number.checked_mul(radix)?.checked_add(digit)
        };
        let code = (!digits.is_empty()).then_some(0)?;
        char::from_u32(digits.iter().try_fold(code, digit)?)
    };
    match text {
        [b'%', rest @ ..] => Some((3, number(rest.get(..2)?, 16)?)),
        [b'\\', b'u' | b'U', rest @ ..] => Some((6, number(rest.get(..4)?, 16)?)),
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => Some((2, ' ')),
        [b'\\', escaped, ..] if escaped.is_ascii_punctuation() => Some((2, char::from(*escaped))),
        [b'&', rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == b';')?;
            let meant = match &rest[..end] {
                [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
                [b'#', digits @ ..] => number(digits, 10)?,
                b"amp" => '&',
                b"sol" => '/',
                b"plus" => '+',
                b"equals" => '=',
                b"percnt" => '%',
                b"bsol" => '\\',
                _ => return None,
            };
            Some((end + 2, meant))
        }
        _ => None,
    }
}
