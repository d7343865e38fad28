//! The canonical headers.

use crate::error::Error;
use crate::grammar::names::Known;
use crate::grammar::text::{
    LOWER_CASE_TOKEN, TOKEN, are_all_in, ascii, first_not_in, is_graphic, pieces,
};
use crate::request::profile::Profile;
use crate::request::{Header, Request};
use core::cmp::Ordering;
use smallvec::SmallVec;

/// The headers of a request: once read, in the order of their places; once selected, in
/// canonical order.
pub(crate) struct Headers<'a> {
    given: &'a [Header<'a>],
    added: [Header<'a>; MOST_ADDED],
    entries: SmallVec<[Entry; 16 + MOST_ADDED]>,
}

/// As many as signing itself adds: date, payload hash, session token.
const MOST_ADDED: usize = 3;

/// What is known of the header at a place: first those given, then those added.
#[derive(Clone, Copy, Default)]
pub(crate) struct Entry {
    pub index: usize,
    pub known: Known,
    /// A name without capital letters.
    lower_case: bool,
    /// A value of visible ASCII: nothing to trim, to fold or to refuse.
    graphic: bool,
    signed: bool,
}

impl<'a> Headers<'a> {
    /// Still to be [read](Self::read).
    pub(crate) fn of(request: &Request<'a>) -> Self {
        Self {
            given: request.headers,
            added: Default::default(),
            entries: SmallVec::new(),
        }
    }

    /// Checks the grammar of the method (RFC 9110, 9.1) and of the headers (RFC 9110, 5), and
    /// that there is one host.
    /// (In place: a value of this size is not returned in a `Result` for nothing.)
    pub(crate) fn read(&mut self, method: &str) -> Result<(), Error> {
        if let Some(position) = no_token(method) {
            return Err(Error::InvalidMethod { position });
        }
        let mut host = None;
        for (index, &(name, value)) in self.given.iter().enumerate() {
            let (known, lower_case) = look_up(name);
            if !lower_case && no_token(name).is_some() {
                return Err(Error::InvalidHeaderName { index });
            }
            let graphic = check_value(index, value)?;
            if known == Known::Host && host.replace(value).is_some() {
                return Err(Error::RepeatedHost);
            }
            self.entries.push(Entry {
                index,
                known,
                lower_case,
                graphic,
                signed: false,
            });
        }
        match host {
            Some(value) if !is_blank(value) => Ok(()),
            _ => Err(Error::MissingHost),
        }
    }

    /// A header that signing itself adds to those that are [read](Self::read): its value is
    /// visible ASCII.
    #[inline(always)]
    pub(crate) fn add(&mut self, name: &'a str, value: &'a [u8]) {
        let index = self.entries.len();
        if let Some(slot) = self.added.get_mut(index.saturating_sub(self.given.len())) {
            *slot = (name, value);
        }
        self.entries.push(Entry {
            index,
            known: Known::Other,
            lower_case: look_up(name).1,
            graphic: true,
            signed: false,
        });
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        self.entries.as_slice()
    }

    /// Name and value.
    pub(crate) fn header(&self, entry: &Entry) -> Header<'a> {
        header(self.given, &self.added, entry)
    }

    /// Signs all but those that are [never signed](Known::NeverSigned).
    #[inline(always)]
    pub(crate) fn select_all(&mut self, profile: &Profile) -> Result<(), Error> {
        for entry in &mut self.entries {
            entry.signed = entry.known.is_signable();
        }
        self.check_ascii(profile)?;
        self.sort();
        Ok(())
    }

    /// Signs those in a list (lower case, sorted, joined by `;`), all of which must be there.
    pub(crate) fn select_listed(&mut self, names: &str, profile: &Profile) -> Result<(), Error> {
        self.sort();
        let (given, entries) = (self.given, self.entries.as_mut_slice());
        let mut rest = entries.iter_mut().peekable();
        for (index, listed) in pieces(names, b';').enumerate() {
            let mut found = false;
            while let Some(entry) = rest.peek_mut() {
                let (name, _) = header(given, &[], entry);
                let order = compare_names((name, entry.lower_case), (listed, true));
                if order.is_gt() {
                    break;
                }
                entry.signed = order.is_eq();
                found |= entry.signed;
                rest.next();
            }
            if !found {
                return Err(Error::SignedHeaderMissing { index });
            }
        }
        self.check_ascii(profile)
    }

    /// Those that the selection left out.
    pub(crate) fn unsigned(&self) -> impl Iterator<Item = &Entry> {
        self.entries().iter().filter(|entry| !entry.signed)
    }

    /// `name:value` lines; the values of equal names joined by `,` in the order given.
    pub(crate) fn write(&self, out: &mut impl FnMut(&[u8])) {
        let mut last = "";
        for entry in self.signed() {
            let (name, _) = self.header(entry);
            if last.eq_ignore_ascii_case(name) {
                out(b",");
            } else {
                if !last.is_empty() {
                    out(b"\n");
                }
                write_name(entry, name, &mut |name| out(name.as_bytes()));
                out(b":");
            }
            self.write_value(entry, out);
            last = name;
        }
        out(b"\n");
    }

    /// Without white space at the ends, and with one space for each run inside, quoted or not.
    pub(crate) fn write_value(&self, entry: &Entry, out: &mut impl FnMut(&[u8])) {
        let (_, value) = self.header(entry);
        if entry.graphic {
            out(value);
        } else {
            write_words(value, out);
        }
    }

    /// The names, joined by `;`.
    pub(crate) fn write_names(&self, out: &mut impl FnMut(&str)) {
        let mut last = "";
        for entry in self.signed() {
            let (name, _) = self.header(entry);
            if last.eq_ignore_ascii_case(name) {
                continue;
            }
            if !last.is_empty() {
                out(";");
            }
            write_name(entry, name, out);
            last = name;
        }
    }

    fn signed(&self) -> impl Iterator<Item = &Entry> {
        self.entries().iter().filter(|entry| entry.signed)
    }

    /// By name, those of equal names by place.
    fn sort(&mut self) {
        let (given, added) = (self.given, &self.added);
        let name = |entry: &Entry| (header(given, added, entry).0, entry.lower_case);
        let entries = self.entries.as_mut_slice();
        entries.sort_unstable_by(|left, right| {
            compare_names(name(left), name(right)).then(left.index.cmp(&right.index))
        });
    }

    /// Clients and servers disagree about the bytes of anything else. Of no interest in a
    /// header that is not signed.
    fn check_ascii(&self, profile: &Profile) -> Result<(), Error> {
        if profile.non_ascii_header_values {
            return Ok(());
        }
        let value = |entry: &&Entry| self.header(entry).1;
        let others = self.signed().filter(|entry| !entry.graphic);
        let first = others
            .filter(|entry| !value(entry).is_ascii())
            .min_by_key(|entry| entry.index);
        let Some(entry) = first else {
            return Ok(());
        };
        let position = value(&entry).iter().position(|byte| !byte.is_ascii());
        Err(Error::NonAsciiHeaderValue {
            index: entry.index,
            position: position.unwrap_or_default(),
        })
    }
}

