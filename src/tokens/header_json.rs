//! Headers that are sent in JSON.

use crate::grammar::json::push_quoted;
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// Names and values, in the order in which they are written.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.into(), Zeroizing::new(value.into())));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// An object with a text for each name, or with a list of one text.
    pub(super) fn json(&self, lists: bool) -> Zeroizing<String> {
        // Visible ASCII, of which a quoted character takes two bytes at most.
        let lengths = self.iter().map(|(name, value)| {
            let text = name.len().saturating_add(value.len());
            text.saturating_mul(2).saturating_add(16)
        });
        let capacity = lengths.fold(2, usize::saturating_add);
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        let (open, close) = if lists { ("[", "]") } else { ("", "") };
        let mut separator = '{';
        for (name, value) in self.iter() {
            text.push(separator);
            push_quoted(&mut text, name);
            text.push(':');
            text.push_str(open);
            push_quoted(&mut text, value);
            text.push_str(close);
            separator = ',';
        }
        text.push('}');
        text
    }
}
