//! An explanation in one line of a header.

use crate::explain::Explanation;
use std::fmt::Write;
use std::prelude::rust_2024::*;

/// How long it is at the most, in bytes: servers and proxies limit the length of all headers.
const LONGEST: usize = 1_024;

/// What ends one that is longer.
const CUT: &str = " ...";

/// The difference of clocks, in seconds, that services begin to refuse at.
/// [Signature expired](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html)
const TOLERATED: u64 = 5 * 60;

/// `cause; remedy`, or all that it can be; and how far the clocks are apart, where that is more than
/// services take. Visible ASCII and spaces, whatever the answer has in it. `None` where nothing is
/// known.
pub(super) fn line(explanation: Option<&Explanation>, offset: Option<i64>) -> Option<String> {
    let mut text = String::new();
    if let Some(explanation) = explanation {
        let alternatives = explanation.is_ambiguous() && explanation.causes.len() > 1;
        for (number, reason) in explanation.causes.iter().enumerate() {
            let before = match (number, alternatives) {
                (0, false) => "",
                (0, true) => "one of these: ",
                (_, false) => "; ",
                (_, true) => "; or ",
            };
            // Writing to a String does not fail.
            let _ = write!(text, "{before}{}; {}", reason.cause, reason.remedy);
        }
        if let Some(advice) = explanation.advice {
            let _ = write!(text, "; {advice}");
        }
    }
    if let Some(offset) = offset.filter(|offset| offset.unsigned_abs() > TOLERATED) {
        let before = if text.is_empty() { "" } else { "; " };
        let way = if offset < 0 { "ahead of" } else { "behind" };
        let apart = offset.unsigned_abs();
        let _ = write!(
            text,
            "{before}this proxy's clock is {apart} seconds {way} the date of the answer"
        );
    }
    (!text.is_empty()).then(|| shown(&text))
}

fn shown(text: &str) -> String {
    let visible = |char: char| match char {
        ' '..='~' => char,
        _ => '?',
    };
    let mut shown: String = text.chars().map(visible).collect();
    if shown.len() > LONGEST {
        shown.truncate(LONGEST.saturating_sub(CUT.len()));
        shown.push_str(CUT);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, line, shown};
    use crate::explain::{Answer, explain_answer};
    use std::prelude::rust_2024::*;

    fn of(body: &str) -> Option<String> {
        let answer = Answer {
            status: 403,
            headers: &[],
            body: body.as_bytes(),
        };
        line(Some(&explain_answer(&answer)), None)
    }

    #[test]
    fn one_line() {
        assert_eq!(
            of(r#"{"message":"Credential should be scoped to correct service: 'execute-api'. "}"#)
                .unwrap(),
            "the credential is scoped to another service than 'execute-api'; sign for the \
             service's signing name: execute-api for API Gateway, lambda for function URLs, es \
             for OpenSearch"
        );
        let several = of(r#"{"message":"Forbidden"}"#).unwrap();
        assert!(!several.contains('\n'), "{several}");
    }

    #[test]
    fn clocks() {
        let text = |offset| line(None, Some(offset));
        assert_eq!(text(300), None);
        assert_eq!(text(-300), None);
        assert_eq!(
            text(301).unwrap(),
            "this proxy's clock is 301 seconds behind the date of the answer"
        );
        assert_eq!(
            text(-301).unwrap(),
            "this proxy's clock is 301 seconds ahead of the date of the answer"
        );
    }

    /// What an answer quotes is whatever its sender likes.
    #[test]
    fn nothing_but_visible_ascii_and_not_much_of_it() {
        assert_eq!(
            shown("a\r\nset-cookie: b\u{e9}\t\u{7f}"),
            "a??set-cookie: b???"
        );
        assert_eq!(shown(&"a".repeat(LONGEST)).len(), LONGEST);
        let long = shown(&"\u{e9}".repeat(LONGEST + 1));
        assert!(long.len() == LONGEST && long.ends_with("? ..."), "{long}");
    }
}
