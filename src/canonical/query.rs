//! The query of a request: the form that is sent, and the canonical form.

use crate::canonical::parameter::pairs_of;
use crate::error::Error;
use crate::grammar::encode::{check_escapes, encode, is_canonical_query, reencode};
use crate::grammar::text::{UNRESERVED, cut, find, pieces};
use crate::request::profile::QueryPlus;
use alloc::borrow::Cow;
use alloc::string::String;
use smallvec::SmallVec;

/// What is behind the `?` of a request target.
#[derive(Clone, Copy)]
pub(crate) struct Query<'a> {
    text: &'a str,
    /// Where it starts in the request target.
    offset: usize,
    /// Spelt canonically, but for the order and for `=` that are missing or in a value:
    /// nothing to encode or to decode.
    canonical_bytes: bool,
}

/// Parameters that are written behind a query, each spelt canonically.
pub(crate) struct Parameters {
    /// The request target with all that is written so far.
    pub target: String,
    /// Where its query starts.
    offset: usize,
    pairs: Pairs,
}

type Pairs = SmallVec<[Pair; 12]>;

/// Where a parameter is in a text.
#[derive(Clone, Copy)]
struct Pair {
    start: usize,
    /// Where its key ends.
    middle: usize,
    end: usize,
}

impl<'a> Query<'a> {
    #[cfg(feature = "tower")]
    pub(crate) const NONE: Self = Self {
        text: "",
        offset: 0,
        canonical_bytes: true,
    };

    #[inline(always)]
    pub(crate) fn of(text: &'a str, offset: usize) -> Self {
        Self {
            text,
            offset,
            canonical_bytes: is_canonical_query(text),
        }
    }

    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// Key, value, and where the parameter starts in the request target.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (&'a str, &'a str, usize)> {
        let offset = self.offset;
        pairs_of(self.text).map(move |(key, value, at)| (key, value, offset.saturating_add(at)))
    }

    /// Escapes are whole.
    pub(crate) fn check(self) -> Result<(), Error> {
        if self.canonical_bytes {
            Ok(())
        } else {
            check_escapes(self.text, self.offset)
        }
    }

    /// Spelt canonically, in the order given: some servers take the text as it is, and refuse
    /// `&&`, `%2f`, a `=` in a value, a key without one; a raw `+` they read differently.
    #[inline(always)]
    pub(crate) fn to_send(self, plus: QueryPlus) -> Cow<'a, str> {
        if self.text.is_empty() || self.is_spelt_canonically() {
            return Cow::Borrowed(self.text);
        }
        Cow::Owned(self.spell(plus, |_| true, &mut Pairs::new()))
    }

    /// But for the order.
    fn is_spelt_canonically(self) -> bool {
        let has_one = |piece: &str| match cut(piece, b'=') {
            (_, Some(value)) => find(value.as_bytes(), b'=').is_none(),
            (_, None) => false,
        };
        self.canonical_bytes && pieces(self.text, b'&').all(has_one)
    }

    /// The parameters that are signed: each side decoded and encoded, sorted by key, then by
    /// value, joined. Nearly always the query as it stands, or its beginning.
    #[inline]
    pub(crate) fn canonical(
        self,
        plus: QueryPlus,
        is_signed: impl Fn(&str) -> bool,
    ) -> Cow<'a, str> {
        if self.text.is_empty() || self.is_one_signed(&is_signed) {
            return Cow::Borrowed(self.text);
        }
        let mut pairs = Pairs::new();
        let Some(whole) = self.find_pairs(&is_signed, &mut pairs) else {
            let spelt = self.spell(plus, is_signed, &mut pairs);
            return Cow::Owned(if in_order(&spelt, &mut pairs) {
                spelt
            } else {
                join(&spelt, &pairs)
            });
        };
        if in_order(self.text, &mut pairs) && whole {
            let end = pairs.last().map_or(0, |pair| pair.end);
            return Cow::Borrowed(self.text.get(..end).unwrap_or_default());
        }
        Cow::Owned(join(self.text, &pairs))
    }

    /// The same with parameters that were written behind it.
    pub(crate) fn canonical_with(self, more: &Parameters, plus: QueryPlus) -> Cow<'_, str> {
        let text = more.target.get(self.offset..).unwrap_or_default();
        let mut pairs = Pairs::new();
        if self.find_pairs(|_| true, &mut pairs).is_none() {
            return Query { text, ..self }.canonical(plus, |_| true);
        }
        pairs.extend_from_slice(&more.pairs);
        in_order(text, &mut pairs);
        Cow::Owned(join(text, &pairs))
    }

    /// Whether it is one parameter, as it stands.
    fn is_one_signed(self, is_signed: impl Fn(&str) -> bool) -> bool {
        let has = |text: &str, sign| find(text.as_bytes(), sign).is_some();
        match cut(self.text, b'=') {
            (key, Some(value)) if self.canonical_bytes => {
                !has(self.text, b'&') && !has(value, b'=') && is_signed(key)
            }
            _ => false,
        }
    }

    /// Where the parameters are that are signed, and whether nothing but them is in front of
    /// the last. `None` if there is anything to encode, to decode or to add.
    #[inline(always)]
    fn find_pairs(self, is_signed: impl Fn(&str) -> bool, pairs: &mut Pairs) -> Option<bool> {
        if !self.canonical_bytes {
            return None;
        }
        let (mut whole, mut next) = (true, 0);
        for (key, value, start) in pairs_of(self.text) {
            if !is_signed(key) {
                continue;
            }
            let middle = start.saturating_add(key.len());
            // Each has a `=`, and none has a second in its value.
            let has_equals = self.text.as_bytes().get(middle) == Some(&b'=');
            if !has_equals || find(value.as_bytes(), b'=').is_some() {
                return None;
            }
            let end = middle.saturating_add(1).saturating_add(value.len());
            whole &= start == next;
            next = end.saturating_add(1);
            pairs.push(Pair { start, middle, end });
        }
        Some(whole)
    }

    /// The parameters that are signed, spelt canonically, in the order given, and where each is.
    fn spell(self, plus: QueryPlus, is_signed: impl Fn(&str) -> bool, pairs: &mut Pairs) -> String {
        pairs.clear();
        let mut text = String::with_capacity(self.text.len());
        for (key, value, _) in pairs_of(self.text).filter(|(key, ..)| is_signed(key)) {
            if !text.is_empty() {
                text.push('&');
            }
            let start = text.len();
            reencode(key, &UNRESERVED, plus, &mut |piece| text.push_str(piece));
            let middle = text.len();
            text.push('=');
            reencode(value, &UNRESERVED, plus, &mut |piece| text.push_str(piece));
            let end = text.len();
            pairs.push(Pair { start, middle, end });
        }
        text
    }
}

