//! Raw HTTP messages, as they are captured or typed.

use crate::failure::Failure;
use crate::http_chunks::{self, Fault};
use sigv4::Streaming;

/// The first line, the headers and the rest.
pub(crate) struct Message {
    pub first_line: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Message {
    /// Lines that end in CR LF or LF, an empty line, the body. Header lines that start
    /// with white space go on with the one before (RFC 9112, 5.2). A head alone is a
    /// message without a body.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = Head::read(bytes)?;
        Some(head.with_body(rest))
    }

    pub(crate) fn header(&self, wanted: &str) -> Option<&[u8]> {
        header(&self.headers, wanted)
    }

    /// Whether the head says that the body is in pieces, signed or not.
    fn is_in_pieces(&self) -> bool {
        self.header("x-amz-content-sha256")
            .and_then(|marker| std::str::from_utf8(marker).ok())
            .is_some_and(|marker| Streaming::parse(marker).is_some())
    }
}

/// The first line and the headers.
struct Head {
    first_line: String,
    headers: Vec<(String, Vec<u8>)>,
}

impl Head {
    /// And all that follows.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut rest = bytes;
        let first_line = String::from_utf8(line(&mut rest)?.to_vec()).ok()?;
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        while let Some(line) = line(&mut rest).filter(|line| !line.is_empty()) {
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                let (_, value) = headers.last_mut()?;
                value.push(b'\n');
                value.extend_from_slice(line);
                continue;
            }
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            let name = String::from_utf8(name.to_vec()).ok()?;
            headers.push((name, value.get(1..).unwrap_or_default().to_vec()));
        }
        let head = Self {
            first_line,
            headers,
        };
        Some((head, rest))
    }

    /// Editors add a line end to a file: a stated length says what belongs to the body. Beside
    /// `transfer-encoding` it counts for nothing (RFC 9112, 6.3).
    fn with_body(self, rest: &[u8]) -> Message {
        let framed = header(&self.headers, "transfer-encoding").is_some();
        let stated = header(&self.headers, "content-length").filter(|_| !framed);
        let stated = stated.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let body = stated.and_then(|length| rest.get(..length)).unwrap_or(rest);
        Message {
            first_line: self.first_line,
            headers: self.headers,
            body: body.to_vec(),
        }
    }

    /// Of an answer.
    fn status(&self) -> Option<u16> {
        let digits = self.first_line.split(' ').nth(1)?;
        digits.parse().ok()
    }
}

fn header<'a>(headers: &'a [(String, Vec<u8>)], wanted: &str) -> Option<&'a [u8]> {
    let mut headers = headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    Some(found.1.trim_ascii())
}

/// A captured request.
pub(crate) struct RawRequest {
    pub method: String,
    pub target: String,
    pub message: Message,
    /// Of a body in pieces whose head says `transfer-encoding: chunked`.
    pub framing: Option<Framing>,
}

/// HTTP's own chunks, around a body that is in AWS's.
pub(crate) enum Framing {
    /// What is inside.
    Taken(Vec<u8>),
    /// There are none, or not all.
    Broken(Fault),
}

impl RawRequest {
    pub(crate) fn parse(bytes: &[u8], name: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::usage(format_args!("{name}: {what}"));
        let mut message = Message::parse(bytes).ok_or_else(|| wrong("not an HTTP request"))?;
        let (method, target) = message
            .first_line
            .split_once(' ')
            .ok_or_else(|| wrong("not an HTTP request"))?;
        // The target can hold raw spaces: it ends where the version starts.
        let target = match target.rsplit_once(' ') {
            Some((target, version)) if version.starts_with("HTTP/") => target,
            _ => target,
        };
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut framing = None;
        if let Some(coding) = message.header("transfer-encoding") {
            if !coding.eq_ignore_ascii_case(b"chunked") {
                return Err(wrong(
                    "transfer-encoding: give the body decoded, without this header",
                ));
            }
            match http_chunks::decode(&message.body) {
                Ok(inside) if message.is_in_pieces() => framing = Some(Framing::Taken(inside)),
                Ok(inside) => message.body = inside,
                Err(fault) if message.is_in_pieces() => framing = Some(Framing::Broken(fault)),
                Err(fault) => {
                    return Err(wrong(&format!(
                        "transfer-encoding: {fault}; give the body as it was sent, or decoded and \
                         without this header"
                    )));
                }
            }
        }
        Ok(Self {
            method,
            target,
            message,
            framing,
        })
    }
}

/// What a service sent: a head and a body, as `curl -i` prints it, or a body alone.
pub(crate) struct RawAnswer {
    pub status: Option<u16>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// More interim answers than any server sends before the one that counts.
const MOST_INTERIM: usize = 100;

impl RawAnswer {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let mut rest = bytes;
        let mut interim = 0_usize;
        // `HTTP/1.1 100 Continue` and the like come first. Each is read once.
        loop {
            let head = rest.starts_with(b"HTTP/").then(|| Head::read(rest));
            let Some((head, after)) = head.flatten() else {
                break;
            };
            let Some(status) = head.status() else {
                break;
            };
            if (100..200).contains(&status) {
                interim = interim.saturating_add(1);
                if interim > MOST_INTERIM {
                    return Err(Failure::usage(format_args!(
                        "more than {MOST_INTERIM} interim answers (1xx) in front of the one that counts"
                    )));
                }
                rest = after;
                continue;
            }
            let message = head.with_body(after);
            return Ok(Self {
                status: Some(status),
                headers: message.headers,
                body: message.body,
            });
        }
        Ok(Self {
            status: None,
            headers: Vec::new(),
            body: rest.to_vec(),
        })
    }
}

/// Takes a line off the front, without its end; `None` when nothing is left.
fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.iter().position(|byte| *byte == b'\n');
    let (line, after) = match end {
        Some(end) => (rest.get(..end)?, rest.get(end.saturating_add(1)..)?),
        None => (*rest, &[][..]),
    };
    *rest = after;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}
