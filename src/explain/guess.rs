//! What differs, from nothing but the hash of the service's canonical request.

use super::cause::Cause;
use super::strings::Canonical;
use crate::canonical::path::normalize_path;
use crate::canonical::payload::PayloadHash;
use crate::grammar::encode::{decoded, encode};
use crate::grammar::hex::hex;
use crate::grammar::text::{IN_PLAIN_PATH, ascii};
use crate::request::profile::QueryPlus;
use crate::signature::hash::{EMPTY_SHA256_HEX, Hasher};
use alloc::string::String;

/// Some services show only the string to sign. Then each frequent change is made to the
/// request that was signed, until the hash comes out.
pub(super) fn cause(signed: &Canonical<'_>, hash: &str) -> Cause {
    let is = |canonical: &Canonical<'_>| hash_of(canonical) == hash.as_bytes();
    let path = |path: &str| {
        is(&Canonical {
            path,
            ..signed.clone()
        })
    };
    let query = |query: &str| {
        is(&Canonical {
            query,
            ..signed.clone()
        })
    };
    let header = |name: &str, value: Option<&str>| {
        let mut changed = signed.clone();
        if let Some(value) = value {
            for header in changed.headers.iter_mut().filter(|header| header.0 == name) {
                header.1 = value;
            }
        } else {
            changed.headers.retain(|header| header.0 != name);
        }
        is(&changed)
    };
    let escaped = |text: &str| {
        let mut escaped = String::new();
        encode(text, &IN_PLAIN_PATH, &mut |piece| escaped.push_str(piece));
        escaped
    };
    let unescaped = |text: &str| {
        String::from_utf8(decoded(text, QueryPlus::Literal).collect()).unwrap_or_default()
    };
    let host = signed.header("host").unwrap_or_default();
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let ports = [":443", ":80"].map(|port| [host, port].concat());
    if port.is_empty() && ports.iter().any(|host| header("host", Some(host)))
        || !port.is_empty() && header("host", Some(name))
    {
        return Cause::PortInHost;
    }
    if path(&unescaped(signed.path)) || path(&escaped(signed.path)) {
        return Cause::DoubleEncoding;
    }
    let no_slash = signed.path.strip_suffix('/');
    if path(no_slash.unwrap_or(&[signed.path, "/"].concat())) {
        return Cause::TrailingSlash;
    }
    if path(&normalize_path(signed.path)) {
        return Cause::DotSegments;
    }
    if query(&signed.query.replace("%2B", "%20")) || query(&signed.query.replace("%20", "%2B")) {
        return Cause::PlusSign;
    }
    if query("") {
        return Cause::QueryParameters;
    }
    for payload_hash in [ascii(&EMPTY_SHA256_HEX), PayloadHash::UNSIGNED] {
        if is(&Canonical {
            payload_hash,
            ..signed.clone()
        }) {
            return Cause::PayloadHash;
        }
    }
    for (name, _) in &signed.headers {
        if header(name, Some("")) || header(name, None) {
            return Cause::HeaderRemoved {
                name: (*name).into(),
            };
        }
    }
    Cause::CanonicalRequest
}

fn hash_of(canonical: &Canonical<'_>) -> [u8; 64] {
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
    hex(&hasher.finish())
}
