//! A head (RFC 9112, 2 to 6), and trailers: what framing needs of them, and what they may not be.

use super::lines::Lines;
use super::request_line::{self, RequestLine};
use super::wire_fault::WireFault;
use crate::grammar::text::{TOKEN, find, is_in};
use core::ops::Range;

/// What a head can cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeadLimits {
    /// In bytes.
    pub(super) length: usize,
    /// Of headers.
    pub(super) headers: usize,
}

/// A head as far as it has arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    lines: Lines,
    request_line: Option<RequestLine>,
    /// Where the request line begins.
    start: usize,
    skipped: bool,
    headers: usize,
    has_host: bool,
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
}

/// A head that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// In bytes, with the empty line.
    pub(super) length: usize,
    pub(super) body: BodyLength,
    /// It asks for another protocol, in the sense of hyper.
    pub(super) upgrade: bool,
    /// The place of the target, where some of it has to be escaped.
    pub(super) to_escape: Option<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyLength {
    Bytes(u64),
    Chunked,
}

impl Head {
    /// Reads on. `bytes` are all that have arrived from the head's first one on.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        limits: HeadLimits,
    ) -> Result<Option<Whole>, WireFault> {
        let limit = limits.length;
        let too_long = WireFault::HeadTooLong { limit };
        loop {
            let start = self.lines.start();
            let Some(line) = self.lines.next(bytes, limit, too_long)? else {
                return Ok(None);
            };
            if self.request_line.is_none() {
                // One empty line may be left of the message before (RFC 9112, 2.2).
                if line.is_empty() {
                    if self.skipped {
                        return Err(WireFault::EmptyLines);
                    }
                    self.skipped = true;
                    self.lines.count_anew();
                    continue;
                }
                self.start = start;
                self.request_line = Some(request_line::read(line)?);
            } else if line.is_empty() {
                return self.end().map(Some);
            } else {
                self.header(line, limits)?;
            }
        }
    }

    fn header(&mut self, line: &[u8], limits: HeadLimits) -> Result<(), WireFault> {
        self.headers = self.headers.saturating_add(1);
        let limit = limits.headers;
        if self.headers > limit {
            return Err(WireFault::TooManyHeaders { limit });
        }
        let number = self.lines.number();
        let (name, value) = header(line, number)?;
        // Of the lengths of the names below; all others are of no concern here.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.host(value, number),
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.upgrade = true;
                Ok(())
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => self.length(value, number),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.coding(value, number),
            _ => Ok(()),
        }
    }

    /// One of them (RFC 9112, 3.2).
    fn host(&mut self, value: &[u8], line: usize) -> Result<(), WireFault> {
        if self.has_host {
            return Err(WireFault::SecondHost { line });
        }
        self.has_host = true;
        if is_host(value) {
            Ok(())
        } else {
            Err(WireFault::Host { line })
        }
    }

    /// One of digits alone. RFC 9112, 6.3 lets a recipient take equal ones for one; hyper reads a `+`.
    fn length(&mut self, value: &[u8], line: usize) -> Result<(), WireFault> {
        if self.chunked {
            return Err(WireFault::LengthAndCoding { line });
        }
        if self.length.is_some() {
            return Err(WireFault::SecondLength { line });
        }
        // 18 digits are in the range of signed ones, too.
        if !(1..=18).contains(&value.len()) || !value.iter().all(u8::is_ascii_digit) {
            return Err(WireFault::Length { line });
        }
        let digits = value.iter().map(|digit| u64::from(digit & 15));
        let number = digits.fold(0_u64, |number, digit| {
            number.saturating_mul(10).saturating_add(digit)
        });
        self.length = Some(number);
        Ok(())
    }

    /// `chunked`, once, and no length beside it (RFC 9112, 6.1).
    fn coding(&mut self, value: &[u8], line: usize) -> Result<(), WireFault> {
        if self.length.is_some() {
            return Err(WireFault::LengthAndCoding { line });
        }
        if self.chunked {
            return Err(WireFault::SecondCoding { line });
        }
        if self.is_http_10() {
            return Err(WireFault::CodingInHttp10 { line });
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(WireFault::Coding { line });
        }
        self.chunked = true;
        Ok(())
    }

    fn is_http_10(&self) -> bool {
        self.request_line
            .as_ref()
            .is_some_and(|line| line.is_http_10)
    }

    fn end(&mut self) -> Result<Whole, WireFault> {
        if !self.has_host && !self.is_http_10() {
            return Err(WireFault::NoHost);
        }
        let to_escape = self.request_line.take().and_then(|line| line.to_escape);
        let moved = |at: usize| at.saturating_add(self.start);
        Ok(Whole {
            length: self.lines.start(),
            body: if self.chunked {
                BodyLength::Chunked
            } else {
                BodyLength::Bytes(self.length.unwrap_or(0))
            },
            upgrade: self.upgrade && !self.is_http_10(),
            to_escape: to_escape.map(|target| moved(target.start)..moved(target.end)),
        })
    }
}

