//! The fields of a form, as they arrived.

use super::post_fault::PostFault;
use crate::post_policy::field_name::FILE;
use crate::post_policy::sizes::MAX_FORM;
use crate::request::Header;
use alloc::string::String;
use core::fmt;

/// How many fields a form may have.
pub const MAX_FIELDS: usize = 100;

/// A form as it arrived: what stands before the file. S3 ignores what is behind.
///
/// `Debug` shows names only.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ArrivedForm<'a> {
    /// The bucket that the request is for, by its host or path.
    pub bucket: &'a str,
    /// Names and values in their order, without `file`.
    pub fields: &'a [Header<'a>],
    /// The name of the file, where its part of the form tells one: what `${filename}` stands for.
    /// Of a path, what is behind the last `/` or `\`.
    pub file_name: Option<&'a str>,
}

impl<'a> ArrivedForm<'a> {
    /// A form that is sent to a bucket.
    #[must_use]
    pub fn new(bucket: &'a str, fields: &'a [Header<'a>], file_name: Option<&'a str>) -> Self {
        Self {
            bucket,
            fields,
            file_name,
        }
    }

    /// Before anything is looked for.
    pub(super) fn check(&self) -> Result<(), PostFault> {
        let (count, limit) = (self.fields.len(), MAX_FIELDS);
        if count > limit {
            return Err(PostFault::TooManyFields { count, limit });
        }
        let lengths = self.fields.iter();
        let lengths = lengths.map(|(name, value)| name.len().saturating_add(value.len()));
        let of_file = self.file_name.unwrap_or_default().len();
        let (bytes, limit) = (lengths.fold(of_file, usize::saturating_add), MAX_FORM);
        if bytes > limit {
            return Err(PostFault::FormTooLong { limit });
        }
        for (index, (name, value)) in self.fields.iter().enumerate() {
            if name.eq_ignore_ascii_case(FILE) {
                return Err(PostFault::RepeatedFile);
            }
            let mut before = self.fields.iter().take(index);
            if before.any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
                return Err(PostFault::RepeatedField { index });
            }
            if core::str::from_utf8(value).is_err() {
                return Err(PostFault::InvalidField { index });
            }
        }
        Ok(())
    }

    /// The texts that have been checked.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let fields = self.fields.iter();
        fields.map(|&(name, value)| (name, core::str::from_utf8(value).unwrap_or_default()))
    }

    pub(crate) fn text(&self, called: &str) -> Option<&'a str> {
        let mut texts = self.texts();
        let found = texts.find(|(name, _)| name.eq_ignore_ascii_case(called));
        found.map(|(_, text)| text)
    }
}

impl fmt::Debug for ArrivedForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = String::new();
        for (name, _) in self.fields {
            names.push_str(name);
            names.push(' ');
        }
        f.debug_struct("ArrivedForm")
            .field("bucket", &self.bucket)
            .field("fields", &names.trim_end())
            .finish_non_exhaustive()
    }
}
