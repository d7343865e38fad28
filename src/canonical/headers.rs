//! The headers of a request, and the canonical form of those that are signed.

use crate::canonical::header_name::{
    Known, MOST_ADDED, compare_names, look_up, no_token, write_name,
};
use crate::canonical::header_value::{check_value, is_blank, write_words};
use crate::error::Error;
use crate::grammar::text::pieces;
use crate::request::profile::Profile;
use crate::request::{Header, Request};
use smallvec::SmallVec;

/// The headers of a request, well formed, in the order of their places.
pub(crate) struct Headers<'a> {
    given: &'a [Header<'a>],
    entries: Entries,
}

/// Those that are signed, in canonical order: by name, and those of one name by place.
pub(crate) struct SignedHeaders<'a> {
    given: &'a [Header<'a>],
    added: &'a [Header<'a>],
    entries: Entries,
    /// The names as text, where they came so.
    names: Option<&'a str>,
}

/// On the stack for 16 headers and those that signing adds. Small, since they are moved
/// from step to step (docs/PERFORMANCE.md).
type Entries = SmallVec<[Entry; 16 + MOST_ADDED]>;

/// What is known of the header at a place: first those given, then those added.
#[derive(Clone, Copy)]
struct Entry {
    index: u32,
    known: Known,
    /// A name without capital letters.
    lower_case: bool,
    /// A value of visible ASCII: nothing to trim, to fold or to refuse.
    graphic: bool,
}

/// A header and its place in the request.
pub(crate) struct Field<'a> {
    pub index: usize,
    pub known: Known,
    pub name: &'a str,
    pub value: &'a [u8],
}

impl<'a> Headers<'a> {
    /// Checks the grammar of the method (RFC 9110, 9.1) and of the headers (RFC 9110, 5), and
    /// that there is one host.
    #[inline(always)]
    pub(crate) fn read(request: &Request<'a>) -> Result<Self, Error> {
        if let Some(position) = no_token(request.method) {
            return Err(Error::InvalidMethod { position });
        }
        let given = request.headers;
        let limit = u32::MAX as usize;
        if given.len() > limit {
            let count = given.len();
            return Err(Error::TooManyHeaders { count, limit });
        }
        let mut entries = Entries::new();
        let mut host = None;
        for (index, &(name, value)) in (0_u32..).zip(given) {
            let (known, lower_case) = look_up(name);
            if !lower_case && no_token(name).is_some() {
                let index = index as usize;
                return Err(Error::InvalidHeaderName { index });
            }
            let graphic = check_value(index as usize, value)?;
            if known == Known::Host && host.replace(value).is_some() {
                return Err(Error::RepeatedHost);
            }
            entries.push(Entry {
                index,
                known,
                lower_case,
                graphic,
            });
        }
        match host {
            Some(value) if !is_blank(value) => Ok(Self { given, entries }),
            _ => Err(Error::MissingHost),
        }
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        let given = self.given;
        self.entries.iter().map(|entry| {
            let (name, value) = header(given, &[], *entry);
            Field {
                index: entry.index as usize,
                known: entry.known,
                name,
                value,
            }
        })
    }

