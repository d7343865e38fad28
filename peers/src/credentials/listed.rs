//! `credential-divergences.json`: every known difference, and the inputs that it is allowed on.

use crate::credentials::inputs::Input;
use crate::credentials::pair::{Found, Pair, Part, Verdict};
use crate::credentials::reading::lines;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub id: String,
    /// What of it differs.
    pub parts: Vec<Part>,
    /// The inputs: the name of a function.
    pub input: Input,
    pub botocore: Way,
    pub ours: Way,
    /// The rule that decides.
    pub rule: String,
    pub examples: Vec<Pair>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    pub does: String,
    /// What comes of it, where that is always the same.
    #[serde(default)]
    pub verdict: Option<Verdict>,
}

impl Class {
    /// The examples, with ids that tell whose they are.
    pub fn examples(&self) -> impl Iterator<Item = Pair> {
        let numbered = self.examples.iter().enumerate();
        numbered.map(|(number, example)| Pair {
            id: format!("{}-{number}", self.id),
            ..example.clone()
        })
    }

    pub(crate) fn has_example(&self, id: &str) -> bool {
        self.examples().any(|example| example.id == id)
    }

    /// Whether it is an input of this class.
    #[must_use]
    pub fn is_about(&self, pair: &Pair) -> bool {
        match self.input {
            Input::BlankCharacter | Input::ByteOrderMark => self.input.holds_of_text(pair),
            Input::HeadingSpaced
            | Input::HeadingNotClosed
            | Input::HeadingIndented
            | Input::HeadingRespelled
            | Input::DefaultTwice
            | Input::NameInvalid
            | Input::ValueComment
            | Input::ValueEmpty
            | Input::PropertyColon
            | Input::PropertyIndented
            | Input::PropertyContinued
            | Input::SubPropertyBroken
            | Input::Repeated => self.input.holds_of_lines(&lines(pair)),
            Input::VariableBlank
            | Input::SecretVariableAlone
            | Input::RegionVariable
            | Input::ProfileVariables => self.input.holds_of_variables(pair),
            _ => self.input.holds_of_profile(pair),
        }
    }

    #[must_use]
    pub fn explains(&self, pair: &Pair, part: Part, ours: &Found, theirs: &Found) -> bool {
        let fits = |way: &Way, found: &Found| {
            part != Part::Verdict || way.verdict.is_none_or(|verdict| verdict == found.verdict)
        };
        self.parts.contains(&part)
            && self.is_about(pair)
            && fits(&self.ours, ours)
            && fits(&self.botocore, theirs)
    }
}
