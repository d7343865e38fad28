//! What policies decide about a request.
//! [Evaluation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)

use super::document::{Effect, PolicyDocument};

/// The action that API Gateway asks IAM about when a method is called.
pub const INVOKE: &str = "execute-api:Invoke";

/// What the policies of a caller say about one action on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement applies.
    ImplicitDeny,
}

impl Decision {
    /// Evaluates all policies of a caller together: everything is denied by default, an
    /// applicable Allow overrides that, an applicable Deny overrides every Allow.
    #[must_use]
    pub fn of<'a>(
        policies: impl IntoIterator<Item = &'a PolicyDocument>,
        action: &str,
        resource: &str,
    ) -> Self {
        // Action names have no case; the patterns are in lower case already.
        let action = action.to_ascii_lowercase();
        let mut decision = Self::ImplicitDeny;
        for statement in policies.into_iter().flat_map(|policy| &policy.statements) {
            if statement.applies(&action, resource) {
                match statement.effect {
                    Effect::Deny => return Self::ExplicitDeny,
                    Effect::Allow => decision = Self::Allowed,
                }
            }
        }
        decision
    }
}

impl PolicyDocument {
    /// What this document says by itself. See [`Decision::of`].
    #[must_use]
    pub fn evaluate(&self, action: &str, resource: &str) -> Decision {
        Decision::of([self], action, resource)
    }
}
