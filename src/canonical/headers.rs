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
    /// By a [list](Headers::take_listed).
    taken: bool,
}

/// As many are gone over for each name that is looked for; more are put in order first, so that
/// it is found by halves.
const FEW: usize = 16;

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
            return Error::InvalidMethod { position }.into_err();
        }
        let given = request.headers;
        let limit = u32::MAX as usize;
        if given.len() > limit {
            let count = given.len();
            return Error::TooManyHeaders { count, limit }.into_err();
        }
        let mut entries = Entries::new();
        let mut host = None;
        for (index, &(name, value)) in (0_u32..).zip(given) {
            let (known, lower_case) = look_up(name);
            if !lower_case && no_token(name).is_some() {
                let index = index as usize;
                return Error::InvalidHeaderName { index }.into_err();
            }
            let graphic = check_value(index as usize, value)?;
            if known == Known::Host && host.replace(value).is_some() {
                return Error::RepeatedHost.into_err();
            }
            entries.push(Entry {
                index,
                known,
                lower_case,
                graphic,
                taken: false,
            });
        }
        match host {
            Some(value) if !is_blank(value) => Ok(Self { given, entries }),
            _ => Error::MissingHost.into_err(),
        }
    }

    /// Less those that were [taken](Self::take_listed).
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        let given = self.given;
        let entries = self.entries.iter().filter(|entry| !entry.taken);
        entries.map(|entry| {
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
                taken: false,
            });
        }
        sort(self.given, added, &mut signed.entries);
        signed
    }

    /// Those in a list (lower case, sorted, each once, joined by `;`), all of which must be
    /// there. What is left are the others.
    #[inline(always)]
    pub(crate) fn take_listed(&mut self, names: &'a str) -> Result<SignedHeaders<'a>, Error> {
        let given = self.given;
        let mut signed = SignedHeaders {
            given,
            added: &[],
            entries: Entries::new(),
            names: Some(names),
        };
        let in_order = self.entries.len() > FEW;
        if in_order {
            sort(given, &[], &mut self.entries);
        }
        for (index, listed) in pieces(names, b';').enumerate() {
            let before = signed.entries.len();
            let compare = |entry: &Entry| compare_names(name(given, &[], *entry), (listed, true));
            let first = if in_order {
                self.entries.partition_point(|entry| compare(entry).is_lt())
            } else {
                0
            };
            for entry in self.entries.get_mut(first..).unwrap_or_default() {
                let (name, lower_case) = name(given, &[], *entry);
                if name == listed || (!lower_case && name.eq_ignore_ascii_case(listed)) {
                    entry.taken = true;
                    signed.entries.push(*entry);
                } else if in_order {
                    break;
                }
            }
            if signed.entries.len() == before {
                return Error::SignedHeaderMissing { index }.into_err();
            }
        }
        Ok(signed)
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
        Error::NonAsciiHeaderValue {
            index: entry.index as usize,
            position: position.unwrap_or_default(),
        }
        .into_err()
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
}

/// By name, and those of one name by place.
fn sort(given: &[Header<'_>], added: &[Header<'_>], entries: &mut [Entry]) {
    entries.sort_unstable_by(|left, right| {
        let names = (name(given, added, *left), name(given, added, *right));
        compare_names(names.0, names.1).then(left.index.cmp(&right.index))
    });
}

/// The name, and whether it is in lower case.
fn name<'a>(given: &[Header<'a>], added: &[Header<'a>], entry: Entry) -> (&'a str, bool) {
    (header(given, added, entry).0, entry.lower_case)
}

fn header<'a>(given: &[Header<'a>], added: &[Header<'a>], entry: Entry) -> Header<'a> {
    let index = entry.index as usize;
    let added = || added.get(index.saturating_sub(given.len()));
    given.get(index).or_else(added).copied().unwrap_or_default()
}
