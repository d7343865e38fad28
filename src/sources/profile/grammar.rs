//! The grammar of the two files, line by line.
//! [Shared config and credentials files](https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html)
//!
//! What AWS's page leaves open is settled by the vectors that AWS's SDKs share
//! (`test-vectors/aws-sdk-credentials/profile-parser-tests.json`).

use crate::sources::profile::problem::FileProblem;
use std::prelude::rust_2024::*;
use std::vec;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Config,
    Credentials,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading<'a> {
    Profile {
        name: &'a str,
        prefixed: bool,
    },
    SsoSession {
        name: &'a str,
    },
    Services {
        name: &'a str,
    },
    /// What could be meant for a profile of this name has one.
    Ignored {
        name: Option<&'a str>,
    },
}

pub(crate) struct RawSection<'a> {
    pub heading: Heading<'a>,
    pub line: usize,
    pub properties: Vec<RawProperty<'a>>,
}

pub(crate) struct RawProperty<'a> {
    pub name: &'a str,
    pub line: usize,
    /// What stands behind `=`, then each line that continues it.
    pub value: Vec<&'a str>,
}

/// What is wrong, and on which line, counted from one.
pub(crate) type Wrong = (usize, FileProblem);

/// No other white space is any.
const BLANK: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// The sections of a text, in their order. A line that is blank or begins with `#` or `;` counts
/// for nothing, wherever it stands. A byte order mark in front of the text is not part of it.
pub(crate) fn parse(text: &str, kind: Kind) -> Result<Vec<RawSection<'_>>, Wrong> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sections: Vec<RawSection<'_>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index.saturating_add(1);
        let wrong = |problem| (number, problem);
        if line.starts_with(COMMENT) || line.trim_matches(BLANK).is_empty() {
            continue;
        }
        if line.starts_with('[') {
            sections.push(RawSection {
                heading: heading(line, kind).map_err(wrong)?,
                line: number,
                properties: Vec::new(),
            });
            continue;
        }
        let section = sections.last_mut();
        if line.starts_with(BLANK) {
            let section = section.ok_or((number, FileProblem::ContinuationOutsideSection))?;
            continue_property(section, line).map_err(wrong)?;
        } else {
            let section = section.ok_or((number, FileProblem::PropertyOutsideSection))?;
            let (name, value) = property(line).map_err(wrong)?;
            section.properties.push(RawProperty {
                name,
                line: number,
                value: vec![value],
            });
        }
    }
    Ok(sections)
}

/// `[profile NAME]`, and a comment behind it, with or without white space in between.
fn heading(line: &str, kind: Kind) -> Result<Heading<'_>, FileProblem> {
    let line = line.split(COMMENT).next().unwrap_or_default();
    let inner = line
        .trim_matches(BLANK)
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'))
        .ok_or(FileProblem::SectionNotClosed)?
        .trim_matches(BLANK);
    let (prefix, name) = match inner.split_once(BLANK) {
        Some((prefix, name)) => (Some(prefix), name.trim_matches(BLANK)),
        None => (None, inner),
    };
    Ok(match (kind, prefix) {
        (_, None | Some("profile")) if !is_name(name) => Heading::Ignored { name: Some(name) },
        _ if !is_name(name) => Heading::Ignored { name: None },
        (Kind::Config, Some("profile")) => Heading::Profile {
            name,
            prefixed: true,
        },
        (Kind::Config, Some("sso-session")) => Heading::SsoSession { name },
        (Kind::Config, Some("services")) => Heading::Services { name },
        (Kind::Config, None) if name != "default" => Heading::Ignored { name: Some(name) },
        (_, None) => Heading::Profile {
            name,
            prefixed: false,
        },
        (Kind::Credentials, Some("profile")) => Heading::Ignored { name: Some(name) },
        (_, Some(_)) => Heading::Ignored { name: None },
    })
}

/// `NAME = VALUE`, and a comment behind it, which begins with white space: in `a#b` there is none.
fn property(line: &str) -> Result<(&str, &str), FileProblem> {
    let mut after_blank = false;
    let comment = line.find(|character| {
        let begins = after_blank && COMMENT.contains(&character);
        after_blank = BLANK.contains(&character);
        begins
    });
    let line = comment.and_then(|at| line.get(..at)).unwrap_or(line);
    let (name, value) = line
        .split_once('=')
        .ok_or(FileProblem::PropertyWithoutEquals)?;
    let name = name.trim_matches(BLANK);
    if name.is_empty() {
        return Err(FileProblem::PropertyWithoutName);
    }
    Ok((name, value.trim_matches(BLANK)))
}

/// A comment in such a line belongs to the value. Below a property without a value there are only
/// properties of its own.
fn continue_property<'a>(section: &mut RawSection<'a>, line: &'a str) -> Result<(), FileProblem> {
    let property = section.properties.last_mut();
    let property = property.ok_or(FileProblem::ContinuationOutsideProperty)?;
    let line = line.trim_matches(BLANK);
    if property.value.first().is_some_and(|value| value.is_empty()) {
        match line.split_once('=') {
            None => return Err(FileProblem::SubPropertyWithoutEquals),
            Some((name, _)) if name.trim_matches(BLANK).is_empty() => {
                return Err(FileProblem::SubPropertyWithoutName);
            }
            Some(_) => {}
        }
    }
    property.value.push(line);
    Ok(())
}

/// What sections and properties may be called; another name is passed over with what it holds.
pub(crate) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}
