//! A signature that does not match, read as if one of the usual mistakes had been made: what
//! is said then is proved, as the signature holds for it.

use crate::known_key::Key;
use crate::rewritten;
use sigv4::{Claim, Hasher, Header, Payload, Policy, Profile, QueryPlus, Request, Timestamp};
use std::ops::ControlFlow;

/// A captured request and what it is judged by.
pub(crate) struct Captured<'a> {
    pub claim: &'a Claim<'a>,
    pub key: &'a Key,
    pub request: &'a Request<'a>,
    pub policy: &'a Policy<'a>,
    pub now: Timestamp,
}

/// Goes on as long as no reading holds.
type Found = ControlFlow<String>;

/// With which mistake the signature is right, as the end of a sentence.
pub(crate) fn first(captured: &Captured<'_>) -> Option<String> {
    let all = || {
        captured.rules()?;
        captured.target()?;
        captured.method()?;
        captured.host()?;
        captured.headers()?;
        captured.body()
    };
    match all() {
        ControlFlow::Break(hint) => Some(hint),
        ControlFlow::Continue(()) => None,
    }
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

impl Captured<'_> {
    /// Whether the signature is right for a request that differs from the one captured. It
    /// is the same signature: the claim is read from the same header or parameters.
    fn holds(&self, request: &Request<'_>, policy: &Policy<'_>) -> bool {
        Claim::from_request(request)
            .is_ok_and(|claim| self.key.verify(&claim, request, policy, self.now).is_ok())
    }

    fn like(&self, request: &Request<'_>, hint: impl FnOnce() -> String) -> Found {
        if self.holds(request, self.policy) {
            return ControlFlow::Break(hint());
        }
        ControlFlow::Continue(())
    }

    fn rules(&self) -> Found {
        let rules = self.policy.profile;
        let others = [
            (
                Profile {
                    double_encode_path: !rules.double_encode_path,
                    ..rules
                },
                if rules.double_encode_path {
                    "if the path were escaped once, not twice"
                } else {
                    "if the path were escaped twice, not once"
                },
            ),
            (
                Profile {
                    normalize_path: !rules.normalize_path,
                    ..rules
                },
                if rules.normalize_path {
                    "with dot segments and doubled slashes kept"
                } else {
                    "with dot segments and doubled slashes removed"
                },
            ),
            (
                Profile {
                    query_plus: QueryPlus::Space,
                    ..rules
                },
                "if '+' in the query were a space",
            ),
        ];
        for (profile, hint) in others {
            let mut policy = *self.policy;
            policy.profile = profile;
            if self.holds(self.request, &policy) {
                return ControlFlow::Break(hint.into());
            }
        }
        ControlFlow::Continue(())
    }

    fn target(&self) -> Found {
        let whole = self.request.target;
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        let other_slash = match path.strip_suffix('/') {
            Some(path) => path.to_owned(),
            None => format!("{path}/"),
        };
        let mark = if whole.contains('?') { "?" } else { "" };
        for (target, hint) in [
            (
                format!("{other_slash}{mark}{query}"),
                "with the slash at the end of the path added or removed",
            ),
            (
                whole.replace("%25", "%"),
                "if the target were escaped once less",
            ),
            (
                whole.replace('%', "%25"),
                "if the target were escaped once more",
            ),
            (path.to_owned(), "without the query"),
        ] {
            let request = Request {
                target: &target,
                ..*self.request
            };
            self.like(&request, || hint.into())?;
        }
        ControlFlow::Continue(())
    }

    /// `HEAD` that was sent on as `GET`, a redirect that made a `GET` of a `POST`.
    fn method(&self) -> Found {
        for method in METHODS {
            let request = Request {
                method,
                ..*self.request
            };
            self.like(&request, || format!("with the method {method}"))?;
        }
        ControlFlow::Continue(())
    }

    /// The hash of the body once, as the bytes would be hashed for each reading.
    fn payload(&self) -> Payload<'static> {
        match self.request.payload {
            Payload::Bytes(bytes) => {
                let mut hasher = Hasher::new();
                hasher.put(bytes);
                Payload::Sha256(hasher.finish())
            }
            Payload::Sha256(hash) => Payload::Sha256(hash),
            _ => Payload::Unsigned,
        }
    }

    fn with_headers(&self, headers: &[Header<'_>], hint: impl FnOnce() -> String) -> Found {
        let request = Request {
            headers,
            payload: self.payload(),
            ..*self.request
        };
        self.like(&request, hint)
    }

    /// A proxy sends on another host, and the first one beside it.
    fn host(&self) -> Found {
        for (host, hint) in rewritten::hosts(self.request.headers) {
            let headers = rewritten::replaced(self.request.headers, "host", host.as_bytes());
            self.with_headers(&headers, || hint)?;
        }
        ControlFlow::Continue(())
    }

    /// One of the signed headers is not as it was.
    fn headers(&self) -> Found {
        let length = match self.request.payload {
            Payload::Bytes(bytes) => Some(bytes.len()),
            _ => None,
        };
        let given = self.request.headers;
        for name in self.claim.signed_headers().split(';') {
            let arrived = given
                .iter()
                .find(|(given, _)| given.eq_ignore_ascii_case(name));
            for value in rewritten::values(name, arrived.map(|(_, value)| *value), length) {
                let headers = rewritten::replaced(given, name, &value);
                let shown = String::from_utf8_lossy(&value);
                self.with_headers(&headers, || match arrived {
                    Some(_) => format!("with the header '{name}: {shown}'"),
                    None => format!("with '{name}: {shown}', which did not arrive"),
                })?;
            }
        }
        ControlFlow::Continue(())
    }

    fn body(&self) -> Found {
        let Payload::Bytes(bytes) = self.request.payload else {
            return ControlFlow::Continue(());
        };
        let like = |body: &[u8], hint: &str| {
            let request = Request {
                payload: Payload::Bytes(body),
                ..*self.request
            };
            self.like(&request, || hint.into())
        };
        if let Some(body) = bytes.strip_suffix(b"\n") {
            let body = body.strip_suffix(b"\r").unwrap_or(body);
            like(body, "without the line end after the body")?;
        }
        if !bytes.is_empty() {
            like(b"", "without the body")?;
            like(&[bytes, b"\n"].concat(), "with a line end after the body")?;
        }
        ControlFlow::Continue(())
    }
}