/// Trailers as far as they have arrived.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trailers {
    lines: Lines,
}

impl Trailers {
    /// More are too long for hyper.
    const LIMIT: usize = 16_000;

    /// Their length with the empty line behind them. `bytes` are all that have arrived from the first
    /// one on.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        limits: HeadLimits,
    ) -> Result<Option<usize>, WireFault> {
        let limit = Self::LIMIT;
        let too_long = WireFault::TrailersTooLong { limit };
        loop {
            let Some(trailer) = self.lines.next(bytes, limit, too_long)? else {
                return Ok(None);
            };
            if trailer.is_empty() {
                return Ok(Some(self.lines.start()));
            }
            let line = self.lines.number();
            let limit = limits.headers;
            if line > limit {
                return Err(WireFault::TooManyHeaders { limit });
            }
            let (name, _) = header(trailer, line)?;
            // Whoever puts trailers and headers together would frame or route by them.
            let forbidden: [&[u8]; 3] = [b"content-length", b"host", b"transfer-encoding"];
            if forbidden
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other))
            {
                return Err(WireFault::TrailerName { line });
            }
        }
    }
}

/// Name and value without white space around it (RFC 9112, 5).
fn header(line: &[u8], number: usize) -> Result<(&[u8], &[u8]), WireFault> {
    let number_of_line = number;
    if let [b' ' | b'\t', ..] = line {
        return Err(WireFault::Folded {
            line: number_of_line,
        });
    }
    let end = line.iter().position(|byte| !is_in(&TOKEN, *byte));
    let name = line.get(..end.unwrap_or(0)).unwrap_or_default();
    let (byte, value) = match line.get(name.len()..) {
        Some([byte, value @ ..]) => (*byte, value),
        _ => return Err(WireFault::NoColon { line: number }),
    };
    match byte {
        b':' if name.is_empty() => return Err(WireFault::NoName { line: number }),
        b':' => {}
        _ if end.is_none() => return Err(WireFault::NoColon { line: number }),
        b'\r' => return Err(WireFault::BareCarriageReturn { line: number }),
        b' ' | b'\t' if value.trim_ascii_start().first() == Some(&b':') => {
            return Err(WireFault::SpaceBeforeColon { line: number });
        }
        _ if find(value, b':').is_none() => return Err(WireFault::NoColon { line: number }),
        byte => return Err(WireFault::HeaderName { line: number, byte }),
    }
    match control(value) {
        Some(b'\r') => Err(WireFault::BareCarriageReturn { line: number }),
        Some(byte) => Err(WireFault::HeaderValue { line: number, byte }),
        None => Ok((name, trimmed(value))),
    }
}

fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The first byte that no value may have (RFC 9110, 5.5): controls but for the tab. Looked for in 8
/// bytes at a time; in a byte that is less than a space, taking one sets the highest bit.
fn control(value: &[u8]) -> Option<u8> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    const DELETES: u64 = u64::from_le_bytes([0x7F; 8]);
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    let suspicious = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let zero_where_delete = word ^ DELETES;
        let less = word.wrapping_sub(SPACES) & !word;
        let deletes = zero_where_delete.wrapping_sub(ONES) & !zero_where_delete;
        (less | deletes) & HIGHEST != 0
    };
    let (words, rest) = value.as_chunks::<8>();
    if words.iter().any(suspicious) || rest.iter().any(is_control) {
        return value.iter().copied().find(|byte| is_control(byte));
    }
    None
}

/// What names of DNS and addresses are written with, and a port. RFC 3986, 3.2.2 has more; whoever sends
/// it means another host to one server than to the next.
fn is_host(value: &[u8]) -> bool {
    let (host, port) = match value {
        [b'[', rest @ ..] => {
            let Some((address, port)) = find(rest, b']').and_then(|at| rest.split_at_checked(at))
            else {
                return false;
            };
            let of_address = |byte: &u8| matches!(byte, b':' | b'.') || byte.is_ascii_hexdigit();
            if address.is_empty() || !address.iter().all(of_address) {
                return false;
            }
            return is_port(port.get(1..).unwrap_or_default());
        }
        _ => value.split_at(find(value, b':').unwrap_or(value.len())),
    };
    let of_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !host.is_empty() && host.iter().all(of_name) && is_port(port)
}

/// Nothing, or a colon and up to five digits.
fn is_port(port: &[u8]) -> bool {
    match port {
        [] => true,
        [b':', digits @ ..] => {
            (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}
