//! A rough reading of the two files, for whoever asks what stands in them. It shares nothing with
//! the crate's own reader, nor does it know the grammar: a line is what it looks like.

use crate::credentials::pair::{File, Pair};

/// A line, and the heading above it.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub file: File,
    pub heading: &'a str,
    pub text: &'a str,
    pub looks: Looks<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks<'a> {
    /// A bracket comes first.
    Heading,
    Property {
        name: &'a str,
        value: &'a str,
    },
    /// Begins with white space.
    Below,
    Comment,
    Other,
}

const ENDS: [char; 3] = [' ', '\t', '\r'];

pub fn lines(pair: &Pair) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (file, text) in [
        (File::Config, &pair.config),
        (File::Credentials, &pair.credentials),
    ] {
        let mut heading = "";
        let text = text.as_deref().unwrap_or_default();
        for text in text.trim_start_matches('\u{feff}').split('\n') {
            let text = text.strip_suffix('\r').unwrap_or(text);
            let looks = look(text);
            if looks == Looks::Heading {
                heading = text;
            }
            lines.push(Line {
                file,
                heading,
                text,
                looks,
            });
        }
    }
    lines
}

fn look(text: &str) -> Looks<'_> {
    let first = text.chars().next();
    if text.trim_matches(ENDS).is_empty() || first.is_some_and(|first| "#;".contains(first)) {
        return Looks::Comment;
    }
    if text.starts_with('[') {
        return Looks::Heading;
    }
    if first.is_some_and(char::is_whitespace) {
        return Looks::Below;
    }
    match text.split_once('=') {
        Some((name, value)) => Looks::Property {
            name: name.trim_matches(ENDS),
            value: value.trim_matches(ENDS),
        },
        None => Looks::Other,
    }
}

impl Line<'_> {
    /// Between the brackets, without white space and without a comment behind them.
    pub fn inner(&self) -> &str {
        let heading = self.heading.strip_prefix('[').unwrap_or(self.heading);
        let inner = heading.split(']').next().unwrap_or_default();
        inner.trim_matches(ENDS)
    }

    /// A configuration file has other sections, too.
    fn is_of_profiles(&self) -> bool {
        let inner = self.inner();
        let has_prefix = inner.starts_with("profile") && inner.contains(ENDS);
        self.file == File::Credentials || has_prefix || inner == "default"
    }

    /// The profile that the heading above seems to be about.
    pub fn profile(&self) -> &str {
        let inner = self.inner();
        if self.file == File::Credentials {
            return inner;
        }
        let name = inner
            .strip_prefix("profile")
            .filter(|name| name.starts_with(ENDS));
        name.unwrap_or(inner).trim_matches(ENDS)
    }
}

/// Each property of a profile of this name, in either file: the last one of a file comes last.
pub fn properties<'a>(pair: &'a Pair, profile: &str) -> Vec<(File, String, &'a str)> {
    let lines = lines(pair);
    let is_meant = |line: &Line<'_>| line.is_of_profiles() && line.profile() == profile;
    let lines = lines.into_iter().filter(is_meant);
    lines
        .filter_map(|line| match line.looks {
            Looks::Property { name, value } => Some((line.file, name.to_ascii_lowercase(), value)),
            _ => None,
        })
        .collect()
}

/// The value that counts: that of the credentials file, if both have one.
pub fn value<'a>(pair: &'a Pair, profile: &str, property: &str) -> Option<&'a str> {
    let mut properties = properties(pair, profile).into_iter();
    properties
        .rfind(|(_, name, _)| name == property)
        .map(|(_, _, value)| value)
}

/// Whether this file has it, with a value or without.
pub fn has(pair: &Pair, file: File, profile: &str, property: &str) -> bool {
    let mut properties = properties(pair, profile).into_iter();
    properties.any(|(of, name, _)| of == file && name == property)
}
