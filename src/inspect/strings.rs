//! What was signed, as far as it can be known, and what follows from what arrived.

use super::signed_names::SignedNames;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::explain::Captured;
use crate::explain::readings::MOST_HEADERS;
use crate::request::profile::{Profile, QueryPlus};
use crate::request::{Payload, Request};
use crate::sign::stages::Stages;
use crate::signature::key::SigningKey;
use crate::verify::claim::{Claim, session_token};
use crate::verify::policy::Policy;
use crate::verify::refusal::reason::what_follows;
use core::cell::Cell;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// How sure what was signed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The signature holds for it.
    Proven,
    /// The signature holds for it, and it is not what arrived.
    Reading,
    Unknown,
    /// Whoever asks has it.
    Given,
}

impl Known {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Reading => "reading",
            Self::Unknown => "unknown",
            Self::Given => "given",
        }
    }
}

/// Both sides.
pub(super) struct Strings {
    pub(super) sent: Option<Stages>,
    pub(super) computed: Option<Stages>,
    pub(super) known: Known,
    /// How it is known.
    pub(super) note: String,
    /// With which mistake the signature would be right.
    pub(super) hint: Option<String>,
    /// What keeps it from holding for what arrived, scope and time aside.
    pub(super) error: Option<Error>,
    /// More could have been tried than was.
    pub(super) is_cut_short: bool,
}

/// Bytes that are hashed at the most to find out what was signed, and signatures of Version 4A that
/// are verified: what a stranger can have done here is bounded.
const EFFORT: usize = 4 << 20;
const SLOW: usize = 100;

impl Strings {
    pub(super) fn none() -> Self {
        Self {
            sent: None,
            computed: None,
            known: Known::Unknown,
            note: "there is no signature that can be read".into(),
            hint: None,
            error: None,
            is_cut_short: false,
        }
    }

    /// `key` is the one of the access key that the claim names, where there is such a key.
    pub(super) fn of(
        claim: &Claim<'_>,
        key: Option<&SigningKey>,
        request: &Request<'_>,
        policy: &Policy<'_>,
    ) -> Self {
        let scope = claim.scope();
        let regions = [own_region(claim)];
        // Scope, time, and what has to be signed are judged elsewhere.
        let mut policy = Policy {
            regions: &regions,
            service: scope.service(),
            content_type_signed: false,
            amz_headers_signed: false,
            host_signed: false,
            both_query_plus: false,
            ..*policy
        };
        let verify = |claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>| {
            claim.verify(key, request, policy, claim.at()).map(|_| ())
        };
        let plus = policy.profile.query_plus;
        let mut error = verify(claim, request, &policy).err();
        if error == Some(Error::SignatureMismatch) && request.target.contains('+') {
            policy.profile.query_plus = match plus {
                QueryPlus::Literal => QueryPlus::Space,
                QueryPlus::Space => QueryPlus::Literal,
            };
            match verify(claim, request, &policy) {
                Ok(()) => error = None,
                Err(_) => policy.profile.query_plus = plus,
            }
        }
        let Some(error) = error else {
            let stages = claim.stages(request, &policy).ok();
            return Self {
                sent: stages.clone(),
                computed: stages,
                known: Known::Proven,
                note: "the signature holds for these lines: they are what was signed".into(),
                hint: None,
                error: None,
                is_cut_short: false,
            };
        };
        let mut found = Self {
            sent: None,
            computed: what_follows(error, request, &policy),
            error: Some(error),
            ..Self::none()
        };
        if key.is_none() {
            found.note = "nobody has this access key id: there is no key to find out with".into();
            return found;
        }
        let unread = Request {
            payload: Payload::Unsigned,
            ..*request
        };
        if error == Error::PayloadDiffers && verify(claim, &unread, &policy).is_ok() {
            found.sent = claim.stages(&unread, &policy).ok();
            found.known = Known::Proven;
            found.note = format!(
                "the signature holds for these lines, with the hash that {PAYLOAD_HASH_HEADER} states: \
                 they are what was signed, and another body arrived"
            );
            return found;
        }
        found.try_readings(claim, request, &policy, &verify);
        found
    }

