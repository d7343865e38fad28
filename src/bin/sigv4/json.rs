//! JSON whose members keep the order in which they are written.

use std::fmt::Write;

/// An object, a member a line.
#[derive(Default)]
pub(crate) struct Object {
    members: String,
    indent: usize,
}

impl Object {
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.raw(name, &string(value));
    }

    /// An object inside, one level deeper.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self {
            members: String::new(),
            indent: self.indent.saturating_add(1),
        };
        fill(&mut inner);
        let text = inner.finish();
        self.raw(name, &text);
    }

    fn raw(&mut self, name: &str, json: &str) {
        let comma = if self.members.is_empty() { "" } else { "," };
        let indent = "  ".repeat(self.indent.saturating_add(1));
        // Writing to a String does not fail.
        let _ = write!(self.members, "{comma}\n{indent}{}: {json}", string(name));
    }

    pub(crate) fn finish(self) -> String {
        if self.members.is_empty() {
            return "{}".into();
        }
        format!("{{{}\n{}}}", self.members, "  ".repeat(self.indent))
    }
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
