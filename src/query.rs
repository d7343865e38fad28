//! The canonical query string.

use crate::encode::{RESERVED, compare_encoded, decoded, is_plain, reencode};
use crate::profile::QueryPlus;
use crate::small::Small;
use crate::target::Target;
use crate::text::{cut, pieces};

/// The parameters of a query in canonical order.
pub(crate) struct Query<'a> {
    pairs: Small<Pair<'a>, 8>,
    plus: QueryPlus,
}

#[derive(Clone, Copy, Default)]
struct Pair<'a> {
    key: &'a str,
    value: &'a str,
    /// The key is the same encoded.
    plain_key: bool,
    /// The value is.
    plain_value: bool,
}

impl<'a> Query<'a> {
    /// All parameters but those that are left out of what is signed.
    pub(crate) fn new(target: &Target<'a>, plus: QueryPlus, left_out: &[&str]) -> Self {
        let mut pairs = Small::new();
        for (key, value, _) in pairs_of(target.query) {
            if !left_out.iter().any(|name| is_parameter(key, name, plus)) {
                pairs.push(Pair {
                    key,
                    value,
                    plain_key: target.plain_query || is_plain(key),
                    plain_value: (target.plain_query && !value.contains('=')) || is_plain(value),
                });
            }
        }
        let mut query = Self { pairs, plus };
        query.sort();
        query
    }

    /// Reads a raw `+` the other way.
    pub(crate) fn swap_plus(&mut self) {
        self.plus = match self.plus {
            QueryPlus::Literal => QueryPlus::Space,
            QueryPlus::Space => QueryPlus::Literal,
        };
        self.sort();
    }

    /// By encoded key, then by encoded value: not by the joined `key=value`, which
    /// would put `a-b=1` in front of `a=2`.
    fn sort(&mut self) {
        let plus = self.plus;
        let compare = |left: &str, right: &str| compare_encoded(left, right, plus);
        self.pairs.as_mut_slice().sort_unstable_by(|left, right| {
            let keys = if left.plain_key && right.plain_key {
                left.key.cmp(right.key)
            } else {
                compare(left.key, right.key)
            };
            keys.then_with(|| compare(left.value, right.value))
        });
    }

    pub(crate) fn write(&self, text: &mut impl FnMut(&str)) {
        let mut first = true;
        for pair in self.pairs.as_slice() {
            if !first {
                text("&");
            }
            first = false;
            let mut part = |part: &'a str, plain| {
                if plain {
                    text(part);
                } else {
                    reencode(part, RESERVED, self.plus, text);
                }
            };
            part(pair.key, pair.plain_key);
            part("=", true);
            part(pair.value, pair.plain_value);
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

/// Whether a query key, once decoded, is `name`.
pub(crate) fn is_parameter(key: &str, name: &str, plus: QueryPlus) -> bool {
    key == name || (key.bytes().any(|byte| byte == b'%') && decoded(key, plus).eq(name.bytes()))
}

/// Whether a query key, once decoded, starts with `X-Amz-`.
pub(crate) fn is_amz(key: &str) -> bool {
    matches!(key.as_bytes(), [b'X' | b'%', ..])
        && (key.starts_with("X-Amz-") || decoded(key, QueryPlus::Literal).take(6).eq(*b"X-Amz-"))
}

/// Where an `X-Amz-*` parameter is in a query for the second time. Of two, one would be
/// the signed one and the other the one that counts.
pub(crate) fn repeated_amz_parameter(query: &str) -> Option<usize> {
    let compare = |left: &Key<'_>, right: &Key<'_>| {
        if left.plain && right.plain {
            left.text.cmp(right.text)
        } else {
            compare_encoded(left.text, right.text, QueryPlus::Literal)
        }
    };
    let mut keys = Small::<_, 8>::new();
    for (text, _, position) in pairs_of(query).filter(|(key, ..)| is_amz(key)) {
        keys.push(Key {
            text,
            position,
            plain: is_plain(text),
        });
    }
    keys.as_mut_slice().sort_unstable_by(|left, right| {
        compare(left, right).then(left.position.cmp(&right.position))
    });
    let same = |pair: &&[Key<'_>]| match pair {
        [first, second] => compare(first, second).is_eq(),
        _ => false,
    };
    let second = keys.as_slice().windows(2).find(same)?.last()?;
    Some(second.position)
}

#[derive(Clone, Copy, Default)]
struct Key<'a> {
    text: &'a str,
    position: usize,
    /// It is the same encoded.
    plain: bool,
}