    fn try_readings(
        &mut self,
        claim: &Claim<'_>,
        request: &Request<'_>,
        policy: &Policy<'_>,
        verify: &dyn Fn(&Claim<'_>, &Request<'_>, &Policy<'_>) -> Result<(), Error>,
    ) {
        // A reading brings back one header at the most.
        let names = SignedNames::of(claim.signed_headers());
        let is_hopeless = names.missing(request.headers).nth(1).is_some();
        let tries = Cell::new(tries(claim, request));
        let is_cut_short = Cell::new(false);
        let holds = |claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>| {
            let Some(left) = tries.get().checked_sub(1) else {
                is_cut_short.set(true);
                return false;
            };
            tries.set(left);
            verify(claim, request, policy).is_ok()
        };
        let captured = Captured::new(claim, request, policy, &holds);
        if let Some(reading) = (!is_hopeless).then(|| captured.reading()).flatten() {
            self.note = format!(
                "the signature holds for these lines: it is right {}",
                reading.hint
            );
            self.hint = Some(reading.hint);
            self.sent = Some(reading.stages);
            self.known = Known::Reading;
            return;
        }
        let names = claim.signed_headers().split(';');
        self.is_cut_short = !is_hopeless && (is_cut_short.get() || names.count() > MOST_HEADERS);
        let looked_at = if self.is_cut_short {
            "those of the usual mistakes that were tried (of a long request not all are)"
        } else {
            "one of the usual mistakes"
        };
        self.note = format!(
            "what was signed cannot be known here: the signature holds neither for what arrived nor with \
             {looked_at}; compare with the canonical request that the client computes"
        );
    }
}

fn tries(claim: &Claim<'_>, request: &Request<'_>) -> usize {
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| name.len().saturating_add(value.len()));
    let body = match request.payload {
        Payload::Bytes(bytes) => bytes.len(),
        _ => 0,
    };
    let bytes = headers.fold(body.saturating_add(1_024), usize::saturating_add);
    let tries = EFFORT
        .checked_div(bytes.saturating_add(request.target.len()))
        .unwrap_or(0);
    if claim.algorithm().has_region_set() {
        tries.min(SLOW)
    } else {
        tries
    }
}

/// A region that the claim says it is for.
pub(super) fn own_region<'c>(claim: &'c Claim<'_>) -> &'c str {
    match claim.region_set() {
        Some(set) => (set.split(',').next().unwrap_or_default()).trim_end_matches('*'),
        None => claim.scope().region(),
    }
}

/// The session token that came along.
pub(super) fn token_of(
    request: &Request<'_>,
    claim: &Claim<'_>,
    profile: &Profile,
) -> Option<Zeroizing<String>> {
    let target = Target::parse(request.target).ok()?;
    let token = session_token(request, target.query, claim.form(), profile);
    Some(Zeroizing::new(token.ok()??.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::Strings;
    use crate::error::Error;
    use crate::request::{Header, Payload, Request};
    use crate::verify::claim::Claim;
    use crate::verify::policy::Policy;
    use core::cell::Cell;
    use std::format;
    use std::prelude::rust_2024::*;

    /// How often a signature is computed for so many names of which some did not arrive, and what is said.
    fn tried(names: usize, missing: usize) -> (usize, Strings) {
        let names: Vec<_> = (0..names).map(|number| format!("x-{number:04}")).collect();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/execute-api/aws4_request, \
             SignedHeaders=host;{};x-amz-date, Signature={}",
            names.join(";"),
            "0".repeat(64)
        );
        let mut headers: Vec<Header<'_>> = Vec::from([
            ("host", &b"example.com"[..]),
            ("x-amz-date", b"20150830T123600Z"),
            ("authorization", authorization.as_bytes()),
        ]);
        headers.extend(
            names
                .iter()
                .skip(missing)
                .map(|name| (name.as_str(), &b"a"[..])),
        );
        let request = Request {
            method: "GET",
            target: "/",
            headers: &headers,
            payload: Payload::EMPTY,
        };
        let claim = Claim::from_request(&request).unwrap();
        let count = Cell::new(0);
        let verify = |_: &Claim<'_>, _: &Request<'_>, _: &Policy<'_>| {
            count.set(count.get() + 1);
            Err(Error::SignatureMismatch)
        };
        let mut strings = Strings::none();
        let policy = Policy::new(&["us-east-1"], "execute-api");
        strings.try_readings(&claim, &request, &policy, &verify);
        (count.get(), strings)
    }

    /// Without two of the signed headers no single mistake makes the signature right: none is tried.
    #[test]
    fn what_no_reading_can_mend_is_not_tried() {
        for (names, missing) in [(2, 2), (5_000, 5_000), (150, 2)] {
            let (count, strings) = tried(names, missing);
            assert_eq!(
                (count, strings.is_cut_short),
                (0, false),
                "{names} {missing}"
            );
        }
        for (names, missing) in [(2, 1), (2, 0), (90, 1)] {
            let (count, _) = tried(names, missing);
            assert!((10..1_000).contains(&count), "{names} {missing}: {count}");
        }
        assert!(tried(150, 1).1.is_cut_short);
    }
}
