//! What was signed and what the service computed, line by line.

use super::answer::Said;
use super::cause::Cause;
use super::compare_headers as headers;
use super::compare_target::{pairs, path_cause, query_cause};
use super::difference::{Difference, Part};
use super::guess;
use super::sent::Sent;
use super::strings::{Canonical, ToSign};
use crate::request::profile::Profile;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What stands in for a session token, which is a secret. Its length tells whether it was
/// cut off.
fn redacted(token: &str) -> String {
    format!("(a session token, {} bytes)", token.len())
}

const TOKEN_HEADERS: [&str; 2] = [
    Profile::DEFAULT.session_token_header,
    Profile::S3_EXPRESS.session_token_header,
];

const TOKEN_PARAMETERS: [&str; 2] = [
    Profile::DEFAULT.session_token_parameter,
    Profile::S3_EXPRESS.session_token_parameter,
];

/// `None` if the answer shows neither of the two strings.
pub(super) fn compare(sent: &Sent<'_>, said: &Said) -> Option<(Cause, Vec<Difference>)> {
    let signed_text = String::from_utf8_lossy(&sent.stages.canonical_request);
    let signed = Canonical::parse(&signed_text)?;
    let computed = said.canonical_request.as_deref().and_then(Canonical::parse);
    let to_sign = ToSign::parse(&sent.stages.string_to_sign)?;
    let computed_to_sign = said.string_to_sign.as_deref().and_then(ToSign::parse);
    if computed.is_none() && computed_to_sign.is_none() {
        return None;
    }
    let mut differences = Vec::new();
    let mut cause = None;
    if let Some(computed) = &computed {
        cause = canonical(&signed, computed, &mut differences);
    }
    if let Some(computed) = &computed_to_sign {
        let explained = !differences.is_empty();
        let found = string_to_sign(&to_sign, computed, explained, &mut differences);
        // The hash alone says that something differs, not what.
        cause = cause.or(match found {
            Some(Cause::CanonicalRequest) => Some(guess::cause(&signed, computed.hash)),
            found => found,
        });
    }
    Some((cause.unwrap_or(Cause::WrongSecret), differences))
}

/// The first line that differs names the cause.
fn canonical(
    signed: &Canonical<'_>,
    computed: &Canonical<'_>,
    differences: &mut Vec<Difference>,
) -> Option<Cause> {
    let mut cause = None;
    if signed.method != computed.method {
        differences.push(different(Part::Method, signed.method, computed.method));
        cause = Some(Cause::Method);
    }
    if signed.path != computed.path {
        differences.push(different(Part::Path, signed.path, computed.path));
        cause.get_or_insert_with(|| path_cause(signed.path, computed.path));
    }
    if signed.query != computed.query {
        let (left, right) = (without_token(signed.query), without_token(computed.query));
        differences.push(different(Part::Query, &left, &right));
        cause.get_or_insert_with(|| query_cause(signed.query, computed.query, &TOKEN_PARAMETERS));
    }
    let headers = headers::differing(signed, computed);
    differences.extend(headers.iter().map(header_difference));
    cause = cause.or_else(|| headers::cause(&headers, &TOKEN_HEADERS));
    let (left, right) = (signed.signed_headers, computed.signed_headers);
    if left != right {
        differences.push(different(Part::SignedHeaders, left, right));
        cause.get_or_insert(Cause::MalformedSignature);
    }
    let (left, right) = (signed.payload_hash, computed.payload_hash);
    if left != right {
        differences.push(different(Part::PayloadHash, left, right));
        cause.get_or_insert(Cause::PayloadHash);
    }
    cause
}

/// The hash follows from the canonical request: where that one is seen to differ, it is
/// no difference of its own.
fn string_to_sign(
    signed: &ToSign<'_>,
    computed: &ToSign<'_>,
    canonical_differs: bool,
    differences: &mut Vec<Difference>,
) -> Option<Cause> {
    let mut cause = None;
    if signed.time != computed.time {
        differences.push(different(Part::Time, signed.time, computed.time));
        cause = Some(Cause::Date);
    }
    if signed.scope != computed.scope {
        differences.push(different(Part::Scope, signed.scope, computed.scope));
        let expected = |text: &str| Some(text.to_owned());
        cause.get_or_insert_with(|| {
            if signed.region != computed.region {
                Cause::WrongRegion {
                    expected: expected(computed.region),
                }
            } else if signed.service != computed.service {
                Cause::WrongService {
                    expected: expected(computed.service),
                }
            } else {
                Cause::Date
            }
        });
    }
    if signed.hash != computed.hash && !canonical_differs {
        let part = Part::CanonicalRequestHash;
        differences.push(different(part, signed.hash, computed.hash));
        cause.get_or_insert(Cause::CanonicalRequest);
    }
    cause
}

fn different(part: Part, signed: &str, computed: &str) -> Difference {
    Difference {
        part,
        signed: Some(signed.to_owned()),
        computed: Some(computed.to_owned()),
    }
}

fn header_difference(line: &headers::Line<'_>) -> Difference {
    let secret = TOKEN_HEADERS.contains(&line.name);
    let shown = |value: &str| {
        if secret && !value.is_empty() {
            redacted(value)
        } else {
            value.to_owned()
        }
    };
    Difference {
        part: Part::Header(line.name.to_owned()),
        signed: line.signed.map(shown),
        computed: line.computed.map(shown),
    }
}

/// A query whose session token is not shown.
fn without_token(query: &str) -> String {
    let shown = |(key, value): (&str, &str)| {
        if TOKEN_PARAMETERS.contains(&key) && !value.is_empty() {
            format!("{key}={}", redacted(value))
        } else {
            format!("{key}={value}")
        }
    };
    pairs(query).map(shown).collect::<Vec<_>>().join("&")
}
