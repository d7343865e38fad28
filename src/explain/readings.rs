//! A signature that does not match, read as if one of the usual mistakes had been made: what
//! is said then is proved, as the signature holds for it.

use super::rewritten;
use crate::request::profile::{Profile, QueryPlus};
use crate::request::{Header, Payload, Request};
use crate::sign::stages::Stages;
use crate::signature::hash::Hasher;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::ops::ControlFlow;

/// A request whose signature does not match, and what it is judged by.
///
/// ```
/// use sigv4::explain::Captured;
/// use sigv4::{Claim, Credentials, Payload, Policy, Request, Signer, Timestamp};
///
/// let at = Timestamp::parse("20150830T123600Z")?;
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// let sent = Request { method: "HEAD", target: "/", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
/// let signed = signer.sign(&sent, at)?;
/// let mut headers = sent.headers.to_vec();
/// headers.extend(signed.headers().map(|(name, value)| (name, value.as_bytes())));
/// let arrived = Request { method: "GET", headers: &headers, ..sent };
///
/// let claim = Claim::from_request(&arrived)?;
/// let key = claim.signing_key("secret");
/// let policy = Policy::new(&["us-east-1"], "execute-api");
/// let holds = |claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>| {
///     claim.verify(&key, request, policy, at).is_ok()
/// };
/// let reading = Captured::new(&claim, &arrived, &policy, &holds).reading().unwrap();
/// assert_eq!(reading.hint, "with the method HEAD");
/// assert!(reading.stages.canonical_request.starts_with(b"HEAD\n"));
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Captured<'a> {
    claim: &'a Claim<'a>,
    request: &'a Request<'a>,
    policy: &'a Policy<'a>,
    holds: &'a Holds<'a>,
}

/// Whether a claim holds for a request under a policy.
type Holds<'a> = dyn Fn(&Claim<'_>, &Request<'_>, &Policy<'_>) -> bool + 'a;

/// A mistake with which the signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// Which mistake, as the end of a sentence: the signature would be right …
    pub hint: String,
    /// What was signed then.
    pub stages: Stages,
}

/// Goes on as long as no reading holds.
type Found = ControlFlow<Reading>;

impl<'a> Captured<'a> {
    /// `holds` says whether a claim is right for a request that is not quite the one that
    /// arrived: it is asked a few hundred times at the most, each time for as much as a
    /// verification takes.
    #[must_use]
    pub fn new(
        claim: &'a Claim<'a>,
        request: &'a Request<'a>,
        policy: &'a Policy<'a>,
        holds: &'a (dyn Fn(&Claim<'_>, &Request<'_>, &Policy<'_>) -> bool + 'a),
    ) -> Self {
        Self {
            claim,
            request,
            policy,
            holds,
        }
    }

    /// The first of the usual mistakes with which the signature is right: of the rules, the
    /// target, the method, the host, the headers (the first hundred of them), the body.
    #[must_use]
    pub fn reading(&self) -> Option<Reading> {
        let all = || {
            self.rules()?;
            self.target()?;
            self.method()?;
            self.host()?;
            self.headers()?;
            self.body()
        };
        match all() {
            ControlFlow::Break(reading) => Some(reading),
            ControlFlow::Continue(()) => None,
        }
    }
}

/// Of more signed headers, the first ones are tried: whoever names thousands, which nobody has to have
/// sent, would have each tried for as much as a verification takes.
pub(crate) const MOST_HEADERS: usize = 100;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

impl Captured<'_> {
    /// Whether the signature is right for a request that differs from the one captured. It
    /// is the same signature: the claim is read from the same header or parameters.
    fn under(
        &self,
        request: &Request<'_>,
        policy: &Policy<'_>,
        hint: impl FnOnce() -> String,
    ) -> Found {
        if let Ok(claim) = Claim::from_request(request)
            && (self.holds)(&claim, request, policy)
            && let Ok(stages) = claim.stages(request, policy)
        {
            let hint = hint();
            return ControlFlow::Break(Reading { hint, stages });
        }
        ControlFlow::Continue(())
    }

    fn like(&self, request: &Request<'_>, hint: impl FnOnce() -> String) -> Found {
        self.under(request, self.policy, hint)
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
            self.under(self.request, &policy, || hint.into())?;
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
        for name in self.claim.signed_headers().split(';').take(MOST_HEADERS) {
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
