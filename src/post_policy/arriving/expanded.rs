//! The name of the file put into fields.
//! [Form fields](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html)

use super::arrived_form::ArrivedForm;
use crate::post_policy::field_name::{FILENAME, is_bound};
use alloc::borrow::Cow;

/// Every field, with the file's name wherever `${filename}` stands, before any condition is looked at.
/// Where the file has no name, S3 leaves it as it is; what is signed is never touched.
pub(super) fn expanded<'a>(
    form: &ArrivedForm<'a>,
) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    let file_name = form.file_name.map(last_part);
    form.texts().map(move |(name, text)| match file_name {
        Some(file_name) if !is_bound(name) && text.contains(FILENAME) => {
            (name, text.replace(FILENAME, file_name).into())
        }
        _ => (name, text.into()),
    })
}

/// Some browsers told the whole path.
fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
