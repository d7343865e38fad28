//! How two sets of signed headers came to differ.

use super::cause::Cause;
use super::strings::Canonical;
use crate::canonical::header_name::{DATE_HEADER, PAYLOAD_HASH_HEADER};
use alloc::vec::Vec;

/// The value on each side; `None` where the header is not there.
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub signed: Option<&'a str>,
    pub computed: Option<&'a str>,
}

/// The headers that are not the same on both sides, in the order of the names.
pub(super) fn differing<'a>(signed: &Canonical<'a>, computed: &Canonical<'a>) -> Vec<Line<'a>> {
    let both = signed.headers.iter().chain(&computed.headers);
    let mut names: Vec<_> = both.map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    let lines = names.into_iter().map(|name| Line {
        name,
        signed: signed.header(name),
        computed: computed.header(name),
    });
    lines.filter(|line| line.signed != line.computed).collect()
}

/// The header that explains most comes first: a body that was changed shows in its hash
/// header as well, a missing token in nothing else.
pub(super) fn cause(lines: &[Line<'_>], token_headers: &[&str]) -> Option<Cause> {
    let find = |wanted: &dyn Fn(&str) -> bool| lines.iter().find(|line| wanted(line.name));
    if let Some(line) = find(&|name| name == "host") {
        return Some(host_cause(line));
    }
    if let Some(line) = find(&|name| token_headers.contains(&name)) {
        return Some(match (line.signed, line.computed) {
            (None, _) => Cause::SessionTokenUnsigned,
            (_, None | Some("")) => Cause::SessionTokenMissing,
            _ => Cause::SessionTokenAltered,
        });
    }
    if find(&|name| name == PAYLOAD_HASH_HEADER).is_some() {
        return Some(Cause::PayloadHash);
    }
    if find(&|name| name == DATE_HEADER).is_some() {
        return Some(Cause::Date);
    }
    let line = lines.first()?;
    let name = line.name.into();
    Some(match (line.signed, line.computed) {
        (None, _) => Cause::HeaderAdded { name },
        // A service takes a signed header that is not there for an empty one.
        (_, None | Some("")) => Cause::HeaderRemoved { name },
        _ => Cause::HeaderAltered { name },
    })
}

fn host_cause(line: &Line<'_>) -> Cause {
    let (Some(signed), Some(computed)) = (line.signed, line.computed) else {
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
