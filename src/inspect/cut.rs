//! Where two texts differ.

use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

/// A text in three parts: what the other one has, too, what it has not, and what it has again. No
/// character is cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut<'t>([&'t [u8]; 3]);

impl<'t> Cut<'t> {
    /// Of each of them.
    pub(super) fn of(left: &'t [u8], right: &'t [u8]) -> (Self, Self) {
        let before = common(left.iter().zip(right));
        let is_end = |end: &usize| is_boundary(left, *end) && is_boundary(right, *end);
        let before = (0..=before).rev().find(is_end).unwrap_or(0);
        let (start, left_rest) = left.split_at_checked(before).unwrap_or((left, b""));
        let (right_start, right_rest) = right.split_at_checked(before).unwrap_or((right, b""));
        let after = common(left_rest.iter().rev().zip(right_rest.iter().rev()));
        let is_start = |after: &usize| {
            let is_of = |text: &[u8]| is_boundary(text, text.len().saturating_sub(*after));
            is_of(left) && is_of(right)
        };
        let after = (0..=after).rev().find(is_start).unwrap_or(0);
        let split = |rest: &'t [u8]| {
            let at = rest.len().saturating_sub(after);
            rest.split_at_checked(at).unwrap_or((rest, b""))
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
    pub(super) fn whole(text: &'t [u8]) -> Self {
        Self([b"", b"", text])
    }

    /// The other one has nothing of it.
    pub(super) fn all(text: &'t [u8]) -> Self {
        Self([b"", text, b""])
    }

    /// The same cut of what is shown of the text: of what is hidden `shown` has a stand-in. Places are
    /// those of the text itself; what lies in the hidden part is all of it.
    pub(super) fn json_as(&self, shown: &str) -> Value {
        let signed = self.0.concat();
        let [before, middle, _] = self.0.map(escaped);
        let text = escaped(&signed);
        let (mut from, mut to) = (before.len(), before.len().saturating_add(middle.len()));
        if text == shown {
            let cut = [text.get(..from), text.get(from..to), text.get(to..)];
            let (from, to) = (place(&signed, from), place(&signed, to));
            return json!({ "text": shown, "from": from, "to": to, "cut": cut });
        }
        let start = common_chars(text.chars().zip(shown.chars()));
        let rest = |text: &'_ str| text.get(start..).unwrap_or_default().to_owned();
        let (text_rest, shown_rest) = (rest(&text), rest(shown));
        let tail = common_chars(text_rest.chars().rev().zip(shown_rest.chars().rev()));
        let end = text.len().saturating_sub(tail);
        let is_hidden = from < to && from < end && to > start;
        if from > start && from < end {
            from = start;
        }
        if to > start && to < end {
            to = end;
        }
        // Behind the hidden part places of the text and of what is shown differ by its length.
        let moved = |at: usize| {
            if at <= start {
                at
            } else {
                shown.len().saturating_sub(text.len().saturating_sub(at))
            }
        };
        let (first, second) = (moved(from), moved(to));
        let piece = |range: core::ops::Range<usize>| shown.get(range).unwrap_or_default();
        let cut = [
            piece(0..first),
            piece(first..second),
            piece(second..shown.len()),
        ];
        let (from, to) = (place(&signed, from), place(&signed, to));
        json!({ "text": shown, "from": from, "to": to, "cut": cut, "hidden": is_hidden })
    }
}

/// A text of any bytes: one that is of no character is shown as `\xE8`.
pub(super) fn escaped(text: &[u8]) -> String {
    let mut shown = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02X}"));
        }
    }
    shown
}

/// The bytes of the text in front of a place of what is shown of it.
fn place(text: &[u8], shown: usize) -> usize {
    let (mut signed, mut left) = (0_usize, shown);
    for chunk in text.utf8_chunks() {
        let valid = chunk.valid().len();
        if left <= valid {
            return signed.saturating_add(left);
        }
        let escapes = left.saturating_sub(valid) / ESCAPE;
        let escapes = escapes.min(chunk.invalid().len());
        signed = signed.saturating_add(valid).saturating_add(escapes);
        if escapes < chunk.invalid().len() {
            break;
        }
        left = left.saturating_sub(valid.saturating_add(escapes.saturating_mul(ESCAPE)));
    }
    signed
}

