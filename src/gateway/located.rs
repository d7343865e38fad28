//! Documents of JSON that are read by hand, so that every fault has an exact place and no
//! value, which could be a secret, ever gets into an error.

#[cfg(feature = "inspect")]
use crate::grammar::json::push_quoted;
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

/// A fault, and where in the document it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct At<Fault> {
    /// For example `Statement[1].Effect`; empty when it is the whole document.
    pub place: String,
    /// What is wrong there.
    pub fault: Fault,
}

impl<Fault: fmt::Display> fmt::Display for At<Fault> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        self.fault.fmt(f)
    }
}

impl<Fault: fmt::Debug + fmt::Display> core::error::Error for At<Fault> {}

/// What is wrong with the JSON of a document, whatever it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonFault {
    /// It is not JSON, or is nested more than 127 deep.
    Syntax {
        /// Counted from one.
        line: usize,
        /// Counted from one, in bytes.
        column: usize,
    },
    /// A value of another type.
    WrongType {
        /// For example `a string`.
        expected: &'static str,
        /// For example `a number`.
        found: &'static str,
    },
    /// What the place names is not there.
    Missing,
    /// An object has a key that means nothing here. The key is not named, because it may be
    /// a secret in the wrong place.
    UnknownKey {
        /// Which key of the object, counted from one.
        number: usize,
        /// The keys that have a meaning.
        known: &'static [&'static str],
    },
    /// A key is in an object twice.
    RepeatedKey,
    /// A list that must not be empty.
    EmptyList,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column } => {
                write!(f, "line {line}, column {column}: not valid JSON")
            }
            Self::WrongType { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            Self::Missing => f.write_str("missing"),
            Self::UnknownKey { number, known } => {
                write!(f, "key {number} is none of {}", known.join(", "))
            }
            Self::RepeatedKey => f.write_str("there twice"),
            Self::EmptyList => f.write_str("an empty list"),
        }
    }
}

/// A JSON value. Texts stay where they are, in the input; the copy of one with escapes is
/// wiped. Objects keep every pair, so that a repeated key can be found.
pub(crate) enum Json<'a> {
    Null,
    Bool,
    Number,
    Text(&'a str),
    Unescaped(Zeroizing<String>),
    List(Vec<Json<'a>>),
    Object(Vec<(Json<'a>, Json<'a>)>),
}

pub(crate) fn parse(text: &str) -> Result<Json<'_>, At<JsonFault>> {
    // Of serde_json's error only the position is kept.
    serde_json::from_str(text).map_err(|error| At {
        place: String::new(),
        fault: JsonFault::Syntax {
            line: error.line(),
            column: error.column(),
        },
    })
}

impl Json<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unescaped(text) => Some(text),
            _ => None,
        }
    }

    #[cfg(feature = "inspect")]
    fn write(&self, out: &mut String) {
        let list = |out: &mut String,
                    [begin, end]: [&str; 2],
                    count: usize,
                    one: &dyn Fn(&mut String, usize)| {
            out.push_str(begin);
            for number in 0..count {
                if number > 0 {
                    out.push_str(", ");
                }
                one(out, number);
            }
            out.push_str(end);
        };
        match self {
            Self::Null | Self::Bool | Self::Number => out.push_str(self.kind()),
            Self::Text(text) => push_quoted(out, text),
            Self::Unescaped(text) => push_quoted(out, text),
            Self::List(items) => list(out, ["[", "]"], items.len(), &|out, number| {
                if let Some(item) = items.get(number) {
                    item.write(out);
                }
            }),
            Self::Object(pairs) => list(out, ["{", "}"], pairs.len(), &|out, number| {
                if let Some((key, value)) = pairs.get(number) {
                    key.write(out);
                    out.push_str(": ");
                    value.write(out);
                }
            }),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text(_) | Self::Unescaped(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// The way from the top of a document to a value: known names and indices only.
#[derive(Clone, Copy)]
pub(crate) enum Place<'n> {
    Top,
    Key(&'n Place<'n>, &'static str),
    Index(&'n Place<'n>, usize),
}

impl Place<'_> {
    pub(crate) fn at<Fault>(&self, fault: Fault) -> At<Fault> {
        At {
            place: self.to_string(),
            fault,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Key(Self::Top, name) => f.write_str(name),
            Self::Key(above, name) => write!(f, "{above}.{name}"),
            Self::Index(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}

/// A value and its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'n> {
    json: &'n Json<'n>,
    place: Place<'n>,
}

impl<'n> Node<'n> {
    pub(crate) fn root(json: &'n Json<'n>) -> Self {
        let place = Place::Top;
        Self { json, place }
    }

    pub(crate) fn at<Fault>(&self, fault: Fault) -> At<Fault> {
        self.place.at(fault)
    }

    fn wrong_type(&self, expected: &'static str) -> At<JsonFault> {
        let found = self.json.kind();
        self.at(JsonFault::WrongType { expected, found })
    }

    pub(crate) fn text(&self) -> Result<&'n str, At<JsonFault>> {
        self.json.text().ok_or_else(|| self.wrong_type("a string"))
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Result<Vec<Node<'_>>, At<JsonFault>> {
        let Json::List(items) = self.json else {
            return Err(self.wrong_type("a list"));
        };
        let node = |(index, json)| Node {
            json,
            place: Place::Index(&self.place, index),
        };
        Ok(items.iter().enumerate().map(node).collect())
    }

    /// A list that is not empty, or a single value: then brackets are optional.
    pub(crate) fn one_or_more(&self) -> Result<Vec<Node<'_>>, At<JsonFault>> {
        match self.json {
            Json::List(items) if items.is_empty() => Err(self.at(JsonFault::EmptyList)),
            Json::List(_) => self.items(),
            _ => Ok([*self].into()),
        }
    }

    /// Whether it is an object with no other keys than these, each once at most.
    pub(crate) fn keys(&self, known: &'static [&'static str]) -> Result<(), At<JsonFault>> {
        let Json::Object(pairs) = self.json else {
            return Err(self.wrong_type("an object"));
        };
        for ((name, _), number) in pairs.iter().zip(1_usize..) {
            if !known.iter().any(|known| name.text() == Some(known)) {
                return Err(self.at(JsonFault::UnknownKey { number, known }));
            }
        }
        for name in known {
            let same = |(key, _): &&(Json<'_>, _)| key.text() == Some(name);
            if pairs.iter().filter(same).count() > 1 {
                return Err(Place::Key(&self.place, name).at(JsonFault::RepeatedKey));
            }
        }
        Ok(())
    }

    /// The value of a key, if this is an object that has it.
    pub(crate) fn get(&self, name: &'static str) -> Option<Node<'_>> {
        let Json::Object(pairs) = self.json else {
            return None;
        };
        let (_, json) = pairs.iter().find(|(key, _)| key.text() == Some(name))?;
        let place = Place::Key(&self.place, name);
        Some(Node { json, place })
    }

    /// As JSON again, in one line. Of numbers and the like it has their kind.
    #[cfg(feature = "inspect")]
    pub(crate) fn json(&self) -> String {
        let mut text = String::new();
        self.json.write(&mut text);
        text
    }

    pub(crate) fn require(&self, name: &'static str) -> Result<Node<'_>, At<JsonFault>> {
        self.get(name)
            .ok_or_else(|| Place::Key(&self.place, name).at(JsonFault::Missing))
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Json::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Json::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Json::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Unescaped(Zeroizing::new(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = object.next_entry()? {
            pairs.push(pair);
        }
        Ok(Json::Object(pairs))
    }
}
