//! Where two texts differ.

use serde_json::{Value, json};

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
