//! Elements of XML, one in another.

use crate::grammar::xml::push_escaped;
use std::string::String;

/// A document.
pub(super) struct Elements(String);

impl Elements {
    pub(super) fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into())
    }

    pub(super) fn element(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        for piece in ["<", name, ">"] {
            self.0.push_str(piece);
        }
        fill(self);
        for piece in ["</", name, ">"] {
            self.0.push_str(piece);
        }
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |xml| push_escaped(&mut xml.0, text));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}
