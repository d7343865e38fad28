//! Tables of text, cut into three columns when the crate is built: each request looks its host up.

/// How many rows there are: `#` begins a comment.
pub(super) const fn count(mut text: &str) -> usize {
    let mut count: usize = 0;
    while !text.is_empty() {
        let (line, rest) = cut(text, b'\n');
        if is_row(line) {
            count = count.saturating_add(1);
        }
        text = rest;
    }
    count
}

/// One space stands between two columns; the third has all that is left. A table of fewer rows
/// than `N` ends in empty ones.
pub(super) const fn rows<const N: usize>(mut text: &'static str) -> [[&'static str; 3]; N] {
    let mut rows = [[""; 3]; N];
    let mut left: &mut [[&'static str; 3]] = &mut rows;
    while !text.is_empty() {
        let (line, rest) = cut(text, b'\n');
        text = rest;
        if !is_row(line) {
            continue;
        }
        let Some((row, others)) = left.split_first_mut() else {
            break;
        };
        let (first, rest) = cut(line, b' ');
        let (second, third) = cut(rest, b' ');
        *row = [first, second, third];
        left = others;
    }
    rows
}

const fn is_row(line: &str) -> bool {
    !matches!(line.as_bytes(), [] | [b'#', ..])
}

/// What stands before the first such byte, and what behind it.
const fn cut(text: &str, at: u8) -> (&str, &str) {
    let mut before: usize = 0;
    let mut rest = text.as_bytes();
    while let [byte, others @ ..] = rest {
        if *byte == at {
            let (first, rest) = text.split_at(before);
            return (first, rest.split_at(1).1);
        }
        before = before.saturating_add(1);
        rest = others;
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::{count, rows};

    #[test]
    fn columns() {
        const TEXT: &str = "# a comment\n\na b c d\ne f\ng";
        assert_eq!(count(TEXT), 3);
        assert_eq!(
            rows::<3>(TEXT),
            [["a", "b", "c d"], ["e", "f", ""], ["g", "", ""]]
        );
        assert_eq!(rows::<1>(TEXT), [["a", "b", "c d"]]);
        assert_eq!(rows::<2>("a b c"), [["a", "b", "c"], ["", "", ""]]);
        assert_eq!((count(""), count("\n#")), (0, 0));
    }
}
