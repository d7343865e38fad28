//! What a form proves.

use super::post_fault::PostFault;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

/// A form whose signature holds and that meets its policy, all but the file, which is still to come.
/// There is no other way to have one than [`PostClaim::verify`](super::super::PostClaim::verify).
///
/// `Debug` shows neither the session token nor the fields.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedPost<'a> {
    /// Whose key made the signature. What they are allowed to do is another question.
    pub access_key_id: &'a str,
    /// What the key is good for.
    pub scope: Scope<'a>,
    /// The session token that came along. Check that it belongs to the key, and that it has not
    /// expired.
    pub session_token: Option<&'a str>,
    /// The bucket of the request.
    pub bucket: &'a str,
    /// The key of the object, with the name of the file in it.
    pub key: Cow<'a, str>,
    /// When the policy expires.
    pub expires_at: Timestamp,
    /// How many bytes the file has at least.
    pub minimum_length: u64,
    /// How many bytes the file has at most.
    pub maximum_length: u64,
    pub(super) fields: Vec<(&'a str, Cow<'a, str>)>,
}

impl VerifiedPost<'_> {
    /// Every field in its order, with the name of the file in it. Those whose names begin with
    /// `x-ignore-` are proven by nothing.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (*name, &**value))
    }

    /// The value of a field, whatever the case of its name.
    #[must_use]
    pub fn field(&self, called: &str) -> Option<&str> {
        let mut fields = self.fields();
        let found = fields.find(|(name, _)| name.eq_ignore_ascii_case(called));
        found.map(|(_, value)| value)
    }

    /// Whether the file may have `length` bytes so far. To be asked as bytes arrive, so that no
    /// more of it is read than the policy allows.
    ///
    /// # Errors
    /// [`PostFault::FileTooLong`].
    pub fn check_so_far(&self, length: u64) -> Result<(), PostFault> {
        let maximum = self.maximum_length;
        if length > maximum {
            return Err(PostFault::FileTooLong { maximum });
        }
        Ok(())
    }

    /// Whether the file may have `length` bytes in all.
    ///
    /// # Errors
    /// [`PostFault::FileTooShort`], [`PostFault::FileTooLong`].
    pub fn check_length(&self, length: u64) -> Result<(), PostFault> {
        let minimum = self.minimum_length;
        if length < minimum {
            return Err(PostFault::FileTooShort { length, minimum });
        }
        self.check_so_far(length)
    }
}

impl fmt::Debug for VerifiedPost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPost")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope)
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
