//! Why the gateway refused a request, as far as it knows: more than it tells its callers.

use super::decided::Decided;
use super::findings::{known, possible, taken};
use super::record::Judged;
use super::strings::{Strings, token_of};
use super::verdict::Verdict;
use crate::error::Error;
use crate::explain::{Answer, Cause, Reason, Sent, explain, explain_answer};
use crate::gateway::reply::Why;
use crate::request::Request;
use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use crate::verify::claim::{Claim, Form};
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::RefusalReason;
use serde_json::json;
use std::format;
use std::prelude::rust_2024::*;

/// What is known of a request and its answer.
pub(super) struct Case<'c> {
    pub(super) judged: &'c Judged,
    pub(super) now: Timestamp,
    pub(super) request: &'c Request<'c>,
    pub(super) policy: &'c Policy<'c>,
    pub(super) claim: Option<&'c Claim<'c>>,
    pub(super) strings: &'c Strings,
    pub(super) has_key: bool,
    /// The key is a temporary one.
    pub(super) needs_token: bool,
}

impl Case<'_> {
    fn header_name(&self, index: usize) -> String {
        let header = self.request.headers.get(index);
        header.map_or_else(String::new, |(name, _)| name.to_ascii_lowercase())
    }

    pub(super) fn error(&self) -> Option<Error> {
        match self.refused() {
            Some(RefusalReason::Error(error)) => Some(error),
            _ => None,
        }
    }

    pub(super) fn refused(&self) -> Option<RefusalReason> {
        match &self.judged.why {
            Why::Refused(reason) => Some(**reason),
            _ => None,
        }
    }

    pub(super) fn reasons(&self, refusal: Option<&Refusal>) -> (Vec<Reason>, Option<&'static str>) {
        let one = |cause: Cause| (Vec::from([known(cause)]), None);
        match (&self.judged.why, refusal) {
            (Why::NoRoute, _) => one(Cause::NoSuchRoute),
            (Why::Refused(reason), Some(refusal)) => match self.cause(**reason) {
                Some(cause) => one(cause),
                None => self.explained(refusal),
            },
            (Why::Denied(_), _) => {
                // Its words, with the whole ARN.
                let said = json!({ "message": self.judged.note });
                let said = said.to_string();
                taken(explain_answer(&Answer {
                    status: 403,
                    headers: &[("x-amzn-errortype", b"AccessDeniedException")],
                    body: said.as_bytes(),
                }))
            }
            _ => (Vec::new(), None),
        }
    }

    /// Where the gateway knows more than it tells.
    fn cause(&self, reason: RefusalReason) -> Option<Cause> {
        let error = match reason {
            RefusalReason::UnknownAccessKey => return Some(Cause::UnknownAccessKey),
            RefusalReason::ExpiredSessionToken => return Some(Cause::SessionTokenExpired),
            RefusalReason::WrongSessionToken => {
                let token = self
                    .claim
                    .and_then(|claim| token_of(self.request, claim, &self.policy.profile));
                return Some(match token {
                    None if self.needs_token => Cause::SessionTokenMissing,
                    _ => Cause::SessionTokenAltered,
                });
            }
            RefusalReason::Error(error) => error,
            _ => return None,
        };
        if let Some(scheme) = self.other_scheme() {
            return Some(Cause::OtherScheme { scheme });
        }
        Some(match error {
            Error::NotSigned => Cause::NotSigned,
            Error::MixedForms => Cause::TwoSignatures,
            Error::Expired { signed, now, .. } => match self.claim.map(Claim::form) {
                Some(Form::Query) => Cause::PresignedExpired,
                _ => Cause::Clock {
                    signed,
                    server: now,
                },
            },
            Error::NotYetCurrent { signed, now, .. } => Cause::Clock {
                signed,
                server: now,
            },
            Error::WrongRegion | Error::RegionNotInSet => Cause::WrongRegion {
                expected: self.policy.regions.first().map(|region| (*region).into()),
            },
            Error::WrongService => Cause::WrongService {
                expected: Some(self.policy.service.into()),
            },
            Error::ScopeDateDiffers => Cause::Date,
            Error::PayloadDiffers => Cause::PayloadHash,
            Error::AmzHeaderNotSigned { index } => {
                let name = self.header_name(index);
                if name == self.policy.profile.session_token_header {
                    Cause::SessionTokenUnsigned
                } else {
                    Cause::HeaderAdded { name }
                }
            }
            Error::ContentTypeNotSigned { index } => Cause::HeaderAdded {
                name: self.header_name(index),
            },
            Error::HostNotSigned => Cause::HeaderAdded {
                name: "host".into(),
            },
            Error::SignedHeaderMissing { index } => Cause::HeaderRemoved {
                name: (self.claim?.signed_headers().split(';').nth(index)?).into(),
            },
            _ => return None,
        })
    }

    /// Of an `Authorization` header that is no signature of AWS's.
    fn other_scheme(&self) -> Option<String> {
        let mut headers = self.request.headers.iter();
        let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
        let value = core::str::from_utf8(value).ok()?.trim();
        let (scheme, _) = value.split_once(' ')?;
        let is_word = scheme.len() <= 16 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_word.then(|| scheme.to_owned())
    }

    /// What the answer means: beside what was signed, where that is known.
    fn explained(&self, refusal: &Refusal) -> (Vec<Reason>, Option<&'static str>) {
        let body = refusal.body();
        let headers: Vec<_> = refusal.headers().collect();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let answer = Answer {
            status: refusal.status(),
            headers: &headers,
            body: body.as_bytes(),
        };
        if let (Some(sent), Some(claim)) = (&self.strings.sent, self.claim) {
            let credentials = Credentials::new(claim.access_key_id(), "");
            return taken(explain(&Sent::new(sent, &credentials), &answer));
        }
        if self.error() == Some(Error::SignatureMismatch) {
            let remedy = "check the secret access key, and that it is the access key id's; if it is, compare \
                          these lines with what the client computes: `sigv4 canonical` for the same request \
                          shows what a right one signs";
            return (Vec::from([possible(Cause::WrongSecret, remedy)]), None);
        }
        taken(explain_answer(&answer))
    }

    pub(super) fn sentence(&self, reasons: &[Reason], decided: Option<&Decided>) -> Option<String> {
        match (&self.judged.why, reasons.first()) {
            (Why::Served, _) => Some(match decided {
                Some(decided) => format!("allowed {}", decided.by),
                None => "allowed".into(),
            }),
            (Why::Fault, _) if self.judged.verdict == Verdict::Allowed => Some(format!(
                "signature and policies are right; refused for something else: {}",
                self.judged.note
            )),
            _ if self.error() == Some(Error::SignatureMismatch)
                && self.strings.sent.is_none()
                && self.claim.is_some() =>
            {
                let tried = if self.strings.is_cut_short {
                    "with those of the usual mistakes that were tried (of a long request not all are)"
                } else {
                    "with one of the usual mistakes"
                };
                Some(format!(
                    "the signature does not hold for what arrived, nor {tried}: it was made with another \
                     secret access key, for a request that was changed on the way, or in another way than \
                     the specification says"
                ))
            }
            (_, Some(reason)) => self
                .strings
                .hint
                .as_ref()
                .map(|hint| format!("{}: the signature would be right {hint}", reason.cause)),
            (_, None) => Some(self.judged.note.to_string()),
        }
    }
}
