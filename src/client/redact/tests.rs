//! Secrets in whatever spelling.

use super::{MAX_TEXT, REDACTED, Secrets};
use crate::signature::Signature;
use std::format;

const TOKEN: &str = "tO/E+n0123456789==";

fn secrets(token: &str) -> Secrets {
    let signature = Signature::parse(&"0123456789abcdef".repeat(4)).unwrap();
    Secrets::new(Some(token), &signature)
}

#[test]
fn secrets_and_length() {
    let digits = "0123456789abcdef".repeat(4);
    let text = format!(
        "AKID {digits} x-amz-security-token:{TOKEN}\n tO\\/E+n0123456789== tO%2FE%2Bn0123456789%3D%3D {TOKEN}{TOKEN}"
    );
    assert_eq!(
        secrets(TOKEN).lines(&text),
        "AKID [redacted] x-amz-security-token:[redacted]\n [redacted] [redacted] [redacted][redacted]"
    );
    let long = "ä".repeat(MAX_TEXT);
    assert_eq!(secrets(TOKEN).line(&long).len(), MAX_TEXT);
}

/// What is called a token in a test is a word in a message.
#[test]
fn short_ones_are_no_secrets() {
    for token in ["s", "test", "fifteen-letters"] {
        let text = format!("this is a test of letters, {token}");
        assert_eq!(secrets(token).line(&text), text);
    }
    assert_eq!(
        secrets("sixteen-letters!").line("sixteen-letters!"),
        REDACTED
    );
}

/// A text that was cut may end in the beginning of one.
#[test]
fn halves() {
    for (text, clean) in [
        ("you sent tO/E+n0123456789=", "you sent [redacted]"),
        ("you sent tO/E+n01", "you sent [redacted]"),
        ("you sent tO\\/E+n01", "you sent [redacted]"),
        ("you sent tO%2FE%2Bn01", "you sent [redacted]"),
        ("you sent 0123456789ab", "you sent [redacted]"),
        ("you sent tO/E", "you sent "),
        ("you sent tO&#x2F;E+n01", REDACTED),
        ("you sent t\\u004f/E+n01", REDACTED),
        ("you sent nothing.", "you sent nothing."),
    ] {
        assert_eq!(secrets(TOKEN).for_a_part(true).line(text), clean, "{text}");
        // The same text, read to its end, has no secret.
        assert_eq!(secrets(TOKEN).line(text), text);
    }
    // Cut here, in the middle of it.
    let filled = "x".repeat(MAX_TEXT - 10);
    let clean = secrets(TOKEN).line(&format!("{filled}{TOKEN}"));
    assert_eq!(clean, format!("{filled}{REDACTED}"));
}

/// A text that was wrapped on the way.
#[test]
fn pieces() {
    let (front, back) = TOKEN.split_at(9);
    for between in [
        "\n", " ", "\r\n\t", "\u{200b}", "%0A", "\\r\\n", "\\\\n", "&#10;",
    ] {
        let text = format!("you sent {front}{between}{back}");
        assert_eq!(secrets(TOKEN).line(&text), REDACTED, "{between:?}");
    }
}

/// Nothing that moves a cursor, rewrites a line or turns text around.
#[test]
fn controls() {
    let text = "a\u{1b}[2Kb\u{9b}1;31mc\r\nd\te\u{202e}f\u{feff}\u{85}g\u{7f}";
    assert_eq!(secrets(TOKEN).line(text), "a [2Kb 1;31mc  d e f  g ");
    assert_eq!(secrets(TOKEN).lines(text), "a [2Kb 1;31mc \nd e f  g ");
}

/// The forms in which servers send a text back.
#[test]
fn other_spellings() {
    for form in [
        "tO%2fE%2bn0123456789%3d%3d",
        "tO%2FE+n0123456789%3D=",
        "tO\\u002fE\\u002bn0123456789\\u003d\\u003d",
        "tO\\u002FE\\u002Bn0123456789\\u003D\\u003D",
        "tO\\/E\\u002bn0123456789==",
        "tO&#x2F;E&#x2b;n0123456789&#x3D;&#x3d;",
        "tO&#47;E&#43;n0123456789&#61;&#61;",
        "tO&#047;E&#x002B;n0123456789==",
        "tO&sol;E&plus;n0123456789&equals;&equals;",
        "tO%252FE%252Bn0123456789%253D%253D",
        "tO&amp;#x2F;E+n0123456789==",
        "tO\\\\u002fE+n0123456789==",
        "%74O/E+n0123456789==",
    ] {
        let text = format!("you sent ä {form} & 5% <");
        assert_eq!(secrets(TOKEN).line(&text), REDACTED, "{form}");
    }
    // A sign is no digit: what follows it is not hidden in an escape.
    let token = "+f0123456789abcd==";
    for form in ["%+f%30123456789abcd==", "\\u00+f%30123456789abcd=="] {
        assert_eq!(secrets(token).line(form), REDACTED, "{form}");
    }
    for harmless in [
        "100% of \\ and & and &; &#; &#x; &#xfffff; %zz \\u12 \\uD800 %",
        "tO%2fE%2bn0123456789 is half of it; \\",
        "%ä1 \\ä \\u00ä &ä;",
    ] {
        assert_eq!(secrets(TOKEN).line(harmless), harmless);
    }
}
