//! Answers that are known: the rows of `known.tsv`, one recorded answer each in
//! `test-vectors/answers`.
//!
//! Whoever meets a new answer adds a row and a file. Of the rows that fit, the one with the
//! most words counts, as words say more than a header, a header more than a service, a
//! service more than a code, a code more than a status.

use super::answer::Answer;
use super::codes::is_refusal;
use super::said::Said;

const TABLE: &str = include_str!("known.tsv");

/// A row of the table; `|` stands between alternatives, an empty column fits everything.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub name: &'static str,
    /// Signing names; `?` where the service is not known.
    services: &'static str,
    /// Empty for that of a refusal.
    status: &'static str,
    /// `?` where there is none. Empty where the words say it: then a code of another kind
    /// takes their meaning from them.
    code: &'static str,
    /// Pieces with ` & ` between, all of them in the messages, in lower case; `=…` is a
    /// whole message, `=` no body.
    words: &'static str,
    /// `name` or `name: piece`.
    header: &'static str,
    /// Names of [`Cause`](super::Cause), or a sentence in quotes. One is said by the
    /// service; several are what it can mean.
    pub causes: &'static str,
    pub advice: &'static str,
}

impl Row {
    fn read(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        Some(Self {
            name: next()?,
            services: next()?,
            status: next()?,
            code: next()?,
            words: next()?,
            header: next()?,
            causes: next()?,
            advice: next()?,
        })
    }

    fn fits(&self, answer: &Answer<'_>, said: &Said, service: Option<&str>) -> bool {
        one_of(self.services, |known| known == service.unwrap_or("?"))
            && self.fits_status(answer)
            && self.fits_code(said)
            && has_header(self.header, answer)
            && has_words(self.words, said)
    }

    fn fits_status(&self, answer: &Answer<'_>) -> bool {
        match self.status {
            "" => answer.is_refusal(),
            column => one_of(column, |known| known.parse() == Ok(answer.status)),
        }
    }

    /// The words of a refusal stand in other errors, too, as what the caller sent: the name
    /// of an item, the value of a field.
    fn fits_code(&self, said: &Said) -> bool {
        let codes = &said.codes;
        if self.code.is_empty() {
            let by_status = self.services.is_empty() && self.words.is_empty();
            let no_words = by_status || self.words == "=";
            return no_words || codes.is_empty() || codes.iter().any(|code| is_refusal(code));
        }
        let none = codes.is_empty() && self.code.split('|').any(|known| known == "?");
        none || codes.iter().any(|code| self.has_code(code))
    }

    /// What is said first counts more than what is said later: of two codes, that of the
    /// body.
    fn weight(&self, said: &Said) -> [usize; 5] {
        let codes = said.codes.iter().rev();
        let code = codes.zip(1..).filter(|(code, _)| self.has_code(code));
        [
            self.words.trim_matches('=').len(),
            self.header.len(),
            self.services.len().min(1),
            code.last().map_or(0, |(_, place)| place),
            self.status.len().min(1),
        ]
    }

    fn has_code(&self, code: &str) -> bool {
        let known = self.code.split('|').filter(|known| !known.is_empty());
        let mut known = known.map(|known| known.strip_suffix("Exception").unwrap_or(known));
        known.any(|known| known == code)
    }
}

/// The row that fits best, the first of equals.
pub(super) fn find(answer: &Answer<'_>, said: &Said, service: Option<&str>) -> Option<Row> {
    let mut best: Option<Row> = None;
    let rows = TABLE.lines().skip(1).filter_map(Row::read);
    for row in rows.filter(|row| row.fits(answer, said, service)) {
        if best.is_none_or(|best| row.weight(said) > best.weight(said)) {
            best = Some(row);
        }
    }
    best
}

fn one_of(column: &str, fits: impl Fn(&str) -> bool) -> bool {
    column.is_empty() || column.split('|').any(fits)
}

fn has_words(column: &str, said: &Said) -> bool {
    column
        .split(" & ")
        .all(|piece| match piece.strip_prefix('=') {
            Some("") => said.empty,
            Some(whole) => said.words.lines().any(|message| message.trim() == whole),
            None => said.words.contains(piece),
        })
}

fn has_header(column: &str, answer: &Answer<'_>) -> bool {
    if column.is_empty() {
        return true;
    }
    let (name, piece) = column.split_once(": ").unwrap_or((column, ""));
    let value = answer.header(name);
    value.is_some_and(|value| value.to_ascii_lowercase().contains(piece))
}