    /// All but those that are [never signed](Known::NeverSigned), and those that signing adds,
    /// whose values are visible ASCII.
    #[inline(always)]
    pub(crate) fn all_signed<'s>(&self, added: &'s [Header<'s>]) -> SignedHeaders<'s>
    where
        'a: 's,
    {
        let mut signed = SignedHeaders {
            given: self.given,
            added,
            entries: Entries::new(),
            names: None,
        };
        for entry in self
            .entries
            .iter()
            .filter(|entry| entry.known.is_signable())
        {
            signed.entries.push(*entry);
        }
        // As many as were given have a place of 32 bits.
        #[allow(clippy::cast_possible_truncation)]
        let first = self.given.len() as u32;
        for (index, (name, _)) in (first..).zip(added) {
            signed.entries.push(Entry {
                index,
                known: Known::Other,
                lower_case: look_up(name).1,
                graphic: true,
            });
        }
        signed.sort();
        signed
    }

    /// Those in a list (lower case, sorted, each once, joined by `;`), all of which must be
    /// there; and the others.
    #[inline(always)]
    pub(crate) fn listed(self, names: &'a str) -> Result<(SignedHeaders<'a>, Self), Error> {
        let mut signed = SignedHeaders {
            given: self.given,
            added: &[],
            entries: self.entries,
            names: Some(names),
        };
        signed.sort();
        let mut others = Entries::new();
        let (given, mut kept, mut next) = (self.given, 0_usize, 0_usize);
        let name = |entry: Entry| (header(given, &[], entry).0, entry.lower_case);
        let entries = signed.entries.as_mut_slice();
        for (index, listed) in pieces(names, b';').enumerate() {
            let before = kept;
            while let Some(entry) = entries.get(next).copied() {
                let order = compare_names(name(entry), (listed, true));
                if order.is_gt() {
                    break;
                }
                next = next.saturating_add(1);
                if order.is_lt() {
                    others.push(entry);
                } else if let Some(slot) = entries.get_mut(kept) {
                    *slot = entry;
                    kept = kept.saturating_add(1);
                }
            }
            if kept == before {
                return Err(Error::SignedHeaderMissing { index });
            }
        }
        others.extend_from_slice(entries.get(next..).unwrap_or_default());
        signed.entries.truncate(kept);
        let others = Self {
            given,
            entries: others,
        };
        Ok((signed, others))
    }
}

impl SignedHeaders<'_> {
    /// Clients and servers disagree about the bytes of anything else. Of no interest in a
    /// header that is not signed.
    #[inline(always)]
    pub(crate) fn check_ascii(&self, profile: &Profile) -> Result<(), Error> {
        if profile.non_ascii_header_values {
            return Ok(());
        }
        let others = self.entries.iter().filter(|entry| !entry.graphic);
        let first = others
            .filter(|entry| !self.header(**entry).1.is_ascii())
            .min_by_key(|entry| entry.index);
        let Some(entry) = first else {
            return Ok(());
        };
        let (_, value) = self.header(*entry);
        let position = value.iter().position(|byte| !byte.is_ascii());
        Err(Error::NonAsciiHeaderValue {
            index: entry.index as usize,
            position: position.unwrap_or_default(),
        })
    }

    /// `name:value` lines; the values of equal names joined by `,` in the order given.
    pub(crate) fn write(&self, out: &mut impl FnMut(&[u8])) {
        let mut last = "";
        for entry in &self.entries {
            let (name, value) = self.header(*entry);
            if last.eq_ignore_ascii_case(name) {
                out(b",");
            } else {
                if !last.is_empty() {
                    out(b"\n");
                }
                write_name(name, entry.lower_case, &mut |name| out(name.as_bytes()));
                out(b":");
            }
            if entry.graphic {
                out(value);
            } else {
                write_words(value, out);
            }
            last = name;
        }
        out(b"\n");
    }

    /// The names, joined by `;`.
    pub(crate) fn write_names(&self, out: &mut impl FnMut(&str)) {
        if let Some(names) = self.names {
            return out(names);
        }
        let mut last = "";
        for entry in &self.entries {
            let (name, _) = self.header(*entry);
            if last.eq_ignore_ascii_case(name) {
                continue;
            }
            if !last.is_empty() {
                out(";");
            }
            write_name(name, entry.lower_case, out);
            last = name;
        }
    }

    fn header(&self, entry: Entry) -> Header<'_> {
        header(self.given, self.added, entry)
    }

    fn sort(&mut self) {
        let (given, added) = (self.given, self.added);
        let name = |entry: &Entry| (header(given, added, *entry).0, entry.lower_case);
        self.entries.sort_unstable_by(|left, right| {
            compare_names(name(left), name(right)).then(left.index.cmp(&right.index))
        });
    }
}

fn header<'a>(given: &[Header<'a>], added: &[Header<'a>], entry: Entry) -> Header<'a> {
    let index = entry.index as usize;
    let added = || added.get(index.saturating_sub(given.len()));
    given.get(index).or_else(added).copied().unwrap_or_default()
}
