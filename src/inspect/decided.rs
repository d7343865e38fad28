//! What policies said about a request.

use super::record::{Filled, Judged, Seen};
use crate::gateway::reply::{Denial, Why};
use crate::gateway::state::State;
use crate::verify::claim::Claim;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

pub(super) struct Decided {
    /// As the end of a sentence: allowed …
    pub(super) by: String,
    pub(super) json: Value,
}

/// Key, action and resource of a form: of several actions the first that is not allowed.
fn asked_by<'f>(form: &'f Filled, state: &State) -> Option<(&'f str, &'static str, String)> {
    let (actions, resource) = form.asks.as_ref()?;
    let is_allowed = |action: &&str| {
        let found = state.deciding(&form.key, action, resource);
        found.is_some_and(|found| found.allows)
    };
    let refused = actions.iter().find(|action| !is_allowed(action));
    let action = refused.or(actions.first())?;
    Some((&form.key, action, resource.clone()))
}

/// `None` where they were not asked.
pub(super) fn of(
    seen: &Seen,
    judged: &Judged,
    state: &State,
    claim: Option<&Claim<'_>>,
) -> Option<Decided> {
    let decision = match judged.why {
        Why::Served | Why::Fault if judged.proven => "allowed",
        Why::Denied(Denial::Explicit) => "explicit_deny",
        Why::Denied(_) => "implicit_deny",
        _ => return None,
    };
    let (key, action, resource) = if let Some(form) = &judged.form {
        asked_by(form, state)?
    } else {
        let (action, resource) = state.asked(&seen.head.parts()?)?;
        (claim?.access_key_id(), action, resource)
    };
    let deciding = match judged.why {
        // That of another account has statements of its own, which are not what is missing.
        Why::Denied(Denial::NoResourcePolicy) => None,
        _ => state.deciding(key, action, &resource),
    };
    let kind = match judged.why {
        Why::Denied(Denial::NoResourcePolicy) => "resource",
        _ => "identity",
    };
    let number = |number: usize| number.saturating_add(1);
    let by = match &deciding {
        Some(found) => format!(
            "by statement {} of policy {}",
            number(found.statement),
            number(found.policy)
        ),
        None => "by a policy".into(),
    };
    let note = match (decision, &deciding) {
        ("allowed", _) => format!("allowed {by}, and no statement denies it"),
        ("explicit_deny", Some(_)) => format!("denied {by}: a denial is stronger than whatever allows"),
        (_, _) if kind == "resource" => {
            "the caller is of another account: a policy of the API would have to allow it, and there is none"
                .into()
        }
        _ => "no statement of any of the caller's policies is about this".into(),
    };
    let json = json!({
        "decision": decision,
        "kind": kind,
        "action": action,
        "resource": resource,
        "principal": state.caller(key),
        "document": deciding.as_ref().map(|found| found.policy),
        "statement": deciding.as_ref().map(|found| found.statement),
        "effect": deciding.as_ref().map(|found| if found.allows { "Allow" } else { "Deny" }),
        "text": deciding.as_ref().map(|found| found.text.as_str()),
        "note": note,
    });
    Some(Decided { by, json })
}
