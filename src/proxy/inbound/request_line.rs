//! The request line (RFC 9112, 3).

use super::wire_fault::WireFault;
use crate::grammar::text::{TOKEN, find, is_in};
use core::ops::Range;
use percent_encoding::percent_encode_byte;
use std::vec::Vec;

/// A longer target is none to `http::Uri`.
pub(super) const MAX_TARGET: usize = 65_534;

/// What a request line says, as far as framing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestLine {
    pub(super) is_http_10: bool,
    /// Where the target is in the line, if some of its bytes have to be escaped for hyper.
    pub(super) to_escape: Option<Range<usize>>,
}

/// One space each between method, target and version: RFC 9112, 3 lets a recipient take other white
/// space, and then servers differ in what the target is.
pub(super) fn read(line: &[u8]) -> Result<RequestLine, WireFault> {
    if find(line, b'\r').is_some() {
        return Err(WireFault::BareCarriageReturn { line: 1 });
    }
    let (method, rest) = cut(line)?;
    if method.is_empty() || !method.iter().all(|byte| is_in(&TOKEN, *byte)) {
        return Err(WireFault::Method);
    }
    let (target, version) = cut(rest)?;
    let is_http_10 = match version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            return Err(WireFault::Version);
        }
        _ => return Err(WireFault::RequestLine),
    };
    let start = method.len().saturating_add(1);
    let to_escape = has_to_be_escaped(method, target)?;
    Ok(RequestLine {
        is_http_10,
        to_escape: to_escape.then_some(start..start.saturating_add(target.len())),
    })
}

fn cut(line: &[u8]) -> Result<(&[u8], &[u8]), WireFault> {
    let at = find(line, b' ').ok_or(WireFault::RequestLine)?;
    let (front, rest) = line.split_at_checked(at).ok_or(WireFault::RequestLine)?;
    Ok((front, rest.get(1..).unwrap_or_default()))
}

/// The origin form alone (RFC 9112, 3.2.1). Bytes that no URI has are passed on, as SDKs sign them as
/// they stand; those that hyper would refuse or drop are escaped.
fn has_to_be_escaped(method: &[u8], target: &[u8]) -> Result<bool, WireFault> {
    match target {
        _ if method == b"CONNECT" => return Err(WireFault::Connect),
        [b'/', ..] => {}
        b"*" => return Err(WireFault::AsteriskTarget),
        _ if target.windows(3).any(|three| three == b"://") => {
            return Err(WireFault::AbsoluteTarget);
        }
        _ => return Err(WireFault::Target),
    }
    if target.len() > MAX_TARGET {
        return Err(WireFault::TargetTooLong { limit: MAX_TARGET });
    }
    if target.iter().all(|byte| is_in(&AS_IT_IS, *byte)) {
        return Ok(false);
    }
    let mut bytes = target.iter().enumerate();
    if let Some((at, byte)) = bytes.find(|(_, byte)| byte.is_ascii_control()) {
        return Err(WireFault::TargetByte { byte: *byte, at });
    }
    let escapes = marked(target).filter(|(_, escape)| *escape).count();
    let length = target.len().saturating_add(escapes.saturating_mul(2));
    if length > MAX_TARGET {
        return Err(WireFault::TargetTooLong { limit: MAX_TARGET });
    }
    Ok(escapes != 0)
}

/// The target that hyper gets.
pub(super) fn escape(target: &[u8], out: &mut Vec<u8>) {
    for (byte, escape) in marked(target) {
        if escape {
            out.extend_from_slice(percent_encode_byte(byte).as_bytes());
        } else {
            out.push(byte);
        }
    }
}

/// What `http::Uri` takes in path and in query, in all targets but rare ones.
const AS_IT_IS: [bool; 256] = as_it_is();

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
const fn as_it_is() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        table[byte as usize] = !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'`');
        byte += 1;
    }
    table
}

/// Each byte, and whether `http::Uri` would refuse it where it is, or drop it: `#` and what follows.
/// What is no UTF-8 is refused, too.
fn marked(target: &[u8]) -> impl Iterator<Item = (u8, bool)> {
    let query = find(target, b'?').unwrap_or(target.len());
    let pieces = target.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid().bytes().map(|byte| (byte, false));
        valid.chain(chunk.invalid().iter().map(|byte| (*byte, true)))
    });
    pieces.enumerate().map(move |(at, (byte, invalid))| {
        let escape = match byte {
            b'#' | b'<' | b'>' => true,
            b'"' => at > query,
            b'`' => at < query,
            _ => invalid,
        };
        (byte, escape)
    })
}

#[cfg(test)]
mod tests {
    use super::{escape, read};
    use http::Uri;
    use std::prelude::rust_2024::*;
    use std::{format, vec};

    /// Each byte at each place: escaped where `http::Uri` refuses or drops it, and nowhere else; refused
    /// where it is a control or a space.
    #[test]
    fn what_no_uri_holds_is_escaped() {
        for byte in 0..=255_u8 {
            for (front, back) in [("/a", "b"), ("/a", "b?c"), ("/a?b", "c"), ("/?", "")] {
                let target = [front.as_bytes(), &[byte], back.as_bytes()].concat();
                let line = [b"GET ", &target[..], b" HTTP/1.1"].concat();
                if byte == b' ' || byte.is_ascii_control() {
                    read(&line).unwrap_err();
                    continue;
                }
                let held = Uri::try_from(&target[..])
                    .is_ok_and(|uri| uri.path_and_query().unwrap().as_str().as_bytes() == target);
                let read = read(&line).unwrap();
                let expected = 4..4 + target.len();
                assert_eq!(read.to_escape, (!held).then_some(expected), "{byte:#x}");
                let mut escaped = vec![];
                escape(&target, &mut escaped);
                let written = if held {
                    target
                } else {
                    [
                        front.as_bytes(),
                        format!("%{byte:02X}").as_bytes(),
                        back.as_bytes(),
                    ]
                    .concat()
                };
                assert_eq!(escaped, written);
                let uri = Uri::try_from(&escaped[..]).unwrap();
                assert_eq!(uri.path_and_query().unwrap().as_str().as_bytes(), written);
            }
        }
    }

    /// Of what is no UTF-8, the bytes that are not.
    #[test]
    fn utf_8_is_no_reason() {
        let mut escaped = vec![];
        escape("/é\"`?é\"`".as_bytes(), &mut escaped);
        assert_eq!(escaped, "/é\"%60?é%22`".as_bytes());
        escaped.clear();
        escape(b"/\xC3\xA9\xFF?\xC3", &mut escaped);
        assert_eq!(escaped, b"/\xC3\xA9%FF?%C3");
    }
}
