//! `transfer-encoding: chunked`, taken off a captured body
//! ([RFC 9112, 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1)).

use httparse::Status;
use std::fmt;

/// Why a body is not in chunks of HTTP's.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// The body ends before its last chunk and the empty line behind it.
    Cut,
    /// No length, or no CR LF, at this byte of the body.
    Malformed(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut => f.write_str("the body ends before its last chunk"),
            Self::Malformed(at) => write!(f, "no length of a chunk, or no CR LF, at byte {at}"),
        }
    }
}

/// The data of all chunks. What follows the last one is no part of the body: an editor's line end.
pub(crate) fn decode(body: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut data = Vec::new();
    let mut rest = body;
    let at = |rest: &[u8]| body.len().saturating_sub(rest.len());
    loop {
        let (read, length) = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete(line)) => line,
            Ok(Status::Partial) => return Err(Fault::Cut),
            Err(_) => return Err(Fault::Malformed(at(rest))),
        };
        rest = rest.get(read..).unwrap_or_default();
        if length == 0 {
            break;
        }
        let length = usize::try_from(length).map_err(|_| Fault::Cut)?;
        let (chunk, after) = rest.split_at_checked(length).ok_or(Fault::Cut)?;
        data.extend_from_slice(chunk);
        rest = line_break(after).ok_or_else(|| match after.len() {
            0 | 1 => Fault::Cut,
            _ => Fault::Malformed(at(after)),
        })?;
    }
    // HTTP's own trailers.
    loop {
        if line_break(rest).is_some() {
            return Ok(data);
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or(Fault::Cut)?.saturating_add(1);
        rest = rest.get(end..).unwrap_or_default();
    }
}

fn line_break(rest: &[u8]) -> Option<&[u8]> {
    rest.strip_prefix(b"\r\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::decode;

    #[test]
    fn all_that_is_framed() {
        let two = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx-a: b\r\n\r\n";
        for (body, data) in [
            (&two[..], &b"hello world"[..]),
            (b"0\r\n\r\n", b""),
            (b"A\r\n0123456789\r\n000\r\n\r\n\n", b"0123456789"),
        ] {
            assert_eq!(decode(body).ok().unwrap(), data);
        }
    }

    #[test]
    fn where_it_breaks() {
        for (body, said) in [
            (&b""[..], "ends before"),
            (b"5\r\nhel", "ends before"),
            (b"5\r\nhello", "ends before"),
            (b"5\r\nhello\r\n", "ends before"),
            (b"5\r\nhello\r\n0\r\n", "ends before"),
            (b"ffffffffffffffff\r\nhello", "ends before"),
            (b"5\r\nhello\n0\r\n\r\n", "at byte 8"),
            (b"5\r\nhello\r\nzz", "at byte 10"),
            (b"{}", "at byte 0"),
        ] {
            assert!(decode(body).err().unwrap().to_string().contains(said));
        }
    }
}
