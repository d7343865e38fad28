//! What a policy is made of, and whether it makes sense.

use super::bucket_name::{invalid_at, is_label};
use super::field_name::{FILENAME, KEY, begins, is_bound, is_reserved};
use super::form::{Open, check_text, unsendable};
use super::policy_error::PostPolicyError;
use super::sizes::MAX_KEY;
use crate::endpoint::suffix_of;
use crate::error::Error;
use crate::request::timestamp::Timestamp;
use crate::sign::presign::MAX_EXPIRES;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;
use core::time::Duration;

/// What may be uploaded, to where, and until when; to be signed by
/// [`Signer::sign_post_policy`](crate::Signer::sign_post_policy). Everything is checked then.
///
/// Conditions stand in the policy in the order of the calls, those for bucket, key and what signing
/// writes behind them, as botocore has them.
#[derive(Clone)]
pub struct PostPolicy {
    pub(super) bucket: String,
    pub(super) key: String,
    expires: Duration,
    credentials_end: Option<Timestamp>,
    pub(super) parts: Vec<Part>,
}

#[derive(Clone)]
pub(super) enum Part {
    Field { name: String, value: String },
    Condition { name: String, wanted: Open },
    Length { minimum: u64, maximum: u64 },
}

impl PostPolicy {
    /// An upload to one key of a bucket, for `expires` (1 second to 7 days, in whole seconds: the
    /// life of a signing key). With `${filename}` at the end of the key, S3 puts the name of the
    /// file there, and the key may be any that begins with what is before.
    #[must_use]
    pub fn new(bucket: impl Into<String>, key: impl Into<String>, expires: Duration) -> Self {
        Self {
            bucket: bucket.into(),
            key: key.into(),
            expires,
            credentials_end: None,
            parts: Vec::new(),
        }
    }

    /// A field of the form, with the condition that it has this value: S3 refuses a field without
    /// a condition. With `${filename}` at the end of the value, that it begins with what is
    /// before.
    #[must_use]
    pub fn field(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.with(Part::Field { name, value })
    }

    /// The condition that a field has this value, which whoever sends the form adds.
    #[must_use]
    pub fn eq(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let wanted = Open::Equal(value.into());
        self.with(Part::Condition {
            name: name.into(),
            wanted,
        })
    }

    /// The condition that a field begins so, which whoever sends the form adds; with an empty
    /// prefix, that it is there. Of a `Content-Type` with commas, each part has to begin so.
    #[must_use]
    pub fn starts_with(self, name: impl Into<String>, prefix: impl Into<String>) -> Self {
        let wanted = Open::StartsWith(prefix.into());
        self.with(Part::Condition {
            name: name.into(),
            wanted,
        })
    }

    /// The condition that the file has so many bytes, both bounds included.
    #[must_use]
    pub fn content_length_range(self, range: RangeInclusive<u64>) -> Self {
        let (minimum, maximum) = range.into_inner();
        self.with(Part::Length { minimum, maximum })
    }

