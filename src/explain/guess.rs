//! What differs, from nothing but the hash of the service's canonical request.

use super::cause::Cause;
use super::compare_headers::payload_cause;
use super::strings::Canonical;
use crate::canonical::path::normalize_path;
use crate::canonical::payload::PayloadHash;
use crate::grammar::encode::{decode, encode};
use crate::grammar::hex::hex;
use crate::grammar::text::{IN_PLAIN_PATH, ascii};
use crate::signature::hash::{EMPTY_SHA256_HEX, Hasher};
use alloc::string::String;

/// Longer requests are not guessed at: services do not take them either.
const MAX_BYTES: usize = 64 * 1024;
/// Each header is left out once, which takes the whole request each time.
const MAX_HEADERS: usize = 64;

/// Some services show only the string to sign. Then each frequent change is made to the
/// request that was signed, until the hash comes out: then it is proven.
pub(super) fn cause(signed: &Canonical<'_>, hash: &str) -> Cause {
    if length(signed) > MAX_BYTES {
        return Cause::CanonicalRequest;
    }
    let is = |canonical: &Canonical<'_>| hash_of(canonical) == hash;
    for method in ["GET", "HEAD", "POST", "PUT"] {
        if method != signed.method
            && is(&Canonical {
                method,
                ..signed.clone()
            })
        {
            return Cause::Method;
        }
    }
    if port(signed, hash) {
        return Cause::PortInHost;
    }
    if let Some(cause) = target(signed, hash) {
        return cause;
    }
    let nothing = ascii(&EMPTY_SHA256_HEX);
    for payload_hash in [nothing, PayloadHash::UNSIGNED] {
        if payload_hash != signed.payload_hash
            && is(&Canonical {
                payload_hash,
                ..signed.clone()
            })
        {
            return payload_cause(signed.payload_hash, payload_hash);
        }
    }
    for (name, _) in signed.headers.iter().take(MAX_HEADERS) {
        if header(signed, hash, name, Some("")) || header(signed, hash, name, None) {
            return Cause::HeaderRemoved {
                name: (*name).into(),
            };
        }
    }
    Cause::CanonicalRequest
}

fn port(signed: &Canonical<'_>, hash: &str) -> bool {
    let host = signed.header("host").unwrap_or_default();
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    if !port.is_empty() {
        return header(signed, hash, "host", Some(name));
    }
    let ports = [":443", ":80"].map(|port| [host, port].concat());
    ports
        .iter()
        .any(|host| header(signed, hash, "host", Some(host)))
}

fn target(signed: &Canonical<'_>, hash: &str) -> Option<Cause> {
    let path = |path: &str| {
        let changed = Canonical {
            path,
            ..signed.clone()
        };
        path != signed.path && hash_of(&changed) == hash
    };
    let query = |query: &str| {
        let changed = Canonical {
            query,
            ..signed.clone()
        };
        query != signed.query && hash_of(&changed) == hash
    };
    let unescaped = decode(signed.path).unwrap_or_default();
    let mut escaped = String::new();
    encode(signed.path, &IN_PLAIN_PATH, &mut |piece| {
        escaped.push_str(piece);
    });
    if path(&unescaped) || path(&escaped) {
        return Some(Cause::DoubleEncoding);
    }
    let no_slash = signed.path.strip_suffix('/');
    if path(no_slash.unwrap_or(&[signed.path, "/"].concat())) {
        return Some(Cause::TrailingSlash);
    }
    if path(&normalize_path(signed.path)) {
        return Some(Cause::DotSegments);
    }
    if query(&signed.query.replace("%2B", "%20")) || query(&signed.query.replace("%20", "%2B")) {
        return Some(Cause::PlusSign);
    }
    query("").then_some(Cause::QueryParameters)
}

/// Whether it would be the hash with another value of one header, or without it.
fn header(signed: &Canonical<'_>, hash: &str, name: &str, value: Option<&str>) -> bool {
    let mut changed = signed.clone();
    if let Some(value) = value {
        for header in changed.headers.iter_mut().filter(|header| header.0 == name) {
            header.1 = value;
        }
    } else {
        changed.headers.retain(|header| header.0 != name);
    }
    hash_of(&changed) == hash
}

fn length(canonical: &Canonical<'_>) -> usize {
    let headers = canonical.headers.iter();
    let headers = headers.map(|(name, value)| name.len().saturating_add(value.len()));
    let lines = [canonical.path, canonical.query, canonical.signed_headers];
    let lengths = headers.chain(lines.map(str::len));
    lengths.fold(0, usize::saturating_add)
}

fn hash_of(canonical: &Canonical<'_>) -> String {
    let mut hasher = Hasher::new();
    for line in [canonical.method, canonical.path, canonical.query] {
        hasher.put(line.as_bytes());
        hasher.put(b"\n");
    }
    for (name, value) in &canonical.headers {
        for piece in [name, ":", value, "\n"] {
            hasher.put(piece.as_bytes());
        }
    }
    for piece in ["\n", canonical.signed_headers, "\n", canonical.payload_hash] {
        hasher.put(piece.as_bytes());
    }
    ascii(&hex(&hasher.finish())).into()
}
