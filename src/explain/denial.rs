//! "… is not authorized to perform …": who, what, on what, and by which kind of policy.
//!
//! [Troubleshoot access denied error messages](https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html)

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a service says of a call that policies do not let through.
///
/// ```
/// use sigv4::explain::{Answer, Cause, PolicyKind, explain_answer};
///
/// let body = br#"{"Message":"User: arn:aws:iam::123456789012:user/Eve is not authorized to
///     perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:123456789012:a/prod/GET/items
///     because no identity-based policy allows the execute-api:Invoke action"}"#;
/// let explanation = explain_answer(&Answer { status: 403, headers: &[], body });
/// let Cause::NotAuthorized(denial) = explanation.cause() else { panic!() };
/// assert_eq!(denial.action.as_deref(), Some("execute-api:Invoke"));
/// assert_eq!(denial.policy, Some(PolicyKind::Identity));
/// assert!(denial.statement().unwrap().contains("\"Effect\": \"Allow\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denial {
    /// Whom the service knows the caller to be; then the signature was right.
    pub principal: Option<String>,
    /// For example `execute-api:Invoke`.
    pub action: Option<String>,
    /// An ARN, or what the service has instead.
    pub resource: Option<String>,
    /// Which kind of policy decided, where the service says it.
    pub policy: Option<PolicyKind>,
    /// A statement denies the call; otherwise none allows it.
    pub explicit: bool,
}

/// The kinds of policies that can keep a call from being made.
/// [Policy evaluation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyKind {
    /// Of the caller: a user, a group or a role.
    Identity,
    /// Of what is called: an API, a function, a bucket.
    Resource,
    /// Given when the role was assumed.
    Session,
    /// The most that a user or role can be allowed.
    Boundary,
    /// Of the organisation, for its accounts.
    ServiceControl,
    /// Of the organisation, for its resources.
    ResourceControl,
    /// Of the VPC endpoint that the call went through.
    VpcEndpoint,
}

impl PolicyKind {
    const ALL: [Self; 7] = [
        Self::Identity,
        Self::Resource,
        Self::Session,
        Self::Boundary,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
    ];

    /// As IAM writes it.
    fn text(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::Session => "session policy",
            Self::Boundary => "permissions boundary",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::VpcEndpoint => "VPC endpoint policy",
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::Identity => "an",
            _ => "a",
        }
    }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Denial {
    /// Reads the first message that says it.
    pub(super) fn read(messages: &[String]) -> Self {
        // Line breaks can be anywhere in it.
        let mut said = messages.iter().map(|message| {
            let words: Vec<&str> = message.split_whitespace().collect();
            words.join(" ")
        });
        let Some(message) = said.find(|message| message.contains("not authorized to perform"))
        else {
            return Self::default();
        };
        let (before, after) = message
            .split_once("not authorized to perform")
            .unwrap_or((&message, ""));
        let after = after.trim_start_matches(':').trim_start();
        let (what, reason) = split_reason(after);
        let (action, resource) = what.split_once(" on resource:").unwrap_or((what, ""));
        let known = |text: &str| {
            let text = text.trim().trim_end_matches('.').trim_matches(['"', '\'']);
            Some(String::from(text)).filter(|text| !text.is_empty())
        };
        Self {
            principal: principal(before),
            action: known(action).filter(|action| is_action(action)),
            resource: known(resource),
            policy: PolicyKind::ALL
                .into_iter()
                .find(|kind| reason.contains(kind.text())),
            explicit: reason.contains("explicit deny"),
        }
    }

    /// A statement for the policy that allows too little; `None` where a statement denies
    /// the call (then another one does not help), or where action or ARN are not told.
    #[must_use]
    pub fn statement(&self) -> Option<String> {
        let action = self.action.as_deref().filter(|_| !self.explicit)?;
        let resource = self.resource.as_deref().filter(|arn| is_arn(arn))?;
        let principal = match (self.policy, self.principal.as_deref()) {
            (Some(PolicyKind::Resource), Some(arn)) if is_arn(arn) => {
                format!("\"Principal\": {{\"AWS\": \"{arn}\"}}, ")
            }
            (Some(PolicyKind::Resource | PolicyKind::VpcEndpoint), None | Some(_)) => {
                return None;
            }
            _ => String::new(),
        };
        Some(format!(
            "{{\"Effect\": \"Allow\", {principal}\"Action\": \"{action}\", \
             \"Resource\": \"{resource}\"}}"
        ))
    }
}

/// `because no … allows …` and `with an explicit deny …` come last.
fn split_reason(text: &str) -> (&str, &str) {
    let at = ["because ", "with an explicit deny"]
        .into_iter()
        .filter_map(|start| text.find(start))
        .min();
    text.split_at(at.unwrap_or(text.len()))
}

/// `User: ARN is `
fn principal(before: &str) -> Option<String> {
    let (_, name) = before.split_once("User: ")?;
    let name = name.trim().trim_end_matches(" is").trim();
    Some(name.into()).filter(|_| name != "anonymous" && !name.is_empty())
}

/// `service:Name`
fn is_action(text: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-*".contains(&byte);
    text.split_once(':').is_some_and(|(service, name)| {
        !service.is_empty() && !name.is_empty() && service.bytes().chain(name.bytes()).all(token)
    })
}

/// Nothing in it that would end a JSON string.
fn is_arn(text: &str) -> bool {
    let plain = |char: char| !char.is_control() && !char.is_whitespace() && !"\"\\".contains(char);
    text.starts_with("arn:") && text.chars().all(plain)
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(principal) = &self.principal {
            write!(
                f,
                "the signature is right, the service knows the caller ({principal}); "
            )?;
        }
        match (self.explicit, self.policy) {
            (true, Some(kind)) => write!(f, "{} {kind} denies ", kind.article())?,
            (true, None) => f.write_str("a policy denies ")?,
            (false, Some(kind)) => write!(f, "no {kind} allows ")?,
            (false, None) => f.write_str("no policy allows ")?,
        }
        f.write_str(self.action.as_deref().unwrap_or("the call"))?;
        match &self.resource {
            Some(resource) => write!(f, " on {resource}"),
            None => Ok(()),
        }
    }
}
