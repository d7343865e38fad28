//! All that is found out about one request, whoever judged it.

use super::borrowed::Borrowed;
use super::record::Filled;
use super::strings::Strings;
use super::verdict::Verdict;
use crate::explain::{Cause, Evidence, Explanation, Reason, remedy::remedy};
use crate::request::profile::Profile;
use crate::verify::claim::{Claim, Form};
use serde_json::Value;
use std::borrow::Cow;
use std::prelude::rust_2024::*;

pub(super) struct Findings {
    pub(super) verdict: Verdict,
    /// The verdict as a sentence, where it is not that of the first reason.
    pub(super) sentence: Option<String>,
    pub(super) reasons: Vec<Reason>,
    pub(super) advice: Option<&'static str>,
    pub(super) claim: Option<Claimed>,
    pub(super) strings: Strings,
    /// By which rules lines are noted.
    pub(super) profile: Profile,
    /// What credentials have to be scoped to, where that is known.
    pub(super) expected: Option<Expected>,
    /// The hash of the body that arrived, where it is known.
    pub(super) body_hash: Option<String>,
    pub(super) borrowed: Borrowed,
    /// Names of headers that have to be signed and are not.
    pub(super) must: Vec<String>,
    /// Once the signature has proven it.
    pub(super) caller: Option<String>,
    pub(super) policy: Option<Value>,
    pub(super) chain: Chain,
    pub(super) should_be: Option<Value>,
    pub(super) answer: Option<Value>,
}

/// What a request says of itself.
pub(super) struct Claimed {
    pub(super) key: String,
    pub(super) scope: String,
    /// `None` of a form of S3's.
    pub(super) form: Option<Form>,
    pub(super) signed_headers: String,
    pub(super) region_set: Option<String>,
    /// What it says of its body.
    pub(super) content_sha256: Option<String>,
}

pub(super) struct Expected {
    pub(super) region: Option<String>,
    pub(super) service: String,
}

/// A link of the chain from the request to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Whole,
    Broken,
    Unknown,
}

/// Request, canonical request, its hash, string to sign, signing key, signature, time, policy.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    pub(super) request: Link,
    pub(super) canonical: Link,
    pub(super) hash: Link,
    pub(super) to_sign: Link,
    pub(super) key: Link,
    pub(super) signature: Link,
    pub(super) time: Link,
    pub(super) policy: Link,
}

impl Chain {
    pub(super) const UNKNOWN: Self = Self {
        request: Link::Unknown,
        canonical: Link::Unknown,
        hash: Link::Unknown,
        to_sign: Link::Unknown,
        key: Link::Unknown,
        signature: Link::Unknown,
        time: Link::Unknown,
        policy: Link::Unknown,
    };
}

impl Link {
    pub(super) fn broken_if(broken: bool) -> Self {
        if broken { Self::Broken } else { Self::Whole }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "ok",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

impl Claimed {
    pub(super) fn of(claim: &Claim<'_>) -> Self {
        Self {
            key: claim.access_key_id().to_owned(),
            scope: claim.scope().to_string(),
            form: Some(claim.form()),
            signed_headers: claim.signed_headers().to_owned(),
            region_set: claim.region_set().map(str::to_owned),
            content_sha256: claim.content_sha256.as_deref().map(str::to_owned),
        }
    }

    pub(super) fn of_form(form: &Filled) -> Self {
        Self {
            key: form.key.clone(),
            scope: form.scope.clone(),
            form: None,
            signed_headers: String::new(),
            region_set: None,
            content_sha256: None,
        }
    }
}

impl Findings {
    /// In a sentence.
    pub(super) fn sentence(&self) -> String {
        let first = self.reasons.first();
        match (&self.sentence, first) {
            (Some(sentence), _) => sentence.clone(),
            (None, Some(reason)) => reason.cause.to_string(),
            (None, None) => self.verdict.as_str().to_owned(),
        }
    }

    /// Its name, for programs.
    pub(super) fn reason(&self) -> Option<&'static str> {
        let first = self.reasons.first()?;
        (self.verdict != Verdict::Allowed).then(|| first.cause.name())
    }

    pub(super) fn remedy(&self) -> Option<&str> {
        let first = self.reasons.first()?;
        (self.verdict != Verdict::Allowed).then_some(&*first.remedy)
    }
}

/// A cause that is known by itself.
pub(super) fn known(cause: Cause) -> Reason {
    Reason {
        remedy: remedy(&cause),
        evidence: Evidence::Shown,
        cause,
    }
}

/// One that can be.
pub(super) fn possible(cause: Cause, remedy: impl Into<Cow<'static, str>>) -> Reason {
    Reason {
        remedy: remedy.into(),
        evidence: Evidence::Possible,
        cause,
    }
}

pub(super) fn taken(explanation: Explanation) -> (Vec<Reason>, Option<&'static str>) {
    (explanation.causes, explanation.advice)
}
