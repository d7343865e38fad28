//! What was signed and is not there: what an answer shows stands for it, and is not compared.

use super::redact;
use crate::canonical::payload::PayloadHash;
use crate::explain::Answer;
use crate::grammar::hex::parse_hex;
use crate::request::profile::{Profile, UnsignedPayload};
use crate::request::{Header, Payload, Request};
use crate::verify::claim::{Claim, Form};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

#[derive(Clone, Copy, Default)]
pub(super) struct Borrowed {
    /// The last line of what was signed is the hash of a body.
    pub(super) body: bool,
    /// A session token that the shell puts there.
    pub(super) token: bool,
}

/// What stands for it.
pub(super) struct Lent {
    payload: Option<Payload<'static>>,
    token: Option<Zeroizing<String>>,
}

impl Borrowed {
    pub(super) fn of(request: &Request<'_>, claim: Option<&Claim<'_>>, profile: &Profile) -> Self {
        let mut headers = request.headers.iter();
        Self {
            body: needs_body(request, claim, profile),
            token: headers.any(|(name, value)| redact::is_unknown_token(name, value)),
        }
    }

    pub(super) fn any(self) -> bool {
        self.body || self.token
    }

    /// `None` where the answer does not show it.
    pub(super) fn lent(self, answer: Option<&Answer<'_>>) -> Option<Lent> {
        let canonical = || Some(Zeroizing::new(answer?.shown().0?));
        let canonical = if self.any() { canonical() } else { None };
        let lines = || canonical.iter().flat_map(|text| text.trim_end().lines());
        let payload = match lines().next_back() {
            _ if !self.body => None,
            Some(line) if line == PayloadHash::UNSIGNED => Some(Payload::Unsigned),
            line => Some(Payload::Sha256(parse_hex(line?)?)),
        };
        let mut headers = lines().filter_map(|line| line.split_once(':'));
        let token = headers.find(|(name, _)| redact::is_token(name));
        let token = match token {
            _ if !self.token => None,
            token => Some(Zeroizing::new(token?.1.to_owned())),
        };
        Some(Lent { payload, token })
    }
}

impl Lent {
    pub(super) fn headers<'h>(&'h self, given: &[Header<'h>]) -> Vec<Header<'h>> {
        let token = self.token.as_ref().map(|token| token.as_bytes());
        let given = given.iter();
        given
            .map(|(name, value)| match token {
                Some(token) if redact::is_unknown_token(name, value) => (*name, token),
                _ => (*name, *value),
            })
            .collect()
    }

    pub(super) fn request<'h>(
        &self,
        given: &Request<'h>,
        headers: &'h [Header<'h>],
    ) -> Request<'h> {
        Request {
            headers,
            payload: self.payload.unwrap_or(given.payload),
            ..*given
        }
    }
}

fn needs_body(request: &Request<'_>, claim: Option<&Claim<'_>>, profile: &Profile) -> bool {
    let is_stated = match claim {
        Some(claim) => {
            claim.content_sha256.is_some()
                || (claim.form() == Form::Query && profile.presign_unsigned)
        }
        None => false,
    };
    matches!(request.payload, Payload::Unsigned)
        && !is_stated
        && profile.unsigned_payload != UnsignedPayload::Required
}
