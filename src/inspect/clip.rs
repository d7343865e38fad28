//! How long the texts of a row are.

use serde_json::Value;
use std::prelude::rust_2024::*;

/// The longest text of a row, in bytes: 500 of them are kept, and sent at a time.
pub(super) const LONGEST: usize = 512;

/// All of it is in the detail.
pub(super) fn row(row: &mut Value) {
    let Value::Object(fields) = row else {
        return;
    };
    let mut is_clipped = false;
    for field in fields.values_mut() {
        if let Value::String(text) = field
            && text.len() > LONGEST
        {
            let is_boundary = |end: &usize| text.is_char_boundary(*end);
            let end = (0..=LONGEST).rev().find(is_boundary);
            text.truncate(end.unwrap_or(0));
            text.shrink_to_fit();
            is_clipped = true;
        }
    }
    if is_clipped {
        fields.insert("clipped".into(), true.into());
    }
}
