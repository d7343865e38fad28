//! Where two texts differ.

use serde_json::{Value, json};
use std::prelude::rust_2024::*;

/// A text in three parts: what the other one has, too, what it has not, and what it has again. No
/// character is cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut<'t>([&'t str; 3]);

impl<'t> Cut<'t> {
    /// Of each of them.
    pub(super) fn of(left: &'t str, right: &'t str) -> (Self, Self) {
        let before = common(left.chars().zip(right.chars()));
        let (start, left_rest) = left.split_at_checked(before).unwrap_or((left, ""));
        let (right_start, right_rest) = right.split_at_checked(before).unwrap_or((right, ""));
        let after = common(left_rest.chars().rev().zip(right_rest.chars().rev()));
        let split = |rest: &'t str| {
            let at = rest.len().saturating_sub(after);
            rest.split_at_checked(at).unwrap_or((rest, ""))
        };
        let (left_middle, left_end) = split(left_rest);
        let (right_middle, right_end) = split(right_rest);
        if left_middle.is_empty() && right_middle.is_empty() {
            return (Self::whole(left), Self::whole(right));
        }
        (
            Self([start, left_middle, left_end]),
            Self([right_start, right_middle, right_end]),
        )
    }

    /// Nothing of it differs.
    pub(super) fn whole(text: &'t str) -> Self {
        Self(["", "", text])
    }

    /// The other one has nothing of it.
    pub(super) fn all(text: &'t str) -> Self {
        Self(["", text, ""])
    }

    pub(super) fn json(&self) -> Value {
        let [before, middle, after] = self.0;
        let to = before.len().saturating_add(middle.len());
        let text = self.0.concat();
        json!({
            "text": text,
            "from": before.len(),
            "to": to,
            "cut": [before, middle, after],
        })
    }

    /// The same cut of a text of which something is hidden: `shown` has a stand-in for it. Places
    /// are those of the text itself; what lies in the hidden part is all of it.
    pub(super) fn json_as(&self, shown: &str) -> Value {
        let [before, middle, after] = self.0;
        let text = self.0.concat();
        if text == shown {
            return self.json();
        }
        let start = common(text.chars().zip(shown.chars()));
        let rest = |text: &'_ str| text.get(start..).unwrap_or_default().to_owned();
        let (text_rest, shown_rest) = (rest(&text), rest(shown));
        let tail = common(text_rest.chars().rev().zip(shown_rest.chars().rev()));
        let end = text.len().saturating_sub(tail);
        let (from, to) = (before.len(), text.len().saturating_sub(after.len()));
        let is_hidden = !middle.is_empty() && from < end && to > start;
        let from = if from > start && from < end {
            start
        } else {
            from
        };
        let to = if to > start && to < end { end } else { to };
        // Behind the hidden part places of the text and of what is shown differ by its length.
        let place = |at: usize| {
            if at <= start {
                at
            } else {
                shown.len().saturating_sub(text.len().saturating_sub(at))
            }
        };
        let (first, second) = (place(from), place(to));
        let piece = |range: core::ops::Range<usize>| shown.get(range).unwrap_or_default();
        let cut = [
            piece(0..first),
            piece(first..second),
            piece(second..shown.len()),
        ];
        json!({ "text": shown, "from": from, "to": to, "cut": cut, "hidden": is_hidden })
    }
}

/// The bytes of the characters that are the same.
fn common(pairs: impl Iterator<Item = (char, char)>) -> usize {
    let same = pairs.take_while(|(left, right)| left == right);
    same.map(|(char, _)| char.len_utf8())
        .fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::Cut;

    #[test]
    fn of_what_is_hidden() {
        for (left, right, cut, places, hidden) in [
            (
                "t:SECRET&a=b",
                "t:OTHERS&a=b",
                ["t:", "(6)", "&a=b"],
                (2, 8),
                true,
            ),
            (
                "t:SECRET&a=b",
                "t:SECRED&a=b",
                ["t:", "(6)", "&a=b"],
                (2, 8),
                true,
            ),
            (
                "t:SECRET&a=b",
                "t:SECRET&a=c",
                ["t:(6)&a=", "b", ""],
                (11, 12),
                false,
            ),
            (
                "t:SECRET&a=b",
                "x:SECRET&a=b",
                ["", "t", ":(6)&a=b"],
                (0, 1),
                false,
            ),
            (
                "t:SECRET&a=b",
                "t:SECRET&a=b",
                ["", "", "t:(6)&a=b"],
                (0, 0),
                false,
            ),
            (
                "t:SECRET&a=b",
                "x:SECRET&a=c",
                ["", "t:(6)&a=b", ""],
                (0, 12),
                true,
            ),
        ] {
            let json = Cut::of(left, right).0.json_as("t:(6)&a=b");
            assert_eq!(json["cut"], serde_json::json!(cut), "{left} {right}");
            assert_eq!(
                (&json["from"], &json["to"]),
                (&places.0.into(), &places.1.into())
            );
            assert_eq!(json["hidden"], hidden);
        }
    }

    #[test]
    fn to_the_character() {
        for (left, right, cuts) in [
            ("/a b", "/a%20b", (["/a", " ", "b"], ["/a", "%20", "b"])),
            ("aaa", "aa", (["aa", "a", ""], ["aa", "", ""])),
            ("ab", "ab", (["", "", "ab"], ["", "", "ab"])),
            ("", "x", (["", "", ""], ["", "x", ""])),
            // é and è begin with the same byte.
            ("aéb", "aèb", (["a", "é", "b"], ["a", "è", "b"])),
            (
                "host:a",
                "host:a:443",
                (["host:a", "", ""], ["host:a", ":443", ""]),
            ),
        ] {
            let (left, right) = Cut::of(left, right);
            assert_eq!((left.0, right.0), cuts);
        }
        let json = Cut::of("aéb", "aèb").0.json();
        assert_eq!((&json["from"], &json["to"]), (&1.into(), &3.into()));
    }
}
