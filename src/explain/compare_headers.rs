//! How two sets of signed headers came to differ.

use super::cause::Cause;
use super::strings::{Canonical, is_payload_word};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The value on each side; `None` where the header is not there.
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub signed: Option<&'a str>,
    pub computed: Option<&'a str>,
}

/// The headers that are not the same on both sides, in the order of the names. Each side is
/// sorted, then both are walked once.
pub(super) fn differing<'a>(signed: &Canonical<'a>, computed: &Canonical<'a>) -> Vec<Line<'a>> {
    let (signed, computed) = (sorted(&signed.headers), sorted(&computed.headers));
    let (mut left, mut right) = (signed.iter().peekable(), computed.iter().peekable());
    let mut lines = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return lines,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        let signed = left.next_if(|_| order != Ordering::Greater);
        let computed = right.next_if(|_| order != Ordering::Less);
        let Some((name, _)) = signed.or(computed) else {
            return lines;
        };
        let line = Line {
            name,
            signed: signed.map(|(_, value)| *value),
            computed: computed.map(|(_, value)| *value),
        };
        if line.signed != line.computed {
            lines.push(line);
        }
    }
}

/// By name; the first of those that are there twice.
fn sorted<'a>(headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut headers = headers.to_vec();
    headers.sort_by_key(|(name, _)| *name);
    headers.dedup_by_key(|(name, _)| *name);
    headers
}

/// What each line says. The header that explains most comes first: a body that was changed
/// shows in its hash header as well, a missing token in nothing else.
pub(super) fn causes(lines: &[Line<'_>], token_headers: &[&str]) -> Vec<Cause> {
    let rank = |line: &&Line<'_>| match line.name {
        "host" => 0,
        name if token_headers.contains(&name) => 1,
        "x-amz-content-sha256" => 2,
        "x-amz-date" => 3,
        _ => 4,
    };
    let mut ranked: Vec<_> = lines.iter().collect();
    ranked.sort_by_key(rank);
    let cause = |line: &Line<'_>| {
        let name = line.name.into();
        match (rank(&line), line.signed, line.computed) {
            (0, signed, computed) => host_cause(signed, computed),
            (1, None, _) => Cause::SessionTokenUnsigned,
            (1, _, None | Some("")) => Cause::SessionTokenMissing,
            (1, ..) => Cause::SessionTokenAltered,
            (2, Some(signed), Some(computed)) => payload_cause(signed, computed),
            (3, Some(_), Some(_)) => Cause::Date,
            (_, None, _) => Cause::HeaderAdded { name },
            // A service takes a signed header that is not there for an empty one.
            (_, _, None | Some("")) => Cause::HeaderRemoved { name },
            _ => Cause::HeaderAltered { name },
        }
    };
    ranked.into_iter().map(cause).collect()
}

/// Two hashes are those of two bodies. A word in the place of one says nothing of a body.
pub(super) fn payload_cause(signed: &str, computed: &str) -> Cause {
    if is_payload_word(signed) || is_payload_word(computed) {
        Cause::PayloadForm
    } else {
        Cause::PayloadHash
    }
}

fn host_cause(signed: Option<&str>, computed: Option<&str>) -> Cause {
    let (Some(signed), Some(computed)) = (signed, computed) else {
        return Cause::Host;
    };
    if without_port(signed).eq_ignore_ascii_case(without_port(computed))
        && signed.len() != computed.len()
    {
        Cause::PortInHost
    } else {
        Cause::Host
    }
}

/// An IPv6 address has colons of its own, in brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
