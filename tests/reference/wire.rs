//! What goes on the wire.

use super::encoding::{decode, encode};
use super::{Rules, normalize};

/// The target as it is sent: only what RFC 3986 allows in a path, parameters as they are
/// signed, and no `+` where anybody could read it as a space.
pub fn wire(target: &str, rules: Rules) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let path = if rules.normalize_path {
        normalize(path)
    } else {
        path.to_owned()
    };
    let mut target = if rules.encode_path_twice {
        encode(path, "%/!$&'()*,;=:@+")
    } else {
        // A malformed escape is found later; what would become a dot segment or a doubled
        // slash stays escaped.
        let fragile = |path: &str| {
            path.split('/')
                .filter(|part| ["", ".", ".."].contains(part))
                .count()
        };
        let spell = |segment: &str| {
            let bytes = decode(segment, false)?;
            let canonical = encode(&bytes, "/");
            Some(if fragile(segment) > 0 || fragile(&canonical) == 0 {
                canonical
            } else {
                encode(&bytes, "").replace('.', "%2E")
            })
        };
        let segments = path.split('/').map(spell);
        segments
            .collect::<Option<Vec<_>>>()
            .map_or_else(|| path.clone(), |segments| segments.join("/"))
    };
    if let Some(query) = query {
        // Spelt canonically, in the order given. A malformed escape is found later.
        let spell = |text| decode(text, rules.plus_is_space).map(|bytes| encode(bytes, ""));
        let pairs = query.split('&').filter(|piece| !piece.is_empty());
        let spelt = pairs.map(|piece| {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            match (spell(key), spell(value)) {
                (Some(key), Some(value)) => format!("{key}={value}"),
                _ => piece.to_owned(),
            }
        });
        target.push('?');
        target += &spelt.collect::<Vec<_>>().join("&");
    }
    target
}