    /// The policy does not outlive the credentials that sign it, which end then.
    #[must_use]
    pub fn credentials_end(mut self, at: Timestamp) -> Self {
        self.credentials_end = Some(at);
        self
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Where the form is sent: `https://BUCKET.s3.REGION.amazonaws.com/`, or with the bucket as a
    /// path where its name would not fit into one of the certificate's. `None` for what is no
    /// region of AWS's.
    #[must_use]
    pub fn url(&self, region: &str) -> Option<String> {
        let domain = suffix_of(region, false)?;
        let bucket = &self.bucket;
        Some(if self.is_bucket_in_host() {
            format!("https://{bucket}.s3.{region}.{domain}/")
        } else {
            format!("https://s3.{region}.{domain}/{bucket}")
        })
    }

    /// Whether the name of the bucket can stand in a host, one label of it: a wildcard of a certificate
    /// covers no more.
    #[must_use]
    pub fn is_bucket_in_host(&self) -> bool {
        is_label(&self.bucket)
    }

    pub(super) fn check(&self) -> Result<(), PostPolicyError> {
        if let Some(position) = invalid_at(&self.bucket) {
            return Err(PostPolicyError::InvalidBucket { position });
        }
        if self.key.is_empty() {
            return Err(PostPolicyError::EmptyKey);
        }
        if let Some(position) = unsendable(&self.key) {
            return Err(PostPolicyError::InvalidKey { position });
        }
        if !is_filename_last(&self.key) {
            return Err(PostPolicyError::KeyFilenameNotLast);
        }
        let given = self.key.strip_suffix(FILENAME).unwrap_or(&self.key);
        if given.len() > MAX_KEY {
            return Err(PostPolicyError::KeyTooLong { limit: MAX_KEY });
        }
        let mut has_range = false;
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Field { name, value } => {
                    check_text(index, name, value)?;
                    if is_reserved(name) {
                        return Err(PostPolicyError::ReservedField { index });
                    }
                    if !is_filename_last(value) {
                        return Err(PostPolicyError::FilenameNotLast { index });
                    }
                    let mut before = self.parts.iter().take(index);
                    if before.any(|part| part.is_field(name)) {
                        return Err(PostPolicyError::RepeatedField { index });
                    }
                }
                Part::Condition { name, wanted } => {
                    check_text(index, name, wanted.least())?;
                    if is_bound(name) {
                        return Err(PostPolicyError::ReservedField { index });
                    }
                    let value = self.value(name);
                    if value.is_some_and(|value| !is_met(name, wanted, value)) {
                        return Err(PostPolicyError::Unmet { index });
                    }
                    let mut before = self.parts.iter().take(index);
                    if before.any(|part| part.contradicts(name, wanted)) {
                        return Err(PostPolicyError::Unmet { index });
                    }
                }
                Part::Length { .. } if has_range => {
                    return Err(PostPolicyError::RepeatedRange { index });
                }
                &Part::Length { minimum, maximum } if minimum > maximum => {
                    return Err(PostPolicyError::EmptyRange { minimum, maximum });
                }
                Part::Length { .. } => has_range = true,
            }
        }
        Ok(())
    }

    /// Of a field of the form.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        if name.eq_ignore_ascii_case(KEY) {
            return Some(&self.key);
        }
        self.parts.iter().find_map(|part| match part {
            Part::Field { name: of, value } if of.eq_ignore_ascii_case(name) => Some(&**value),
            _ => None,
        })
    }

    pub(super) fn expiration(&self, at: Timestamp) -> Result<Timestamp, PostPolicyError> {
        let (seconds, limit) = (self.expires.as_secs(), MAX_EXPIRES);
        // Up to the next whole second, so that seven days and a moment are too long.
        let seconds = seconds.saturating_add(u64::from(self.expires.subsec_nanos() > 0));
        if !(1..=limit).contains(&seconds) {
            return Err(Error::ExpiresOutOfRange { seconds, limit }.into());
        }
        let after = i64::try_from(seconds).unwrap_or(i64::MAX);
        let end = Timestamp::from_unix(at.unix().saturating_add(after))?;
        match self.credentials_end {
            Some(ended) if ended <= at => Err(PostPolicyError::CredentialsEnded { ended, at }),
            Some(credentials_end) => Ok(end.min(credentials_end)),
            None => Ok(end),
        }
    }
}

impl Part {
    fn is_field(&self, called: &str) -> bool {
        matches!(self, Self::Field { name, .. } if name.eq_ignore_ascii_case(called))
    }

    /// Whether this is a condition on the same field that nothing meets beside `other`.
    fn contradicts(&self, called: &str, other: &Open) -> bool {
        match self {
            Self::Condition { name, wanted } if name.eq_ignore_ascii_case(called) => {
                wanted.narrower(other, name).is_none()
            }
            _ => false,
        }
    }
}

fn is_filename_last(value: &str) -> bool {
    !value
        .strip_suffix(FILENAME)
        .unwrap_or(value)
        .contains(FILENAME)
}

/// Whether a value is sure to meet a condition; of one with the file's name, what is before counts.
fn is_met(name: &str, wanted: &Open, value: &str) -> bool {
    match (wanted, value.strip_suffix(FILENAME)) {
        (Open::Equal(wanted), Some(before)) => wanted.starts_with(before),
        (Open::Equal(wanted), None) => wanted == value,
        (Open::StartsWith(prefix), Some(before)) => {
            before.starts_with(&**prefix) || prefix.starts_with(before)
        }
        (Open::StartsWith(prefix), None) => begins(name, value, prefix),
    }
}

impl fmt::Debug for PostPolicy {
    /// Without values, which can be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostPolicy")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
