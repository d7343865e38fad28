//! The elements of an XML error body, in one pass.
//!
//! No parser: nothing is expanded, nothing nests, nothing is looked up, so that no body
//! costs more than reading it once. What is cut off or malformed is read as far as it goes.

use crate::grammar::xml::resolved;
use std::borrow::Cow;
use std::prelude::rust_2024::*;

/// Names, without a prefix, and texts of all elements in the order of their start tags; the
/// text is what stands before the first child. None of a document with a type of its own:
/// AWS's have none, web pages do.
pub(crate) fn elements(text: &str) -> Elements<'_> {
    Elements { rest: text }
}

pub(crate) struct Elements<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Elements<'a> {
    type Item = (&'a str, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (_, tag) = self.rest.split_once('<')?;
            self.rest = match tag.as_bytes().first()? {
                b'?' => after(tag, "?>"),
                b'!' if tag.starts_with("!--") => after(tag, "-->"),
                b'!' if tag.starts_with(CDATA) => after(tag, "]]>"),
                b'!' if starts_a_type(tag) => "",
                b'!' | b'/' => tag,
                _ => {
                    let end = tag.find([' ', '\t', '\r', '\n', '/', '>'])?;
                    let (name, attributes) = tag.split_at_checked(end)?;
                    let (content, is_empty) = after_attributes(attributes)?;
                    self.rest = content;
                    let (_, local) = name.rsplit_once(':').unwrap_or(("", name));
                    let text = if is_empty { "".into() } else { plain(content) };
                    return Some((local, text));
                }
            };
        }
    }
}

const CDATA: &str = "![CDATA[";

fn starts_a_type(tag: &str) -> bool {
    let start = tag.get(..8);
    start.is_some_and(|start| start.eq_ignore_ascii_case("!doctype"))
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, after)| after)
}

/// What follows a tag, and whether the tag is an empty element's. A `>` may stand in an
/// attribute's value.
fn after_attributes(attributes: &str) -> Option<(&str, bool)> {
    let mut quote = None;
    let mut last = b' ';
    for (position, byte) in attributes.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => {
                let content = attributes.get(position.checked_add(1)?..)?;
                return Some((content, last == b'/'));
            }
            _ => {}
        }
        last = byte;
    }
    None
}

/// The text before the next tag, or the marked section that is all of it.
fn plain(content: &str) -> Cow<'_, str> {
    let (text, tag) = content.split_once('<').unwrap_or((content, ""));
    if text.trim().is_empty()
        && let Some(marked) = tag.strip_prefix(CDATA)
    {
        let (marked, _) = marked.split_once("]]>").unwrap_or((marked, ""));
        return marked.into();
    }
    resolved(text)
}

#[cfg(test)]
mod tests {
    use super::elements;
    use std::prelude::rust_2024::*;

    #[test]
    fn names_and_texts() {
        let text = "<?xml version=\"1.0\"?><!-- <No>x</No> --><a:Error x='>' y=\"/>\">\n\
             <Code>A&amp;&#10;&lt;&#x2F;&no;&#+65;&#x+41; &;&</Code><Empty/><Message >\n<![CDATA[<b> & c]]></Message>\
             <b>text<i>inner</i>tail</b></a:Error><cut>of";
        let found: Vec<_> = elements(text).collect();
        let expected = [
            ("Error", "\n"),
            ("Code", "A&\n</&no;&#+65;&#x+41; &;&"),
            ("Empty", ""),
            ("Message", "<b> & c"),
            ("b", "text"),
            ("i", "inner"),
            ("cut", "of"),
        ];
        let expected = expected.map(|(name, text)| (name, text.into()));
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "<",
            "<a",
            "<a b='>",
            "<!-- <a>",
            "< >",
            "</a>",
            "<?a",
            "<![CDATA[<a>",
        ] {
            let names: Vec<_> = elements(text).map(|(name, _)| name).collect();
            assert!(
                names.iter().all(|name| name.is_empty()),
                "{text}: {names:?}"
            );
        }
        for page in [
            "<!DOCTYPE x><a>b</a>",
            "<?xml?>\n<!-- x --><!doctype html><Error>",
        ] {
            assert!(elements(page).next().is_none(), "{page}");
        }
    }
}
