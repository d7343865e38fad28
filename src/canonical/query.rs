//! The canonical query string.

use crate::canonical::target::Target;
use crate::grammar::encode::{decoded, is_canonical, reencode};
use crate::grammar::names::Parameter;
use crate::grammar::text::{UNRESERVED, cut, find, pieces};
use crate::request::profile::QueryPlus;
use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use smallvec::SmallVec;

/// The parameters of a query in canonical order.
pub(crate) struct Query<'a> {
    /// As they are signed, but for the order: nearly always the query as it stands.
    text: Cow<'a, str>,
    pairs: SmallVec<[Pair; 8]>,
    /// The text is what is signed, order and all.
    whole: bool,
}

/// Where a parameter is in the text.
#[derive(Clone, Copy, Default)]
struct Pair {
    start: usize,
    /// Where its key ends.
    middle: usize,
    end: usize,
}

impl<'a> Query<'a> {
    /// Still to be [read](Self::read).
    pub(crate) fn new() -> Self {
        Self {
            text: Cow::Borrowed(""),
            pairs: SmallVec::new(),
            whole: true,
        }
    }

    /// All parameters of a target but those that are left out of what is signed.
    pub(crate) fn read(
        &mut self,
        target: &Target<'a>,
        plus: QueryPlus,
        left_out: &dyn Fn(&str) -> bool,
    ) {
        let query = target.query;
        let signed = || pairs_of(query).filter(|(key, ..)| !left_out(key));
        let pairs = &mut self.pairs;
        pairs.clear();
        let mut next = 0;
        self.whole = true;
        let stands_as_signed = |(key, value, start): (&str, &str, usize)| {
            let middle = start.saturating_add(key.len());
            let end = middle.saturating_add(1).saturating_add(value.len());
            pairs.push(Pair { start, middle, end });
            self.whole &= start == next && query.as_bytes().get(middle) == Some(&b'=');
            next = end.saturating_add(1);
            start >= target.canonical_from
                || (target.plain_query && cut(value, b'=').1.is_none())
                || (is_canonical(key) && is_canonical(value))
        };
        if signed().all(stands_as_signed) {
            // What is behind the last one was left out.
            self.whole &= next == query.len().saturating_add(1) || query.is_empty();
            self.text = Cow::Borrowed(query);
        } else {
            self.respell(signed(), String::with_capacity(query.len()), plus);
        }
        self.sort();
    }

    /// Before they are sorted, so that each is decoded once.
    fn respell<'p>(
        &mut self,
        parameters: impl Iterator<Item = (&'p str, &'p str, usize)>,
        mut text: String,
        plus: QueryPlus,
    ) {
        self.pairs.clear();
        for (key, value, _) in parameters {
            if !text.is_empty() {
                text.push('&');
            }
            let start = text.len();
            reencode(key, &UNRESERVED, plus, &mut |piece| text.push_str(piece));
            let middle = text.len();
            text.push('=');
            reencode(value, &UNRESERVED, plus, &mut |piece| text.push_str(piece));
            let end = text.len();
            self.pairs.push(Pair { start, middle, end });
        }
        self.text = Cow::Owned(text);
        self.whole = true;
    }

    /// By encoded key, then by encoded value: not by the joined `key=value`, which
    /// would put `a-b=1` in front of `a=2`.
    fn sort(&mut self) {
        // Bytes sort as their text does, and slices of them are cut without a check.
        let text = self.text.as_bytes();
        let key = |pair: &Pair| text.get(pair.start..pair.middle).unwrap_or_default();
        let value = |pair: &Pair| text.get(pair.middle..pair.end).unwrap_or_default();
        let compare = |left: &Pair, right: &Pair| {
            let keys = key(left).cmp(key(right));
            keys.then_with(|| value(left).cmp(value(right)))
        };
        let pairs = self.pairs.as_mut_slice();
        if !pairs.is_sorted_by(|left, right| compare(left, right).is_le()) {
            self.whole = false;
            pairs.sort_unstable_by(compare);
        }
    }

    pub(crate) fn write(&self, text: &mut impl FnMut(&str)) {
        if self.whole {
            return text(&self.text);
        }
        let mut first = true;
        for pair in self.pairs.as_slice() {
            if !first {
                text("&");
            }
            first = false;
            let key = self.text.get(pair.start..pair.middle);
            let value = self.text.get(pair.middle.saturating_add(1)..pair.end);
            text(key.unwrap_or_default());
            text("=");
            // Where there is no `=`, there is none.
            text(value.unwrap_or_default());
        }
    }
}

/// The pieces of a query: split at `&`, then at the first `=`; empty pieces dropped.
/// With each, its place in `query`.
pub(crate) fn pairs_of(query: &str) -> impl Iterator<Item = (&str, &str, usize)> {
    let mut next = 0_usize;
    pieces(query, b'&')
        .map(move |piece| {
            let start = next;
            next = start.saturating_add(piece.len()).saturating_add(1);
            (piece, start)
        })
        .filter(|(piece, _)| !piece.is_empty())
        .map(|(piece, start)| {
            let (key, value) = cut(piece, b'=');
            (key, value.unwrap_or_default(), start)
        })
}

/// Whether a query key, once decoded, is `name`, which has no `+` and no `%`.
pub(crate) fn is_parameter(key: &str, name: &str) -> bool {
    match key.len().cmp(&name.len()) {
        // Decoding makes nothing longer, and a key with escapes shorter.
        Ordering::Less => false,
        Ordering::Equal => key == name,
        Ordering::Greater => {
            find(key.as_bytes(), b'%').is_some()
                && decoded(key, QueryPlus::Literal).eq(name.bytes())
        }
    }
}

/// Where an `X-Amz-*` parameter is in a query for the second time. Of two, one would be
/// the signed one and the other the one that counts.
pub(crate) fn repeated_amz_parameter(query: &str) -> Option<usize> {
    let mut keys = SmallVec::<[_; 8]>::new();
    let mut canonical = true;
    let is_amz = |(key, ..): &(&str, &str, usize)| Parameter::of(key) != Parameter::Other;
    for (key, _, position) in pairs_of(query).filter(is_amz) {
        canonical &= is_canonical(key);
        keys.push((key, position));
    }
    let compare = |left: &str, right: &str| {
        if canonical {
            left.cmp(right)
        } else {
            decoded(left, QueryPlus::Literal).cmp(decoded(right, QueryPlus::Literal))
        }
    };
    keys.as_mut_slice()
        .sort_unstable_by(|left, right| compare(left.0, right.0).then(left.1.cmp(&right.1)));
    let same = |pair: &&[(&str, usize)]| match pair {
        [(first, _), (second, _)] => compare(first, second).is_eq(),
        _ => false,
    };
    let second = keys.as_slice().windows(2).find(same)?.last()?;
    Some(second.1)
}
