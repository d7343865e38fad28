//! The fields of a JSON object that holds secrets, without a copy that is not wiped.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::invisible::find_invisible;
use crate::sources::json_text::string;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// One object, and whose it is.
pub(crate) struct Fields<'a> {
    name: &'a str,
    values: BTreeMap<String, &'a RawValue>,
    any_case: bool,
}

impl<'a> Fields<'a> {
    /// Nothing of the text is quoted in an error.
    pub(crate) fn read(name: &'a str, json: &'a [u8]) -> Result<Self, CredentialsError> {
        match serde_json::from_slice(json) {
            Ok(values) => Ok(Self {
                name,
                values,
                any_case: false,
            }),
            Err(_) => Err(CredentialsError::failed(name, "the text is no JSON object")),
        }
    }

    /// Names without regard to case.
    #[cfg(feature = "client")]
    pub(crate) fn in_any_case(mut self) -> Self {
        self.any_case = true;
        self
    }

    fn failed(&self, problem: String) -> CredentialsError {
        CredentialsError::failed(self.name, problem)
    }

    fn raw(&self, field: &str) -> Option<&'a str> {
        let is_named =
            |name: &str| name == field || self.any_case && name.eq_ignore_ascii_case(field);
        let mut values = self.values.iter();
        let value = values.find(|(name, _)| is_named(name))?.1.get();
        (value != "null").then_some(value)
    }

    /// A text; an empty one is as good as none.
    pub(crate) fn text(&self, field: &str) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let Some(value) = self.raw(field) else {
            return Ok(None);
        };
        let text = string(value).ok_or_else(|| self.failed(format!("{field} is no text")))?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A text with nothing in it that cannot be seen.
    pub(crate) fn secret(
        &self,
        field: &str,
    ) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let text = self.text(field)?;
        match text.as_ref().and_then(|text| find_invisible(text)) {
            None => Ok(text),
            Some((position, character)) => Err(CredentialsError::InvisibleCharacter {
                name: format!("{}: {field}", self.name),
                position,
                character,
            }),
        }
    }

    pub(crate) fn needed(&self, field: &str) -> Result<Zeroizing<String>, CredentialsError> {
        let text = self.secret(field)?;
        text.ok_or_else(|| self.failed(format!("{field} is missing")))
    }

    /// The object with these texts in it, in place of those of the same names.
    #[cfg(feature = "client")]
    pub(crate) fn with(&self, texts: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
        self.with_object(None, texts)
    }

    /// The same, with another object in it, which is JSON.
    #[cfg(feature = "client")]
    pub(crate) fn with_object(
        &self,
        object: Option<(&str, &[u8])>,
        texts: &[(&str, &str)],
    ) -> Zeroizing<Vec<u8>> {
        let is_replaced = |name: &str| {
            texts.iter().any(|(other, _)| name == *other)
                || object.is_some_and(|(other, _)| name == other)
        };
        let others = self.values.iter();
        let others = others.filter(|(name, _)| !is_replaced(name));
        let others = others.map(|(name, value)| (name.as_str(), value.get().as_bytes()));
        let values = others.chain(object);
        // In one allocation, as what grows leaves copies behind: escaped, a byte becomes six.
        let value = |(name, value): (&str, &[u8])| (name.len(), value.len());
        let text = |(name, text): &(&str, &str)| (name.len(), text.len().saturating_mul(6));
        let lengths = values.clone().map(value).chain(texts.iter().map(text));
        let room = lengths.fold(2_usize, |room, (name, value)| {
            let name = name.saturating_mul(6).saturating_add(6);
            room.saturating_add(name).saturating_add(value)
        });
        let mut json = Zeroizing::new(Vec::with_capacity(room));
        let begin = |json: &mut Vec<u8>, name: &str| {
            json.extend(if json.is_empty() { b"{" } else { b"," });
            write_string(json, name);
            json.push(b':');
        };
        for (name, value) in values {
            begin(&mut json, name);
            json.extend(value);
        }
        for (name, text) in texts {
            begin(&mut json, name);
            write_string(&mut json, text);
        }
        if json.is_empty() {
            json.push(b'{');
        }
        json.push(b'}');
        json
    }

    pub(crate) fn number(&self, field: &str) -> Result<Option<i64>, CredentialsError> {
        match self.raw(field).map(str::parse) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(self.failed(format!("{field} is no whole number"))),
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn object(&self, field: &str) -> Result<Fields<'a>, CredentialsError> {
        let missing = || self.failed(format!("{field} is missing"));
        let json = self.raw(field).ok_or_else(missing)?;
        Fields::read(self.name, json.as_bytes())
            .map_err(|_| self.failed(format!("{field} is no object")))
    }
}

#[cfg(feature = "client")]
fn write_string(json: &mut Vec<u8>, text: &str) {
    // Writing a text to memory does not fail.
    let _ = serde_json::to_writer(json, text);
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::Fields;
    use std::prelude::rust_2024::*;

    #[test]
    fn replaced_and_kept() {
        let fields = Fields::read("n", br#"{"a":"x\/","b":[1, {"c":null}],"d":"old"}"#).unwrap();
        let json = fields.with(&[("d", "new \"\n\u{1}"), ("e", "\u{e4}")]);
        let expected = "{\"a\":\"x\\/\",\"b\":[1, {\"c\":null}],\"d\":\"new \\\"\\n\\u0001\",\"e\":\"\u{e4}\"}";
        assert_eq!(core::str::from_utf8(&json).unwrap(), expected);
        let again = Fields::read("n", &json).unwrap();
        assert_eq!(again.needed("a").unwrap().as_str(), "x/");
        assert_eq!(again.text("d").unwrap().unwrap().as_str(), "new \"\n\u{1}");
        assert_eq!(again.needed("e").unwrap().as_str(), "\u{e4}");
        let with_object = fields.with_object(Some(("b", br#"{"f":"g"}"#)), &[("d", "h")]);
        let expected = r#"{"a":"x\/","b":{"f":"g"},"d":"h"}"#;
        assert_eq!(core::str::from_utf8(&with_object).unwrap(), expected);
        let nothing = Fields::read("n", b"{}").unwrap().with(&[]);
        assert_eq!(nothing.as_slice(), b"{}");
    }

    #[test]
    fn what_is_wrong() {
        let json =
            br#"{"text":"t","number":5,"half":1.5,"null":null,"hidden":"a\n","object":{"x":"y"}}"#;
        let fields = Fields::read("n", json).unwrap();
        let text = |field| std::format!("{}", fields.needed(field).unwrap_err());
        assert_eq!(text("number"), "n: number is no text");
        assert_eq!(text("null"), "n: null is missing");
        assert_eq!(text("none"), "n: none is missing");
        assert_eq!(
            text("hidden"),
            "n: hidden has white space (U+000A) at byte 1"
        );
        assert_eq!(fields.number("number").unwrap(), Some(5));
        assert_eq!(fields.number("null").unwrap(), None);
        for field in ["half", "text"] {
            let error = std::format!("{}", fields.number(field).unwrap_err());
            assert_eq!(error, std::format!("n: {field} is no whole number"));
        }
        assert_eq!(
            fields
                .object("object")
                .unwrap()
                .needed("x")
                .unwrap()
                .as_str(),
            "y"
        );
        let error = std::format!("{}", fields.object("text").err().unwrap());
        assert_eq!(error, "n: text is no object");
    }
}
