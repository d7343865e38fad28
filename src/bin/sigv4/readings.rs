//! A signature that does not match, read as if one of the usual mistakes had been made.

use sigv4::{Claim, Header, Payload, Policy, Profile, QueryPlus, Request, SigningKey, Timestamp};

/// With which mistake the signature is right.
pub(crate) fn first(
    claim: &Claim<'_>,
    key: &SigningKey,
    request: &Request<'_>,
    policy: &Policy<'_>,
    now: Timestamp,
) -> Option<&'static str> {
    let holds = |request: &Request<'_>, profile: Profile| {
        let mut policy = *policy;
        policy.profile = profile;
        claim.verify(key, request, &policy, now).is_ok()
    };
    let rules = policy.profile;
    let other_rules = [
        (
            Profile {
                double_encode_path: !rules.double_encode_path,
                ..rules
            },
            if rules.double_encode_path {
                "; it would if the path were escaped once, not twice"
            } else {
                "; it would if the path were escaped twice, not once"
            },
        ),
        (
            Profile {
                normalize_path: !rules.normalize_path,
                ..rules
            },
            if rules.normalize_path {
                "; it would with dot segments and doubled slashes kept"
            } else {
                "; it would with dot segments and doubled slashes removed"
            },
        ),
        (
            Profile {
                query_plus: QueryPlus::Space,
                ..rules
            },
            "; it would if '+' in the query were a space",
        ),
    ];
    for (profile, hint) in other_rules {
        if holds(request, profile) {
            return Some(hint);
        }
    }
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((request.target, ""));
    let other_slash = match path.strip_suffix('/') {
        Some(path) => path.to_owned(),
        None => format!("{path}/"),
    };
    let mark = if request.target.contains('?') {
        "?"
    } else {
        ""
    };
    let targets = [
        (
            format!("{other_slash}{mark}{query}"),
            "; it would with the slash at the end of the path added or removed",
        ),
        (
            request.target.replace("%25", "%"),
            "; it would if the target were escaped once less",
        ),
        (
            request.target.replace('%', "%25"),
            "; it would if the target were escaped once more",
        ),
        (path.to_owned(), "; it would without the query"),
    ];
    for (target, hint) in &targets {
        if holds(&Request { target, ..*request }, rules) {
            return Some(hint);
        }
    }
    host(
        &|headers| {
            holds(
                &Request {
                    headers,
                    ..*request
                },
                rules,
            )
        },
        request,
    )
    .or_else(|| {
        body(
            &|payload| {
                holds(
                    &Request {
                        payload,
                        ..*request
                    },
                    rules,
                )
            },
            request,
        )
    })
}

fn host(holds: &dyn Fn(&[Header<'_>]) -> bool, request: &Request<'_>) -> Option<&'static str> {
    let is_host = |header: &&Header<'_>| header.0.eq_ignore_ascii_case("host");
    let (_, value) = request.headers.iter().find(is_host)?;
    let value = value.trim_ascii();
    let colon = value.iter().rposition(|byte| *byte == b':');
    let bare = colon.and_then(|colon| value.get(..colon)).unwrap_or(value);
    for port in ["", ":443", ":80"] {
        let host = [bare, port.as_bytes()].concat();
        let headers: Vec<Header<'_>> = request
            .headers
            .iter()
            .map(|header| {
                if is_host(&header) {
                    (header.0, &*host)
                } else {
                    *header
                }
            })
            .collect();
        if host != value && holds(&headers) {
            return Some("; it would with another port in the host");
        }
    }
    None
}

fn body(holds: &dyn Fn(Payload<'_>) -> bool, request: &Request<'_>) -> Option<&'static str> {
    let Payload::Bytes(bytes) = request.payload else {
        return None;
    };
    let shorter = bytes
        .strip_suffix(b"\n")
        .map(|body| body.strip_suffix(b"\r").unwrap_or(body));
    if shorter.is_some_and(|body| holds(Payload::Bytes(body))) {
        return Some("; it would without the line end after the body");
    }
    (!bytes.is_empty() && holds(Payload::EMPTY)).then_some("; it would without the body")
}