impl Parameters {
    /// Behind a target and its query.
    pub(crate) fn behind(mut target: String, query: Query<'_>) -> Self {
        match query.text.as_bytes() {
            [] if !target.ends_with('?') => target.push('?'),
            [] | [.., b'&'] => {}
            _ => target.push('&'),
        }
        Self {
            target,
            offset: query.offset,
            pairs: Pairs::new(),
        }
    }

    /// One more; `write_value` writes its value as it is spelt canonically.
    #[inline]
    pub(crate) fn push(&mut self, name: &str, write_value: impl FnOnce(&mut String)) {
        if !self.pairs.is_empty() {
            self.target.push('&');
        }
        let start = self.place();
        encode(name, &UNRESERVED, &mut |piece| self.target.push_str(piece));
        let middle = self.place();
        self.target.push('=');
        write_value(&mut self.target);
        let end = self.place();
        self.pairs.push(Pair { start, middle, end });
    }

    /// How much of the query there is.
    fn place(&self) -> usize {
        self.target.len().saturating_sub(self.offset)
    }
}

/// Puts them in order: by encoded key, then by encoded value; not by the joined `key=value`,
/// which would put `a-b=1` in front of `a=2`. Says whether they were in it.
fn in_order(text: &str, pairs: &mut [Pair]) -> bool {
    // Bytes sort as their text does, and slices of them are cut without a check.
    let text = text.as_bytes();
    let key = |pair: &Pair| text.get(pair.start..pair.middle).unwrap_or_default();
    let value = |pair: &Pair| text.get(pair.middle..pair.end).unwrap_or_default();
    let compare = |left: &Pair, right: &Pair| {
        let keys = key(left).cmp(key(right));
        keys.then_with(|| value(left).cmp(value(right)))
    };
    pairs.sort_unstable_by(compare);
    // Of equal ones, either may be first.
    pairs.is_sorted_by_key(|pair| pair.start)
}

fn join(text: &str, pairs: &[Pair]) -> String {
    let mut joined = String::with_capacity(text.len().saturating_add(pairs.len()));
    for pair in pairs {
        if !joined.is_empty() {
            joined.push('&');
        }
        joined.push_str(text.get(pair.start..pair.end).unwrap_or_default());
    }
    joined
}
