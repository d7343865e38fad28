//! IAM policy documents, and what they decide about a request.
//! [Grammar](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html),
//! [evaluation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)
//!
//! Whatever this module does not evaluate it refuses to read: an ignored `Condition`, a
//! misspelt element or an unresolved variable would allow more than the document says.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::json::{self, Node};
pub use super::json::{At, JsonFault};
use super::pattern::Pattern;

/// The action that API Gateway asks IAM about when a method is called.
pub const INVOKE: &str = "execute-api:Invoke";

/// What is wrong with a policy document, and where.
pub type PolicyError = At<PolicyFault>;

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

/// An identity-based policy: what a principal may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// Reads a policy document.
    ///
    /// `Condition`, `Principal`, `NotPrincipal`, policy variables such as
    /// `${aws:username}` and unknown elements are refused, never ignored.
    ///
    /// # Errors
    /// A [`PolicyFault`] and its place, for example `Statement[1].Condition`.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        Self::read(&Node::root(&json::parse(text)?))
    }

    /// What this document says by itself. See [`Decision::of`].
    #[must_use]
    pub fn evaluate(&self, action: &str, resource: &str) -> Decision {
        Decision::of([self], action, resource)
    }

    pub(super) fn read(document: &Node<'_>) -> Result<Self, PolicyError> {
        document.keys(&["Version", "Id", "Statement"])?;
        let version = Version::read(document.get("Version"))?;
        if let Some(id) = document.get("Id") {
            id.text()?;
        }
        let mut sids = BTreeSet::new();
        let mut statements = Vec::new();
        for statement in &document.require("Statement")?.one_or_more()? {
            statements.push(Statement::read(statement, version)?);
            check_sid(statement, &mut sids)?;
        }
        Ok(Self { statements })
    }
}

/// A `Sid` has letters and digits, and no other statement of the document has it.
fn check_sid(statement: &Node<'_>, sids: &mut BTreeSet<String>) -> Result<(), PolicyError> {
    let Some(sid) = statement.get("Sid") else {
        return Ok(());
    };
    let text = sid.text()?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(sid.at(PolicyFault::InvalidSid));
    }
    if !text.is_empty() && !sids.insert(text.into()) {
        return Err(sid.at(PolicyFault::RepeatedSid));
    }
    Ok(())
}

/// The version of the policy language.
#[derive(Clone, Copy)]
pub(super) enum Version {
    /// Has no variables: `${` is text like any other. The default.
    V2008,
    V2012,
}

impl Version {
    fn read(version: Option<Node<'_>>) -> Result<Self, PolicyError> {
        let Some(version) = version else {
            return Ok(Self::V2008);
        };
        match version.text()? {
            "2008-10-17" => Ok(Self::V2008),
            "2012-10-17" => Ok(Self::V2012),
            _ => Err(version.at(PolicyFault::UnsupportedVersion)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    effect: Effect,
    actions: Patterns,
    resources: Patterns,
}

impl Statement {
    fn applies(&self, action: &str, resource: &str) -> bool {
        self.actions.include(action) && self.resources.include(resource)
    }

    fn read(statement: &Node<'_>, version: Version) -> Result<Self, PolicyError> {
        for name in ["Condition", "Principal", "NotPrincipal"] {
            if let Some(element) = statement.get(name) {
                return Err(element.at(PolicyFault::UnsupportedElement));
            }
        }
        statement.keys(&[
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
        ])?;
        let effect = statement.require("Effect")?;
        let effect = match effect.text()? {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            _ => return Err(effect.at(PolicyFault::InvalidEffect)),
        };
        Ok(Self {
            effect,
            actions: Patterns::read(statement, "Action", "NotAction", Pattern::action)?,
            resources: Patterns::read(statement, "Resource", "NotResource", |arn| {
                Pattern::resource(arn, version)
            })?,
        })
    }
}

/// `Action` and `Resource` name what a statement is about; `NotAction` and `NotResource`
/// name what it is not about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    negated: bool,
    list: Vec<Pattern>,
}

impl Patterns {
    fn include(&self, text: &str) -> bool {
        self.list.iter().any(|pattern| pattern.matches(text)) != self.negated
    }

    fn read(
        statement: &Node<'_>,
        plain: &'static str,
        not: &'static str,
        pattern: impl Fn(&str) -> Result<Pattern, PolicyFault>,
    ) -> Result<Self, PolicyError> {
        let (negated, element) = match (statement.get(plain), statement.get(not)) {
            (Some(element), None) => (false, element),
            (None, Some(element)) => (true, element),
            (Some(_), Some(_)) => return Err(statement.at(PolicyFault::Both { plain, not })),
            (None, None) => return Err(statement.at(PolicyFault::Neither { plain, not })),
        };
        let read = |item: &Node<'_>| pattern(item.text()?).map_err(|fault| item.at(fault));
        let list: Result<Vec<_>, _> = element.one_or_more()?.iter().map(read).collect();
        Ok(Self {
            negated,
            list: list?,
        })
    }
}

/// What is wrong with a policy document. No variant has text from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyFault {
    /// It is not JSON, or not of the right shape.
    Json(JsonFault),
    /// The version is neither `2012-10-17` nor `2008-10-17`.
    UnsupportedVersion,
    /// `Condition` is not evaluated here; `Principal` and `NotPrincipal` do not belong into an
    /// identity-based policy.
    UnsupportedElement,
    /// A `Sid` has other characters than letters and digits.
    InvalidSid,
    /// Another statement of the document has the same `Sid`.
    RepeatedSid,
    /// The effect is neither `Allow` nor `Deny`.
    InvalidEffect,
    /// A statement has an element and its negation.
    Both {
        /// `Action` or `Resource`.
        plain: &'static str,
        /// `NotAction` or `NotResource`.
        not: &'static str,
    },
    /// A statement has neither an element nor its negation.
    Neither {
        /// `Action` or `Resource`.
        plain: &'static str,
        /// `NotAction` or `NotResource`.
        not: &'static str,
    },
    /// An action is neither `*` nor of the form `service:Name`, wildcards in the name only.
    InvalidAction,
    /// A resource is neither `*` nor `arn:partition:service:region:account:resource`.
    InvalidArn,
    /// The partition or the service of a resource has a wildcard.
    WildcardInArn,
    /// A resource has a policy variable other than `${*}`, `${?}` and `${$}`.
    UnsupportedVariable,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(fault) => return fault.fmt(f),
            Self::Both { plain, not } => return write!(f, "both {plain} and {not}"),
            Self::Neither { plain, not } => return write!(f, "neither {plain} nor {not}"),
            Self::UnsupportedVersion => "neither \"2012-10-17\" nor \"2008-10-17\"",
            Self::UnsupportedElement => "this element is not supported, and cannot be ignored",
            Self::InvalidSid => "a Sid has only letters and digits",
            Self::RepeatedSid => "another statement has the same Sid",
            Self::InvalidEffect => "neither \"Allow\" nor \"Deny\"",
            Self::InvalidAction => "neither \"*\" nor of the form \"service:Name\"",
            Self::InvalidArn => {
                "neither \"*\" nor of the form \"arn:partition:service:region:account:resource\""
            }
            Self::WildcardInArn => "a wildcard in the partition or the service of an ARN",
            Self::UnsupportedVariable => {
                "policy variables are not supported, and cannot be ignored"
            }
        })
    }
}

impl From<At<JsonFault>> for PolicyError {
    fn from(At { place, fault }: At<JsonFault>) -> Self {
        Self {
            place,
            fault: PolicyFault::Json(fault),
        }
    }
}
