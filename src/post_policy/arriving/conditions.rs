//! What a policy asks of a form.
//! [Conditions](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html)

use super::post_fault::PostFault;
use crate::grammar::json::push_quoted;
use crate::post_policy::field_name::{BUCKET, FILE, POLICY, SIGNATURE, begins};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One of them.
pub(crate) enum Condition {
    /// `field` as it is written, with its `$`.
    Equal {
        field: String,
        value: String,
    },
    StartsWith {
        field: String,
        prefix: String,
    },
    Length {
        minimum: u64,
        maximum: u64,
    },
}

impl Condition {
    /// `{"name": "value"}`
    pub(super) fn simple(name: &str, value: String) -> Self {
        let field = format!("${name}");
        Self::Equal { field, value }
    }

    /// The name of the field that it is about. What is written without `$` is about none.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Equal { field, .. } | Self::StartsWith { field, .. } => field.strip_prefix('$'),
            Self::Length { .. } => None,
        }
    }

    fn is_about(&self, called: &str) -> bool {
        self.name()
            .is_some_and(|name| name.eq_ignore_ascii_case(called))
    }

    /// Names without regard to case, values with. A field that is not there meets no condition.
    fn holds(&self, bucket: &str, fields: &[(&str, Cow<'_, str>)]) -> bool {
        let value = |name: &str| {
            let mut fields = fields.iter();
            let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
            let found = found.map(|(_, value)| &**value);
            if name.eq_ignore_ascii_case(BUCKET) {
                // It is the request's; a field beside it says the same.
                return Some(bucket).filter(|_| found.is_none_or(|found| found == bucket));
            }
            found
        };
        match (self, self.name()) {
            (Self::Length { .. }, _) => true, // of the file, which is to come
            (Self::Equal { value: wanted, .. }, Some(name)) => value(name) == Some(wanted),
            (Self::StartsWith { prefix, .. }, Some(name)) => {
                value(name).is_some_and(|value| begins(name, value, prefix))
            }
            (_, None) => false,
        }
    }

    /// As S3 shows it, whichever way it was written: `["eq", "$key", "a"]`.
    pub(crate) fn shown(&self) -> String {
        let (operator, field, operand) = match self {
            Self::Equal { field, value } => ("eq", field, value),
            Self::StartsWith { field, prefix } => ("starts-with", field, prefix),
            Self::Length { minimum, maximum } => {
                return format!("[\"content-length-range\", {minimum}, {maximum}]");
            }
        };
        let mut text = format!("[\"{operator}\", ");
        push_quoted(&mut text, field);
        text.push_str(", ");
        push_quoted(&mut text, operand);
        text.push(']');
        text
    }
}

/// All of them.
pub(crate) struct Conditions(pub(super) Vec<Condition>);

impl Conditions {
    pub(crate) fn get(&self, index: usize) -> Option<&Condition> {
        self.0.get(index)
    }

    /// Each condition against the form, then each field against the conditions.
    pub(super) fn check(
        &self,
        bucket: &str,
        fields: &[(&str, Cow<'_, str>)],
    ) -> Result<(), PostFault> {
        let unmet = |condition: &Condition| !condition.holds(bucket, fields);
        if let Some(index) = self.0.iter().position(unmet) {
            return Err(PostFault::ConditionFailed { index });
        }
        let uncovered = |name: &str| !self.0.iter().any(|condition| condition.is_about(name));
        // Not of a field: it is the request's, whether or not the form repeats it.
        if uncovered(BUCKET) {
            return Err(PostFault::UnboundBucket);
        }
        let extra = |(name, _): &(&str, Cow<'_, str>)| !needs_none(name) && uncovered(name);
        match fields.iter().position(extra) {
            Some(index) => Err(PostFault::ExtraField { index }),
            None => Ok(()),
        }
    }

    /// What a file may have in bytes, by all of them.
    pub(super) fn lengths(&self) -> (u64, u64) {
        self.0.iter().fold((0, u64::MAX), |(low, high), condition| {
            let &Condition::Length { minimum, maximum } = condition else {
                return (low, high);
            };
            (low.max(minimum), high.min(maximum))
        })
    }
}

/// Every other field has to be covered by a condition.
fn needs_none(name: &str) -> bool {
    const IGNORED: &str = "x-ignore-";
    let start = name.get(..IGNORED.len());
    [SIGNATURE, POLICY, FILE]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
        || start.is_some_and(|start| start.eq_ignore_ascii_case(IGNORED))
}
