//! The words of a command line.

use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// A word may be a secret.
pub(crate) type Words = Vec<Zeroizing<String>>;

/// The program and its arguments; what is wrong, where that is none.
pub(crate) fn split_command(line: &str) -> Result<Words, &'static str> {
    let words = split(line).ok_or("has a quote that is not closed")?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err("names no program"),
    }
}

/// Words at spaces, tabs and line ends; quotes join; a backslash takes the next character literally,
/// but not on Windows, where it separates folders. As AWS's CLI splits it.
/// `None` where a quote is not closed.
fn split(line: &str) -> Option<Words> {
    let escapes = !cfg!(windows);
    // All words in one allocation, as what grows leaves copies behind, and where each of them ends.
    let mut text = Zeroizing::new(String::with_capacity(line.len()));
    let mut ends = Vec::new();
    let mut in_word = false;
    let mut quote: Option<char> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') if character == '"' || escapes => {
                quote = Some(character);
                in_word = true;
            }
            (None | Some('"'), '\\') if escapes => {
                let next = characters.next()?;
                in_word = true;
                // Inside quotes only a quote and a backslash need it.
                if quote.is_some() && next != '"' && next != '\\' {
                    text.push('\\');
                }
                text.push(next);
            }
            (None, ' ' | '\t' | '\r' | '\n') => {
                if in_word {
                    ends.push(text.len());
                }
                in_word = false;
            }
            _ => {
                in_word = true;
                text.push(character);
            }
        }
    }
    if quote.is_some() {
        return None;
    }
    if in_word {
        ends.push(text.len());
    }
    let mut begin = 0;
    let word = |end| {
        let word = text.get(begin..end).unwrap_or_default();
        begin = end;
        Zeroizing::new(String::from(word))
    };
    Some(ends.into_iter().map(word).collect())
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::prelude::rust_2024::*;
    use std::vec;

    fn plain(line: &str) -> Option<Vec<String>> {
        let words = split(line)?;
        Some(words.iter().map(|word| word.as_str().into()).collect())
    }

    #[test]
    fn command_lines() {
        for (line, words) in [
            ("tool", Some(vec!["tool"])),
            ("  tool \t a  b ", Some(vec!["tool", "a", "b"])),
            (
                r#""/my tools/x" --name "a b""#,
                Some(vec!["/my tools/x", "--name", "a b"]),
            ),
            (r#"x "" y"#, Some(vec!["x", "", "y"])),
            (r#"x a"b c"d"#, Some(vec!["x", "ab cd"])),
            ("x $HOME ~ *; y", Some(vec!["x", "$HOME", "~", "*;", "y"])),
            ("x\r\n y\nz", Some(vec!["x", "y", "z"])),
            // As Python's shlex has it: what else Unicode calls white space is part of a word.
            (
                "x \u{a0}y\u{3000} z\u{b}\u{c}",
                Some(vec!["x", "\u{a0}y\u{3000}", "z\u{b}\u{c}"]),
            ),
            (r#"x "open"#, None),
            ("", Some(vec![])),
        ] {
            let expected = words.map(|words| words.into_iter().map(String::from).collect());
            assert_eq!(plain(line), expected, "{line}");
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn backslashes() {
        for (line, words) in [
            (r"x a\ b", vec!["x", "a b"]),
            (r#"x "a\"b\\c\d""#, vec!["x", r#"a"b\c\d"#]),
            (r"x 'a\b'", vec!["x", r"a\b"]),
        ] {
            assert_eq!(plain(line).unwrap(), words, "{line}");
        }
        assert_eq!(split("x \\"), None);
    }
}
