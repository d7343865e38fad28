//! What was signed and what the service computed, line by line.

use super::cause::Cause;
use super::compare_headers::{Line, causes, differing, payload_cause};
use super::compare_target::{pairs, path_cause, query_cause};
use super::difference::{Difference, Part};
use super::guess;
use super::said::Said;
use super::sent::Sent;
use super::strings::{Canonical, ToSign};
use crate::request::profile::Profile;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
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

/// What the two strings show.
pub(super) struct Compared {
    /// More than one only where each of them is shown, unless `alternatives`.
    pub causes: Vec<Cause>,
    pub differences: Vec<Difference>,
    /// One of the causes is true, not all.
    pub alternatives: bool,
}

/// `None` if the answer shows neither of the two strings.
pub(super) fn compare(sent: &Sent<'_>, said: &Said) -> Option<Compared> {
    let signed_text = String::from_utf8_lossy(&sent.stages.canonical_request);
    let signed = Canonical::parse(&signed_text)?;
    let computed = said.canonical_request.as_deref().and_then(Canonical::parse);
    let to_sign = ToSign::parse(&sent.stages.string_to_sign)?;
    let computed_to_sign = said.string_to_sign.as_deref().and_then(ToSign::parse);
    if computed.is_none() && computed_to_sign.is_none() {
        return None;
    }
    let mut differences = Vec::new();
    let mut found = Vec::new();
    if let Some(computed) = &computed {
        canonical(&signed, computed, &mut differences, &mut found);
    }
    if let Some(computed) = &computed_to_sign {
        string_to_sign(&to_sign, computed, &mut differences, &mut found);
        if !sent.scope_is_known() {
            found.retain(|cause| !matches!(cause, Cause::WrongRegion { .. }));
            differences.retain(|difference| difference.part != Part::Scope);
        }
        if to_sign.hash != computed.hash && differences.iter().all(|d| !is_canonical(&d.part)) {
            // The hash alone says that something differs, not what.
            let part = Part::CanonicalRequestHash;
            differences.push(different(part, to_sign.hash, computed.hash));
            found.push(guess::cause(&signed, computed.hash));
        }
    }
    let scope_shown = computed_to_sign.is_some() && sent.scope_is_known();
    let alternatives = found.is_empty() && !scope_shown;
    if alternatives {
        // The scope that the service expects is not shown, or that of the request unknown.
        found = vec![
            Cause::WrongSecret,
            Cause::WrongRegion { expected: None },
            Cause::WrongService { expected: None },
        ];
        // A region set is in the canonical request.
        found.retain(|cause| sent.has_region() || !matches!(cause, Cause::WrongRegion { .. }));
    } else if found.is_empty() {
        found.push(Cause::WrongSecret);
    }
    Some(Compared {
        causes: found,
        differences,
        alternatives,
    })
}

/// Whether a difference shows in the hash of the canonical request.
fn is_canonical(part: &Part) -> bool {
    !matches!(part, Part::Time | Part::Scope)
}

/// Each line that differs is a cause, unless it follows from another one.
fn canonical(
    signed: &Canonical<'_>,
    computed: &Canonical<'_>,
    differences: &mut Vec<Difference>,
    found: &mut Vec<Cause>,
) {
    if signed.method != computed.method {
        differences.push(different(Part::Method, signed.method, computed.method));
        found.push(Cause::Method);
    }
    if signed.path != computed.path {
        differences.push(different(Part::Path, signed.path, computed.path));
        found.push(path_cause(signed.path, computed.path));
    }
    if signed.query != computed.query {
        let (left, right) = (without_token(signed.query), without_token(computed.query));
        differences.push(different(Part::Query, &left, &right));
        add(
            found,
            query_cause(signed.query, computed.query, &TOKEN_PARAMETERS),
        );
    }
    let headers = differing(signed, computed);
    differences.extend(headers.iter().map(header_difference));
    found.extend(causes(&headers, &TOKEN_HEADERS));
    let (left, right) = (signed.signed_headers, computed.signed_headers);
    if left != right {
        differences.push(different(Part::SignedHeaders, left, right));
        // A header more or less shows in the list as well.
        let one_sided = |line: &Line<'_>| line.signed.is_none() || line.computed.is_none();
        if !headers.iter().any(one_sided) {
            found.push(Cause::MalformedSignature);
        }
    }
    let (left, right) = (signed.payload_hash, computed.payload_hash);
    if left != right {
        differences.push(different(Part::PayloadHash, left, right));
        add(found, payload_cause(left, right));
    }
}

/// Of a few kinds there can be one only.
fn add(found: &mut Vec<Cause>, cause: Cause) {
    if !found.contains(&cause) {
        found.push(cause);
    }
}

fn string_to_sign(
    signed: &ToSign<'_>,
    computed: &ToSign<'_>,
    differences: &mut Vec<Difference>,
    found: &mut Vec<Cause>,
) {
    if signed.time != computed.time {
        differences.push(different(Part::Time, signed.time, computed.time));
        add(found, Cause::Date);
    }
    if signed.scope != computed.scope {
        differences.push(different(Part::Scope, signed.scope, computed.scope));
        let expected = |text: &str| Some(text.to_owned());
        // With a region on one side alone, the other side's is another algorithm.
        let algorithm = signed.region.is_empty() != computed.region.is_empty();
        let (region, service) = (
            signed.region != computed.region && !algorithm,
            signed.service != computed.service,
        );
        if algorithm {
            found.push(Cause::UnsupportedAlgorithm);
        }
        if region {
            found.push(Cause::WrongRegion {
                expected: expected(computed.region),
            });
        }
        if service {
            found.push(Cause::WrongService {
                expected: expected(computed.service),
            });
        }
        if signed.scope.split('/').next() != computed.scope.split('/').next() {
            add(found, Cause::Date);
        } else if !region && !service && !algorithm {
            add(found, Cause::MalformedSignature);
        }
    }
}

fn different(part: Part, signed: &str, computed: &str) -> Difference {
    Difference {
        part,
        signed: Some(signed.to_owned()),
        computed: Some(computed.to_owned()),
    }
}

fn header_difference(line: &Line<'_>) -> Difference {
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
