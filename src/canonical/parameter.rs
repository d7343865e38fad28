//! The parameters of a query: the pieces that it falls into, and those that belong to a
//! signature.

use crate::grammar::encode::{decoded, is_canonical};
use crate::grammar::text::{cut, find};
use crate::request::profile::QueryPlus;
use core::cmp::Ordering;
use smallvec::SmallVec;

/// Tells the service which payload hash was signed; without it S3 takes `UNSIGNED-PAYLOAD`.
pub(crate) const PAYLOAD_HASH_PARAMETER: &str = "X-Amz-Content-Sha256";

/// Says for which regions a presigned URL of Signature Version 4A is.
pub(crate) const REGION_SET_PARAMETER: &str = "X-Amz-Region-Set";

/// The pieces of a query: split at `&`, then at the first `=`; empty pieces dropped.
/// With each, its place in `query`.
pub(crate) fn pairs_of(query: &str) -> impl Iterator<Item = (&str, &str, usize)> {
    PairsOf {
        rest: Some(query),
        start: 0,
    }
}

struct PairsOf<'q> {
    rest: Option<&'q str>,
    /// Where the rest starts.
    start: usize,
}

impl<'q> Iterator for PairsOf<'q> {
    type Item = (&'q str, &'q str, usize);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (piece, rest) = cut(self.rest?, b'&');
            let start = self.start;
            self.rest = rest;
            self.start = start.saturating_add(piece.len()).saturating_add(1);
            if !piece.is_empty() {
                let (key, value) = cut(piece, b'=');
                return Some((key, value.unwrap_or_default(), start));
            }
        }
    }
}

/// What signing and verifying have to know of a query parameter by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Algorithm,
    Credential,
    Date,
    SignedHeaders,
    Expires,
    Signature,
    PayloadHash,
    /// Under the names of the built-in profiles; another profile may have another name.
    SessionToken,
    /// Of Signature Version 4A; of no interest to Version 4.
    RegionSet,
    OtherAmz,
    Other,
}

impl Parameter {
    /// Keys are compared with regard to case, once they are decoded.
    pub(crate) fn of(key: &str) -> Self {
        if !matches!(key.as_bytes(), [b'X' | b'%', ..]) {
            return Self::Other;
        }
        if find(key.as_bytes(), b'%').is_none() {
            return Self::of_decoded(key.as_bytes());
        }
        // No name below is longer: what fills it is none.
        let mut name = [0; 24];
        let mut length = 0_usize;
        for (slot, byte) in name.iter_mut().zip(decoded(key, QueryPlus::Literal)) {
            *slot = byte;
            length = length.saturating_add(1);
        }
        Self::of_decoded(name.get(..length).unwrap_or_default())
    }

    fn of_decoded(name: &[u8]) -> Self {
        let Some(rest) = name.strip_prefix(b"X-Amz-") else {
            return Self::Other;
        };
        match rest {
            b"Algorithm" => Self::Algorithm,
            b"Credential" => Self::Credential,
            b"Date" => Self::Date,
            b"SignedHeaders" => Self::SignedHeaders,
            b"Expires" => Self::Expires,
            b"Signature" => Self::Signature,
            b"Content-Sha256" => Self::PayloadHash,
            b"Security-Token" | b"S3session-Token" => Self::SessionToken,
            b"Region-Set" => Self::RegionSet,
            _ => Self::OtherAmz,
        }
    }
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

/// Where an `X-Amz-*` parameter of a query is for the second time. Of two, one would be
/// the signed one and the other the one that counts.
pub(crate) fn repeated_amz_parameter<'p>(
    pairs: impl Iterator<Item = (&'p str, &'p str, usize)>,
) -> Option<usize> {
    let mut keys = SmallVec::<[_; 8]>::new();
    let mut canonical = true;
    let is_amz = |(key, ..): &(&str, &str, usize)| Parameter::of(key) != Parameter::Other;
    for (key, _, position) in pairs.filter(is_amz) {
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
