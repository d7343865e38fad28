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

impl Decision {
    /// The same of a request of which nobody knows which of a service's actions it needs, and on what.
    /// `service` is the name that requests are signed for, which IAM does not have for all services
    /// (`monitoring` is `cloudwatch` to it): what allows has to name it, or everything, and on every
    /// resource; what denies counts wherever it could be about it.
    #[cfg(feature = "proxy")]
    #[must_use]
    pub(crate) fn of_any_action<'a>(
        policies: impl IntoIterator<Item = &'a PolicyDocument>,
        service: &str,
    ) -> Self {
        let mut decision = Self::ImplicitDeny;
        for statement in policies.into_iter().flat_map(|policy| &policy.statements) {
            match statement.effect {
                Effect::Deny if statement.may_be_about(service) => return Self::ExplicitDeny,
                Effect::Allow if statement.is_about_all_of(service) => decision = Self::Allowed,
                Effect::Allow | Effect::Deny => {}
            }
        }
        decision
    }
}

/// The statement that decides: the first that denies, else the first that allows.
#[cfg(feature = "inspect")]
pub(crate) struct Deciding {
    /// Number of its policy, and its own in it, from 0.
    pub(crate) policy: usize,
    pub(crate) statement: usize,
    pub(crate) allows: bool,
    /// As it is written, in JSON.
    pub(crate) text: alloc::string::String,
}

/// `None` where no statement applies.
#[cfg(feature = "inspect")]
pub(crate) fn deciding(
    policies: &[PolicyDocument],
    action: &str,
    resource: &str,
) -> Option<Deciding> {
    let action = action.to_ascii_lowercase();
    let mut found = None;
    for (policy, document) in policies.iter().enumerate() {
        for (statement, one) in document.statements.iter().enumerate() {
            let allows = one.effect == Effect::Allow;
            if !one.applies(&action, resource) || found.is_some() && allows {
                continue;
            }
            let deciding = Deciding {
                policy,
                statement,
                allows,
                text: one.text().into(),
            };
            if !allows {
                return Some(deciding);
            }
            found = Some(deciding);
        }
    }
    found
}

impl PolicyDocument {
    /// What this document says by itself. See [`Decision::of`].
    #[must_use]
    pub fn evaluate(&self, action: &str, resource: &str) -> Decision {
        Decision::of([self], action, resource)
    }
}

#[cfg(all(test, feature = "proxy"))]
mod tests {
    use super::Decision::{self, Allowed, ExplicitDeny, ImplicitDeny};
    use super::PolicyDocument;
    use alloc::format;

    /// What is not certain is not allowed.
    #[test]
    fn an_action_that_nobody_knows() {
        for (service, statement, expected) in [
            (
                "es",
                r#""Allow", "Action": "es:*", "Resource": "*""#,
                Allowed,
            ),
            (
                "es",
                r#""Allow", "Action": "ES:*", "Resource": "*""#,
                Allowed,
            ),
            (
                "es",
                r#""Allow", "Action": ["s3:*", "*"], "Resource": ["arn:aws:es:*", "*"]"#,
                Allowed,
            ),
            (
                "es",
                r#""Allow", "Action": "es:*", "Resource": "arn:aws:es:*:*:*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "Action": "es:ESHttp*", "Resource": "*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "Action": "es:?*", "Resource": "*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "Action": "e*:*", "Resource": "*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "Action": "s3:*", "Resource": "*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "NotAction": "s3:*", "Resource": "*""#,
                ImplicitDeny,
            ),
            (
                "es",
                r#""Allow", "Action": "es:*", "NotResource": "arn:aws:s3:::a""#,
                ImplicitDeny,
            ),
            (
                "monitoring",
                r#""Allow", "Action": "cloudwatch:*", "Resource": "*""#,
                ImplicitDeny,
            ),
        ] {
            let Ok(policy) = PolicyDocument::from_json(&format!(
                r#"{{"Statement": {{"Effect": {statement}}}}}"#
            )) else {
                // No action is named so.
                assert!(statement.contains("e*:*"), "{statement}");
                continue;
            };
            assert_eq!(
                Decision::of_any_action([&policy], service),
                expected,
                "{statement}"
            );
        }
    }

    #[test]
    fn no_deny_of_such_an_action_is_overlooked() {
        let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
        for (service, deny, expected) in [
            (
                "es",
                r#""Action": "es:ESHttpDelete", "Resource": "arn:aws:es:*:*:domain/a""#,
                ExplicitDeny,
            ),
            (
                "es",
                r#""Action": "*", "Resource": "arn:aws:s3:::a""#,
                ExplicitDeny,
            ),
            (
                "es",
                r#""NotAction": "s3:*", "Resource": "*""#,
                ExplicitDeny,
            ),
            (
                "monitoring",
                r#""Action": "cloudwatch:PutMetricData", "Resource": "*""#,
                ExplicitDeny,
            ),
            (
                "es",
                r#""Action": "s3:DeleteObject", "Resource": "*""#,
                Allowed,
            ),
            (
                "es",
                r#""Action": ["s3:*", "es:*"], "Resource": "*""#,
                ExplicitDeny,
            ),
            (
                "s3",
                r#""Action": "s3:Put*", "Resource": "*""#,
                ExplicitDeny,
            ),
            ("s3", r#""Action": "es:*", "Resource": "*""#, Allowed),
        ] {
            let text = format!(r#"{{"Statement": [{allow}, {{"Effect": "Deny", {deny}}}]}}"#);
            let policy = PolicyDocument::from_json(&text).unwrap();
            assert_eq!(
                Decision::of_any_action([&policy], service),
                expected,
                "{deny}"
            );
        }
    }
}
