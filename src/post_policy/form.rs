//! The form that a browser sends.

use super::field_name::{BUCKET, begins, is_bound};
use super::policy_error::PostPolicyError;
use super::sizes::MAX_FORM;
use crate::grammar::text::{TOKEN, are_all_in};
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// The fields of a form whose policy is signed. With them anybody can upload until the policy
/// expires: treat it as a secret that long. `Debug` shows names only.
pub struct PostForm {
    pub(super) fields: Vec<(String, Zeroizing<String>)>,
    /// How many stand in front of those that signing writes.
    pub(super) added: usize,
    /// Name, and what the value has to be or begin with; a name once.
    pub(super) open: Vec<(String, Open)>,
    pub(super) expires_at: Option<Timestamp>,
}

/// What a policy wants of a field that is not in the form.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Open {
    Equal(String),
    StartsWith(String),
}

impl Open {
    /// The shortest value that will do.
    pub(super) fn least(&self) -> &str {
        match self {
            Self::Equal(text) | Self::StartsWith(text) => text,
        }
    }

    /// Of two on one field, the one that implies the other; none where nothing meets both.
    pub(super) fn narrower<'o>(&'o self, other: &'o Self, name: &str) -> Option<&'o Self> {
        let implies = |one: &Self, another: &Self| match (one, another) {
            (Self::Equal(text), Self::Equal(wanted)) => text == wanted,
            (Self::Equal(text), Self::StartsWith(prefix)) => begins(name, text, prefix),
            (Self::StartsWith(text), Self::StartsWith(prefix)) => text.starts_with(&**prefix),
            (Self::StartsWith(_), Self::Equal(_)) => false,
        };
        [(self, other), (other, self)]
            .into_iter()
            .find_map(|(one, another)| implies(one, another).then_some(one))
    }
}

impl PostForm {
    /// Names and values, in the order in which they are to be sent, `file` behind them.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Fields that conditions are about and that are not in the form, each with the beginning
    /// of its value: whoever sends the form has to add them, or S3 refuses it.
    pub fn to_be_filled_in(&self) -> impl Iterator<Item = (&str, &str)> {
        let open = self.open.iter();
        open.map(|(name, wanted)| (name.as_str(), wanted.least()))
    }

    /// When the policy expires; `None` of a document that was written elsewhere.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// With one more field in front, behind those that were added before, which a condition of the
    /// policy has to be about: for
    /// [`Signer::sign_post_document`](crate::Signer::sign_post_document).
    ///
    /// # Errors
    /// Of the field so much: [`PostPolicyError::InvalidFieldName`],
    /// [`PostPolicyError::InvalidFieldValue`], [`PostPolicyError::ReservedField`] of one that signing
    /// writes and of the file, [`PostPolicyError::RepeatedField`]; and
    /// [`PostPolicyError::FormTooLong`].
    pub fn with_field(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, PostPolicyError> {
        let (name, value) = (name.into(), value.into());
        let index = self.added;
        check_text(index, &name, &value)?;
        // A bucket can stand in a form, as that of the JavaScript SDK has it.
        if is_bound(&name) && !name.eq_ignore_ascii_case(BUCKET) {
            return Err(PostPolicyError::ReservedField { index });
        }
        let is_there = |earlier: &str| earlier.eq_ignore_ascii_case(&name);
        if self.fields.iter().any(|(earlier, _)| is_there(earlier)) {
            return Err(PostPolicyError::RepeatedField { index });
        }
        self.fields.insert(index, (name, Zeroizing::new(value)));
        self.added = index.saturating_add(1);
        self.check_length()?;
        Ok(self)
    }

    /// S3 counts what the sender has to fill in, too.
    pub(super) fn check_length(&self) -> Result<(), PostPolicyError> {
        let lengths = self.fields().chain(self.to_be_filled_in());
        let lengths = lengths.map(|(name, value)| name.len().saturating_add(value.len()));
        if lengths.fold(0, usize::saturating_add) > MAX_FORM {
            return Err(PostPolicyError::FormTooLong { limit: MAX_FORM });
        }
        Ok(())
    }
}

/// A browser sends a line break as CR LF, whichever it was (HTML, constructing the entry list).
pub(super) fn unsendable(value: &str) -> Option<usize> {
    value
        .bytes()
        .position(|byte| matches!(byte, b'\r' | b'\n' | 0))
}

pub(super) fn check_text(index: usize, name: &str, value: &str) -> Result<(), PostPolicyError> {
    if name.is_empty() || !are_all_in(&TOKEN, name) {
        return Err(PostPolicyError::InvalidFieldName { index });
    }
    match unsendable(value) {
        Some(position) => Err(PostPolicyError::InvalidFieldValue { index, position }),
        None => Ok(()),
    }
}

impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields().map(|(name, _)| name).collect();
        f.debug_struct("PostForm")
            .field("fields", &names)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
