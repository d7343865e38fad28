//! From an answer to its causes: what is shown first, then what is said.

use super::answer::Answer;
use super::cause::Cause;
use super::compare::{Compared, compare};
use super::difference::Difference;
use super::explanation::{Evidence, Explanation, Reason};
use super::known;
use super::remedy::remedy;
use super::said::Said;
use super::sent::Sent;
use super::words;
use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

/// What an answer means for the request that was sent.
///
/// Looked for in this order: an acceptance, the strings that the service computed, the
/// words of the answer, its code, its headers, its status. Any bytes will do as an answer;
/// of more than a mebibyte the beginning is read. The effort grows with the length of
/// answer and request (times its logarithm, where headers and parameters are sorted).
#[must_use]
pub fn explain(sent: &Sent<'_>, answer: &Answer<'_>) -> Explanation {
    reasons(Some(sent), answer)
}

/// What an answer alone means, whatever was sent.
///
/// ```
/// use sigv4::explain::{Answer, Cause, explain_answer};
///
/// let body = br#"{"message":"Credential should be scoped to correct service: 'execute-api'. "}"#;
/// let explanation = explain_answer(&Answer { status: 403, headers: &[], body });
/// let expected = Some("execute-api".into());
/// assert_eq!(*explanation.cause(), Cause::WrongService { expected });
/// ```
#[must_use]
pub fn explain_answer(answer: &Answer<'_>) -> Explanation {
    reasons(None, answer)
}

fn reasons(sent: Option<&Sent<'_>>, answer: &Answer<'_>) -> Explanation {
    if answer.is_success() {
        return shown(vec![Cause::Nothing], Vec::new());
    }
    let said = answer.read();
    if let Some(found) = sent.and_then(|sent| compare(sent, &said)) {
        let explanation = compared(found);
        let comparable = sent.is_some_and(Sent::has_region);
        return if comparable {
            explanation
        } else {
            without_comparing_signatures(explanation)
        };
    }
    if let Some(cause) = bucket_region(sent, answer, &said) {
        return shown(vec![cause], Vec::new());
    }
    let service = sent.and_then(Sent::service).or(said.service);
    let Some(row) = known::find(answer, &said, service) else {
        return unknown();
    };
    let causes = words::causes(&row, sent, &said);
    if causes.is_empty() {
        return unknown();
    }
    let kind = if row.causes.contains('|') {
        Evidence::Possible
    } else {
        Evidence::Said
    };
    let advice = Some(row.advice).filter(|advice| !advice.is_empty());
    let own = |cause: &Cause| matches!(cause, Cause::Other { .. });
    let reason = |cause: Cause| Reason {
        remedy: match advice {
            Some(advice) if own(&cause) => Cow::Borrowed(advice),
            _ => remedy(&cause),
        },
        evidence: kind,
        cause,
    };
    // The advice for a cause of the row's own is its remedy.
    let said_already = causes.len() == 1 && causes.iter().any(own);
    Explanation {
        causes: causes.into_iter().map(reason).collect(),
        differences: Vec::new(),
        advice: advice.filter(|_| !said_already),
        known: Some(row.name),
    }
}

fn shown(causes: Vec<Cause>, differences: Vec<Difference>) -> Explanation {
    let reason = |cause| Reason {
        remedy: remedy(&cause),
        evidence: Evidence::Shown,
        cause,
    };
    Explanation {
        causes: causes.into_iter().map(reason).collect(),
        differences,
        advice: None,
        known: None,
    }
}

fn compared(found: Compared) -> Explanation {
    let mut explanation = shown(found.causes, found.differences);
    if found.alternatives {
        for reason in &mut explanation.causes {
            reason.evidence = Evidence::Possible;
        }
        explanation.advice = Some(
            "the canonical requests are the same, and the scopes are not shown on both sides: \
             compare region and service of the credential first",
        );
    }
    explanation
}

/// Most signers of Version 4A come to another signature each time.
fn without_comparing_signatures(mut explanation: Explanation) -> Explanation {
    for reason in &mut explanation.causes {
        if reason.cause == Cause::WrongSecret {
            reason.remedy = Cow::Borrowed(
                "check the secret access key, and that it is the access key id's: both make the \
                 key of Signature Version 4A; two right signatures of it need not be equal, so \
                 there is nothing to compare",
            );
        }
    }
    explanation
}

/// S3 says where a bucket is with every refusal, and in nothing but this header to `HEAD`.
fn bucket_region(sent: Option<&Sent<'_>>, answer: &Answer<'_>, said: &Said) -> Option<Cause> {
    let redirected = matches!(answer.status, 301 | 302 | 307);
    if !redirected && !answer.is_refusal() {
        return None;
    }
    let there = answer.header("x-amz-bucket-region")?;
    let signed = sent.and_then(Sent::region)?;
    let expected = Some(there.trim().into());
    (there.trim() != signed && said.empty).then_some(Cause::WrongRegion { expected })
}

fn unknown() -> Explanation {
    let mut explanation = shown(vec![Cause::Unknown], Vec::new());
    for reason in &mut explanation.causes {
        reason.evidence = Evidence::Nothing;
    }
    explanation
}
