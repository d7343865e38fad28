//! The canonical headers.

use crate::encode::{TOKEN, is_in};
use crate::error::Error;
use crate::profile::Profile;
use crate::request::{Header, Request};
use crate::small::Small;
use core::cmp::Ordering;

/// Headers that proxies and connections add, change or drop: never signed.
const NEVER_SIGNED: [&str; 16] = [
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
];

/// Which headers of a request are signed.
#[derive(Clone, Copy)]
pub(crate) enum Select<'a> {
    /// All but [`NEVER_SIGNED`]: what a signer does.
    AllSignable,
    /// These, lower case, sorted, joined by `;`: what a claim says.
    Listed(&'a str),
}

/// The signed headers of a request in canonical order.
pub(crate) struct SignedHeaders<'a>(Small<Entry<'a>, 8>);

#[derive(Clone, Copy, Default)]
struct Entry<'a> {
    name: &'a str,
    value: &'a [u8],
    index: usize,
}

impl<'a> SignedHeaders<'a> {
    /// From headers that [`check`] has passed, and those that signing itself adds.
    pub(crate) fn new(
        headers: &[Header<'a>],
        added: &[Header<'a>],
        select: Select<'_>,
        profile: &Profile,
    ) -> Result<Self, Error> {
        let mut entries = Small::new();
        for (index, &(name, value)) in headers.iter().chain(added).enumerate() {
            let signed = match select {
                Select::AllSignable => !NEVER_SIGNED
                    .iter()
                    .any(|never| name.eq_ignore_ascii_case(never)),
                Select::Listed(_) => true,
            };
            if signed {
                entries.push(Entry { name, value, index });
            }
        }
        entries.as_mut_slice().sort_unstable_by(|left, right| {
            compare_names(left.name, right.name).then(left.index.cmp(&right.index))
        });
        let signed = match select {
            Select::AllSignable => entries,
            Select::Listed(names) => listed(entries.as_slice(), names)?,
        };
        if !profile.non_ascii_header_values {
            signed.as_slice().iter().try_for_each(check_ascii)?;
        }
        Ok(Self(signed))
    }

    /// `name:value` lines; the values of equal names joined by `,` in the order given.
    pub(crate) fn write(&self, out: &mut impl FnMut(&[u8])) {
        let mut last: Option<&str> = None;
        for entry in self.0.as_slice() {
            match last {
                Some(name) if name.eq_ignore_ascii_case(entry.name) => out(b","),
                _ => {
                    if last.is_some() {
                        out(b"\n");
                    }
                    write_lower_case(entry.name, out);
                    out(b":");
                }
            }
            write_value(entry.value, out);
            last = Some(entry.name);
        }
        out(b"\n");
    }

    /// The names, joined by `;`.
    pub(crate) fn write_names(&self, out: &mut impl FnMut(&[u8])) {
        let mut last: Option<&str> = None;
        for entry in self.0.as_slice() {
            match last {
                Some(name) if name.eq_ignore_ascii_case(entry.name) => continue,
                Some(_) => out(b";"),
                None => {}
            }
            write_lower_case(entry.name, out);
            last = Some(entry.name);
        }
    }
}

/// Those of the sorted headers that are in the sorted list; all of the list must be there.
fn listed<'a>(sorted: &[Entry<'a>], names: &str) -> Result<Small<Entry<'a>, 8>, Error> {
    let mut kept = Small::new();
    let mut rest = sorted.iter().peekable();
    for (index, name) in names.split(';').enumerate() {
        let mut found = false;
        while let Some(entry) = rest.next_if(|entry| compare_names(entry.name, name).is_le()) {
            if entry.name.eq_ignore_ascii_case(name) {
                kept.push(*entry);
                found = true;
            }
        }
        if !found {
            return Err(Error::SignedHeaderMissing { index });
        }
    }
    Ok(kept)
}

/// The grammar of method and headers (RFC 9110, 5), and that there is one host.
pub(crate) fn check(request: &Request<'_>) -> Result<(), Error> {
    if let Some(position) = no_token(request.method) {
        return Err(Error::InvalidMethod { position });
    }
    let mut host = None;
    for (index, &(name, value)) in request.headers.iter().enumerate() {
        if no_token(name).is_some() {
            return Err(Error::InvalidHeaderName { index });
        }
        check_value(index, value)?;
        if name.eq_ignore_ascii_case("host") && host.replace(value).is_some() {
            return Err(Error::RepeatedHost);
        }
    }
    match host {
        Some(value) if !is_blank(value) => Ok(()),
        _ => Err(Error::MissingHost),
    }
}

fn compare_names(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// Where a text stops being an HTTP token (RFC 9110, 5.6.2).
fn no_token(text: &str) -> Option<usize> {
    if text.is_empty() {
        Some(0)
    } else {
        text.bytes().position(|byte| !is_in(&TOKEN, byte))
    }
}

/// CR and LF may only fold a line, that is, be followed by a space or tab (RFC 9112, 5.2;
/// vector `get-header-value-multiline`): anything else would start a new header.
fn check_value(index: usize, value: &[u8]) -> Result<(), Error> {
    // One pass without branches for what nearly every value is.
    let no_break = |good: bool, byte: &u8| good & !matches!(byte, b'\r' | b'\n' | 0);
    if value.iter().fold(true, no_break) {
        return Ok(());
    }
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        let position = value.len().saturating_sub(rest.len());
        rest = tail;
        match byte {
            b'\r' if matches!(tail, [b'\n', b' ' | b'\t', ..]) => {}
            b'\n' if matches!(tail, [b' ' | b'\t', ..]) => {}
            b'\r' | b'\n' | 0 => return Err(Error::InvalidHeaderValue { index, position }),
            _ => {}
        }
    }
    Ok(())
}

/// Clients and servers disagree about the bytes of anything else. Of no interest in a
/// header that is not signed.
fn check_ascii(entry: &Entry<'_>) -> Result<(), Error> {
    let index = entry.index;
    match entry.value.iter().position(|byte| !byte.is_ascii()) {
        Some(position) => Err(Error::NonAsciiHeaderValue { index, position }),
        None => Ok(()),
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_blank(value: &[u8]) -> bool {
    value.iter().all(|&byte| is_space(byte))
}

/// Without white space at the ends, and with one space for each run inside, quoted or not.
pub(crate) fn write_value(value: &[u8], out: &mut impl FnMut(&[u8])) {
    let mut first = true;
    let words = value.split(|&byte| is_space(byte));
    for word in words.filter(|word| !word.is_empty()) {
        if !first {
            out(b" ");
        }
        first = false;
        out(word);
    }
}

fn write_lower_case(name: &str, out: &mut impl FnMut(&[u8])) {
    for piece in name.as_bytes().chunks(32) {
        let mut lower = [0; 32];
        for (slot, byte) in lower.iter_mut().zip(piece) {
            *slot = byte.to_ascii_lowercase();
        }
        out(lower.get(..piece.len()).unwrap_or_default());
    }
}
