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

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.raw(name, if value { "true" } else { "false" });
    }

    pub(crate) fn number(&mut self, name: &str, value: u64) {
        self.raw(name, &value.to_string());
    }

    /// Where there is a text.
    pub(crate) fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// An array of objects, an object for each item.
    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], fill: impl Fn(&mut Self, &T)) {
        let indent = self.indent.saturating_add(2);
        let objects: Vec<_> = items
            .iter()
            .map(|item| {
                let mut inner = Self {
                    members: String::new(),
                    indent,
                };
                fill(&mut inner, item);
                format!("\n{}{}", "  ".repeat(indent), inner.finish())
            })
            .collect();
        let end = match objects.is_empty() {
            true => String::new(),
            false => format!("\n{}", "  ".repeat(self.indent.saturating_add(1))),
        };
        self.raw(name, &format!("[{}{end}]", objects.join(",")));
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
