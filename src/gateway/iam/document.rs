//! IAM policy documents.
//! [Grammar](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html)
//!
//! Whatever this module does not evaluate it refuses to read: an ignored `Condition`, a
//! misspelt element or an unresolved variable would allow more than the document says.

use super::fault::{PolicyError, PolicyFault};
use super::pattern::Pattern;
use super::version::Version;
use crate::gateway::located::{self, Node};
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

/// An identity-based policy: what a principal may do.
///
/// ```
/// use sigv4::gateway::{Decision, INVOKE, PolicyDocument};
///
/// let policy = PolicyDocument::from_json(r#"{ "Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "execute-api:Invoke",
///     "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/*" } }"#)?;
/// let arn = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/items";
/// assert_eq!(policy.evaluate(INVOKE, arn), Decision::Allowed);
/// # Ok::<(), sigv4::gateway::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    pub(super) statements: Vec<Statement>,
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
        Self::read(&Node::root(&located::parse(text)?))
    }

    pub(in crate::gateway) fn read(document: &Node<'_>) -> Result<Self, PolicyError> {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    actions: Patterns,
    resources: Patterns,
    #[cfg(feature = "inspect")]
    written: Written,
}

/// How a statement is written, which makes no difference.
#[cfg(feature = "inspect")]
#[derive(Clone, Debug)]
struct Written(String);

#[cfg(feature = "inspect")]
impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(feature = "inspect")]
impl Eq for Written {}

impl Statement {
    /// In JSON.
    #[cfg(feature = "inspect")]
    pub(super) fn text(&self) -> &str {
        &self.written.0
    }

    pub(super) fn applies(&self, action: &str, resource: &str) -> bool {
        self.actions.include(action) && self.resources.include(resource)
    }

    /// Whether it is about every action of a service on every resource.
    #[cfg(feature = "proxy")]
    pub(super) fn is_about_all_of(&self, service: &str) -> bool {
        let all = |action: &Pattern| action.is_every_action_of(service);
        self.actions.have(all) && self.resources.have(Pattern::is_every_resource)
    }

    /// Whether it may be about an action of a service that is not known, by whatever name IAM has the
    /// service. Only of these two is that name known to be what requests are signed for.
    #[cfg(feature = "proxy")]
    pub(super) fn may_be_about(&self, service: &str) -> bool {
        const KNOWN: [&str; 2] = ["execute-api", "s3"];
        let may = |action: &Pattern| match action.service() {
            Some(named) if KNOWN.contains(&service) => named == service,
            Some(named) => !KNOWN.contains(&&*named),
            None => true,
        };
        self.actions.negated || self.actions.list.iter().any(may)
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
            #[cfg(feature = "inspect")]
            written: Written(statement.json()),
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
    /// One of what is named is like this.
    #[cfg(feature = "proxy")]
    fn have(&self, is: impl Fn(&Pattern) -> bool) -> bool {
        !self.negated && self.list.iter().any(is)
    }

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