fn header<'a>(given: &[Header<'a>], added: &[Header<'a>], entry: &Entry) -> Header<'a> {
    let added = || added.get(entry.index.saturating_sub(given.len()));
    let header = given.get(entry.index).or_else(added);
    header.copied().unwrap_or_default()
}

/// Without regard to case; with each name, whether it is in lower case.
fn compare_names(left: (&str, bool), right: (&str, bool)) -> Ordering {
    if left.1 && right.1 {
        return left.0.cmp(right.0);
    }
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.0.bytes().map(lower).cmp(right.0.bytes().map(lower))
}

/// What a name is known for, and whether it is a token without capital letters.
fn look_up(name: &str) -> (Known, bool) {
    // Those that are known are.
    match Known::of_lower_case(name.as_bytes()) {
        Known::Other if name.is_empty() => (Known::Other, false),
        Known::Other if are_all_in(&LOWER_CASE_TOKEN, name) => (Known::Other, true),
        Known::Other => (Known::of(name), false),
        known => (known, true),
    }
}

/// Where a text stops being an HTTP token (RFC 9110, 5.6.2).
fn no_token(text: &str) -> Option<usize> {
    if text.is_empty() {
        Some(0)
    } else {
        first_not_in(&TOKEN, text)
    }
}

/// Whether a value is visible ASCII.
///
/// CR and LF may only fold a line, that is, be followed by a space or tab (RFC 9112, 5.2;
/// vector `get-header-value-multiline`): anything else would start a new header.
fn check_value(index: usize, value: &[u8]) -> Result<bool, Error> {
    if is_graphic(value) {
        return Ok(true);
    }
    // Without a branch for each, which goes over many at a time. Nearly no value goes on.
    if value.iter().fold(b' ', |least, byte| least.min(*byte)) == b' ' {
        return Ok(false);
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
    Ok(false)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_blank(value: &[u8]) -> bool {
    value.iter().all(|&byte| is_space(byte))
}

/// What white space separates, separated by one space.
fn write_words(value: &[u8], out: &mut impl FnMut(&[u8])) {
    let mut rest = value;
    let mut first = true;
    loop {
        let (_, words) = rest.split_at(leading(rest, is_space));
        if words.is_empty() {
            return;
        }
        let (word, after) = words.split_at(leading(words, |byte| !is_space(byte)));
        if !first {
            out(b" ");
        }
        first = false;
        out(word);
        rest = after;
    }
}

/// How many bytes in front are of a kind. A long run is gone over 16 at a time, without a
/// branch for each.
fn leading(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let one_by_one = |bytes: &[u8]| bytes.iter().take_while(|byte| is(**byte)).count();
    let (start, rest) = bytes.split_at_checked(16).unwrap_or((bytes, b""));
    let short = one_by_one(start);
    if short < 16 {
        return short;
    }
    let (chunks, _) = rest.as_chunks::<16>();
    let all = |chunk: &&[u8; 16]| chunk.iter().fold(true, |all, byte| all & is(*byte));
    let skipped = chunks.iter().take_while(all).count().saturating_mul(16);
    let more = one_by_one(rest.get(skipped..).unwrap_or_default());
    short.saturating_add(skipped).saturating_add(more)
}

/// In lower case.
fn write_name(entry: &Entry, name: &str, out: &mut impl FnMut(&str)) {
    if entry.lower_case {
        return out(name);
    }
    for piece in name.as_bytes().chunks(32) {
        let mut lower = [0; 32];
        for (slot, byte) in lower.iter_mut().zip(piece) {
            *slot = byte.to_ascii_lowercase();
        }
        out(ascii(lower.get(..piece.len()).unwrap_or_default()));
    }
}