/// The length of `\xE8`.
const ESCAPE: usize = 4;

/// Whether no character goes on over a place.
fn is_boundary(text: &[u8], at: usize) -> bool {
    let goes_on = |back: usize| {
        let rest = at.checked_sub(back).and_then(|start| text.get(start..));
        let first = rest.and_then(|rest| rest.get(..rest.len().min(4))?.utf8_chunks().next());
        let first = first.and_then(|chunk| chunk.valid().chars().next());
        first.is_some_and(|char| char.len_utf8() > back)
    };
    !(1..4).any(goes_on)
}

/// How many bytes are the same.
fn common<'t>(pairs: impl Iterator<Item = (&'t u8, &'t u8)>) -> usize {
    pairs.take_while(|(left, right)| left == right).count()
}

/// The bytes of the characters that are the same.
fn common_chars(pairs: impl Iterator<Item = (char, char)>) -> usize {
    let same = pairs.take_while(|(left, right)| left == right);
    same.map(|(char, _)| char.len_utf8())
        .fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::{Cut, escaped};
    use std::prelude::rust_2024::*;

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
            let (cut_left, _) = Cut::of(left.as_bytes(), right.as_bytes());
            let json = cut_left.json_as("t:(6)&a=b");
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
            // é and è begin with the same byte, 中 and ䷭ end with it.
            ("aéb", "aèb", (["a", "é", "b"], ["a", "è", "b"])),
            ("a中b", "a䷭b", (["a", "中", "b"], ["a", "䷭", "b"])),
            (
                "host:a",
                "host:a:443",
                (["host:a", "", ""], ["host:a", ":443", ""]),
            ),
        ] {
            let (left, right) = Cut::of(left.as_bytes(), right.as_bytes());
            let of = |cut: [&'static str; 3]| Cut(cut.map(str::as_bytes));
            assert_eq!((left, right), (of(cuts.0), of(cuts.1)));
        }
        let json = Cut::of("aéb".as_bytes(), "aèb".as_bytes()).0.json_as("aéb");
        assert_eq!((&json["from"], &json["to"]), (&1.into(), &3.into()));
    }

    /// Other bytes than those of UTF-8 differ, too, and places are those of the bytes.
    #[test]
    fn to_the_byte() {
        type Case<'c> = (&'c [u8], &'c [u8], [&'c str; 3], (usize, usize));
        let cases: [Case<'_>; 4] = [
            (b"a\xe8b", b"a\xe9b", ["a", "\\xE8", "b"], (1, 2)),
            // Half of é beside all of it.
            (b"a\xc3b", b"a\xc3\xa9b", ["a", "\\xC3", "b"], (1, 2)),
            (
                b"\xff\xfea\xc3\xa9b",
                b"\xff\xfea\xc3\xa8b",
                ["\\xFF\\xFEa", "é", "b"],
                (3, 5),
            ),
            (b"a\xffb\r", b"a\xffb", ["a\\xFFb", "\r", ""], (3, 4)),
        ];
        for (left, right, cut, places) in cases {
            let json = Cut::of(left, right).0.json_as(&escaped(left));
            assert_eq!(json["cut"], serde_json::json!(cut));
            assert_eq!(
                (&json["from"], &json["to"]),
                (&places.0.into(), &places.1.into())
            );
            assert_eq!(json["text"], cut.concat());
        }
        // What is hidden lies behind such a byte.
        let json = Cut::of(b"\xff:SECRET!", b"\xff:SECREC!")
            .0
            .json_as("\\xFF:(6)!");
        assert_eq!((&json["from"], &json["to"]), (&2.into(), &8.into()));
    }
}
