//! What `curl -v` prints: lines that begin with `>`, `<` and `*`, and the body among them.

use super::copied::{Answer, Request};
use super::raw;
use std::prelude::rust_2024::*;

/// A line of a request that was sent.
pub(super) fn is_output(text: &str) -> bool {
    let is = |line: &str| {
        let sent = line
            .strip_prefix("> ")
            .is_some_and(|sent| sent.contains(" HTTP/"));
        sent || line.starts_with("< HTTP/")
    };
    text.lines().any(is)
}

/// The last request, and its answer.
pub(super) fn read(text: &str) -> (Option<Request>, Option<Answer>) {
    let (mut request, mut head, mut body) = (String::new(), String::new(), String::new());
    for line in text.lines() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(sent) = marked(line, '>') {
            if sent.contains(" HTTP/") && !sent.contains(": ") {
                request.clear();
            }
            request.push_str(sent);
            request.push('\n');
        } else if let Some(came) = marked(line, '<') {
            if came.starts_with("HTTP/") {
                head.clear();
                body.clear();
            }
            head.push_str(came);
            head.push('\n');
        } else if !is_note(line) && !head.is_empty() {
            if !body.is_empty() {
                body.push('\n');
            }
            body.push_str(line);
        }
    }
    let answer = (!head.is_empty()).then(|| {
        let mut text = head.trim_end().to_owned();
        text.push_str("\n\n");
        let mut answer = raw::answer(&text);
        answer.body.extend_from_slice(body.as_bytes());
        answer
    });
    (raw::request(&request).ok(), answer)
}

fn marked(line: &str, mark: char) -> Option<&str> {
    let rest = line.strip_prefix(mark)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(' ')
}

/// `* Connected to …`, `{ [123 bytes data]`, the meter.
fn is_note(line: &str) -> bool {
    let is_data = (line.starts_with("{ [") || line.starts_with("} [")) && line.ends_with("data]");
    is_data || line.starts_with("* ") || line.starts_with("  % Total") || line.starts_with("100 ")
}
