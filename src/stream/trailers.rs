//! The trailers of a body: announced in its head, there once each, hashed in canonical form.
//! [Trailing headers](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)

use crate::signature::hash::Hasher;
use crate::stream::head::ChunkedBody;
use alloc::string::String;
use alloc::vec::Vec;

/// Each name that is announced, and its value once it is known. Empty values do not count.
#[derive(Clone)]
pub(super) struct Trailers(Vec<(String, String)>);

impl Trailers {
    pub(super) fn announced(body: &ChunkedBody<'_>) -> Self {
        let names = body.trailer_names();
        Self(names.map(|name| (name.into(), String::new())).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the name is announced, and has no value yet.
    pub(super) fn set(&mut self, name: &str, value: &str) -> bool {
        let mut slots = self.0.iter_mut();
        let slot = slots.find(|(known, before)| known == name && before.is_empty());
        slot.map(|(_, slot)| slot.push_str(value)).is_some()
    }

    pub(super) fn clear(&mut self) {
        for (_, value) in &mut self.0 {
            value.clear();
        }
    }

    /// The first that is not there.
    pub(super) fn missing(&self) -> Option<usize> {
        self.0.iter().position(|(_, value)| value.is_empty())
    }

    /// In the order in which they are announced.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Of `name:value` and a line feed each, sorted by name, whatever stands on the wire
    /// (aws-c-auth, `signable_trailer.c`; vector `test-vectors/streaming/crt-three-trailers.json`).
    pub(super) fn sha256(&self) -> [u8; 32] {
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort();
        let mut hasher = Hasher::new();
        for (name, value) in sorted {
            for part in [name, ":", value, "\n"] {
                hasher.put(part.as_bytes());
            }
        }
        hasher.finish()
    }
}
