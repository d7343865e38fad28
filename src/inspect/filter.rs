//! Which requests are asked for.

use super::verdict::Verdict;
use crate::grammar::encode::decode;
use serde_json::Value;
use std::format;
use std::prelude::rust_2024::*;
use std::time::Duration;

/// The parameters of a list or a stream.
#[derive(Default)]
pub(super) struct Filter {
    /// Empty for all.
    verdicts: Vec<Verdict>,
    /// In lower case.
    key: String,
    path: String,
    /// All of them have to be there, somewhere.
    words: Vec<String>,
    /// What came later; `None` where it is not said.
    pub(super) after: Option<u64>,
    pub(super) wait: Duration,
    pub(super) limit: usize,
}

/// How long anybody waits, in seconds, and how many are given at a time.
const LONGEST: u64 = 60;
const MOST: usize = super::kept::MOST;
/// Words of a text: each is looked for in each request.
const WORDS: usize = 16;

impl Filter {
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub(super) fn read(query: &str) -> Result<Self, String> {
        let mut filter = Self {
            limit: MOST,
            ..Self::default()
        };
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let value = decode(&value.replace('+', " ")).map(std::borrow::Cow::into_owned);
            let value = value.ok_or_else(|| format!("{name}: no UTF-8"))?;
            let number = |most: u64| {
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                let number = value
                    .parse()
                    .ok()
                    .filter(|number| digits && *number <= most);
                number.ok_or_else(|| format!("{name}: a whole number up to {most}"))
            };
            match name {
                "verdict" => {
                    for word in value.split(',').filter(|word| !word.is_empty()) {
                        let words = Verdict::ALL.map(Verdict::as_str).join(", ");
                        let verdict = Verdict::parse(word);
                        let verdict = verdict.ok_or_else(|| format!("verdict: any of {words}"))?;
                        filter.verdicts.push(verdict);
                    }
                }
                "key" => filter.key = value.to_lowercase(),
                "path" => filter.path = value.to_lowercase(),
                "text" => {
                    let words = value.split_whitespace();
                    filter.words = words.map(str::to_lowercase).collect();
                    if filter.words.len() > WORDS {
                        return Err(format!("text: up to {WORDS} words"));
                    }
                }
                "after" => filter.after = Some(number(u64::MAX)?),
                "wait" => filter.wait = Duration::from_secs(number(LONGEST)?),
                "limit" => {
                    let limit = number(MOST as u64)?;
                    filter.limit = usize::try_from(limit).unwrap_or(MOST).max(1);
                }
                _ => return Err("there are verdict, key, path, text, after, wait and limit".into()),
            }
        }
        Ok(filter)
    }

    pub(super) fn takes_verdict(&self, verdict: Verdict) -> bool {
        self.verdicts.is_empty() || self.verdicts.contains(&verdict)
    }

    /// With one in it nothing has to be looked at beside the verdict.
    pub(super) fn has_texts(&self) -> bool {
        !self.key.is_empty() || self.has_path() || !self.words.is_empty()
    }

    pub(super) fn has_path(&self) -> bool {
        !self.path.is_empty()
    }

    pub(super) fn takes_path(&self, path: &str) -> bool {
        has(path, &self.path)
    }

    /// Beside verdict and path. `more` is what there is beside the row.
    pub(super) fn takes_row(&self, row: &Value, more: impl FnOnce() -> String) -> bool {
        let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        if !has(field("key"), &self.key) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let fields = FIELDS.map(|name| field(name).to_lowercase());
        let in_row = |word: &&String| fields.iter().any(|field| field.contains(word.as_str()));
        let mut words = self.words.iter().filter(|word| !in_row(word)).peekable();
        if words.peek().is_none() {
            return true;
        }
        let more = more().to_lowercase();
        words.all(|word| more.contains(word.as_str()))
    }
}

/// Of a row, in which words are looked for.
const FIELDS: [&str; 8] = [
    "method", "target", "host", "caller", "key", "scope", "summary", "reason",
];

fn has(text: &str, wanted: &str) -> bool {
    wanted.is_empty() || text.to_lowercase().contains(wanted)
}

#[cfg(test)]
mod tests {
    use super::super::verdict::Verdict;
    use super::{Filter, WORDS};
    use serde_json::json;
    use std::format;
    use std::prelude::rust_2024::*;

    #[test]
    fn all_that_is_given_has_to_hold() {
        let row = json!({ "key": "AKIDEXAMPLE", "summary": "no signature arrived" });
        for (query, takes) in [
            ("", true),
            ("verdict=policy,malformed", true),
            ("verdict=policy", false),
            ("key=akid&path=items&text=signature+arrived", true),
            ("key=akid&path=other", false),
            ("text=x-one:%20b", true),
            ("text=x-two", false),
            // Each word may stand elsewhere, and in any order.
            ("text=arrived+x-one+no", true),
            ("text=arrived+x-two", false),
        ] {
            let filter = Filter::read(query).unwrap();
            let more = || "X-One: b".to_owned();
            let taken = filter.takes_verdict(Verdict::Malformed)
                && filter.takes_path("/prod/Items")
                && filter.takes_row(&row, more);
            assert_eq!(taken, takes, "{query}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for query in [
            "verdict=wrong",
            "wait=61",
            "wait=-1",
            "after=x",
            "limit=501",
            "other=1",
            "key=%ff",
            "after=+1",
        ] {
            assert!(Filter::read(query).is_err(), "{query}");
        }
        let words = |count| Filter::read(&format!("text={}", "a+".repeat(count)));
        assert!(words(WORDS).is_ok());
        assert_eq!(words(WORDS + 1).err().unwrap(), "text: up to 16 words");
        assert_eq!(Filter::read("limit=0").unwrap().limit, 1);
    }
}
