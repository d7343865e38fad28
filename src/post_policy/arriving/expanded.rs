//! The name of the file put into fields.
//! [Form fields](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html)

use super::arrived_form::ArrivedForm;
use super::post_fault::PostFault;
use crate::post_policy::field_name::{FILENAME, is_bound};
use crate::post_policy::sizes::MAX_FORM;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Every field, with the file's name wherever `${filename}` stands, before any condition is looked at.
/// Where the file has no name, S3 leaves it as it is; what is signed is never touched. What they make
/// together has the limit of what arrived: a long name in many places would be megabytes.
pub(super) fn expanded<'a>(
    form: &ArrivedForm<'a>,
) -> Result<Vec<(&'a str, Cow<'a, str>)>, PostFault> {
    let file_name = form.file_name.map(last_part);
    let mut bytes = 0_usize;
    let mut fields = Vec::new();
    for (name, text) in form.texts() {
        let file_name = file_name.filter(|_| !is_bound(name) && text.contains(FILENAME));
        let length = file_name.map_or(text.len(), |file_name| length_with(text, file_name));
        bytes = bytes.saturating_add(name.len()).saturating_add(length);
        if bytes > MAX_FORM {
            return Err(PostFault::FormTooLong { limit: MAX_FORM });
        }
        let value = match file_name {
            Some(file_name) => text.replace(FILENAME, file_name).into(),
            None => text.into(),
        };
        fields.push((name, value));
    }
    Ok(fields)
}

fn length_with(text: &str, file_name: &str) -> usize {
    let places = text.matches(FILENAME).count();
    let rest = text
        .len()
        .saturating_sub(places.saturating_mul(FILENAME.len()));
    rest.saturating_add(places.saturating_mul(file_name.len()))
}

/// Some browsers told the whole path.
fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
