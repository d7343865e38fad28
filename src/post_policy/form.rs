//! The form that a browser sends.

use super::field_name::is_bound;
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// The fields of a form whose policy is signed. With them anybody can upload until the policy
/// expires: treat it as a secret that long. `Debug` shows names only.
pub struct PostForm {
    pub(super) fields: Vec<(String, Zeroizing<String>)>,
    /// Name, and what the value has to be or begin with.
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

    /// With one more field in front, which a condition of the policy has to be about: for
    /// [`Signer::sign_post_document`](crate::Signer::sign_post_document).
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let added = self.fields.iter();
        // Those that signing writes are behind.
        let place = added.take_while(|(name, _)| !is_bound(name));
        let place = place.count();
        let field = (name.into(), Zeroizing::new(value.into()));
        self.fields.insert(place, field);
        self
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
