//! The body of a `POST`: JSON that can have a session token in it, and is wiped.

use core::ops::Deref;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Incoming};
use serde_json::Value;
use std::prelude::rust_2024::*;
use zeroize::{Zeroize, Zeroizing};

/// Wiped when it is dropped, an object or not.
pub(super) struct Posted(Value);

impl Posted {
    pub(super) const NONE: Self = Self(Value::Null);

    /// `None` where it is no object.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let value = Self(serde_json::from_slice(bytes).ok()?);
        value.is_object().then_some(value)
    }
}

impl Deref for Posted {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(fields) => {
            for (mut name, mut value) in core::mem::take(fields) {
                name.zeroize();
                wipe(&mut value);
            }
        }
        _ => {}
    }
}

/// All of a body, copied once from what arrives. `None` where it is longer, or breaks off.
pub(super) async fn bytes(body: Incoming, most: usize) -> Option<Zeroizing<Vec<u8>>> {
    let length = usize::try_from(body.size_hint().lower()).ok();
    let length = length.filter(|length| *length <= most)?;
    let mut all = Zeroizing::new(Vec::with_capacity(length));
    let mut body = Limited::new(body, most);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            append(&mut all, &data);
        }
    }
    Some(all)
}

/// A `Vec` that grows by itself leaves what it had behind.
fn append(all: &mut Zeroizing<Vec<u8>>, data: &[u8]) {
    let length = all.len().saturating_add(data.len());
    if length > all.capacity() {
        let mut longer = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
        longer.extend_from_slice(all);
        *all = longer;
    }
    all.extend_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::{Posted, append, wipe};
    use serde_json::json;
    use std::prelude::rust_2024::*;
    use zeroize::Zeroizing;

    #[test]
    fn all_of_it_is_wiped() {
        let mut value = json!(["a", { "b": ["c"] }, { "d": { "e": "f" } }, "g", 1]);
        wipe(&mut value);
        assert_eq!(value, json!(["", {}, {}, "", 1]));
    }

    #[test]
    fn an_object_alone_is_read() {
        for text in ["", "{", "[{}]", "\"a\"", "null"] {
            assert!(Posted::read(text.as_bytes()).is_none(), "{text}");
        }
        let posted = Posted::read(b"{\"a\":1}").unwrap();
        assert_eq!(*posted, json!({ "a": 1 }));
    }

    #[test]
    fn pieces_are_one_after_another() {
        let mut all = Zeroizing::new(Vec::new());
        for piece in [&b"a"[..], b"", b"bcdef", b"g"] {
            append(&mut all, piece);
        }
        assert_eq!(all.as_slice(), b"abcdefg");
    }
}
