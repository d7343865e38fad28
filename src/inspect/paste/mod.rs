//! What people have of a call that was refused: a request and an answer, in whatever form they were
//! copied.

mod copied;
mod curl;
mod curl_options;
mod har;
mod raw;
mod verbose;
mod words;

use copied::{Answer, Request};
pub(crate) use copied::{Fault, LONGEST};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// What was copied, and in which form.
#[derive(Default)]
pub(super) struct Pasted {
    pub(super) request: Option<Request>,
    pub(super) answer: Option<Answer>,
    pub(super) request_form: Option<&'static str>,
    pub(super) answer_form: Option<&'static str>,
}

impl Pasted {
    pub(super) fn read(request: &str, answer: &str) -> Result<Self, Fault> {
        if request.len() > LONGEST || answer.len() > LONGEST {
            return Err("request and answer may have 256 KiB each");
        }
        let mut pasted = Self::default();
        let text = request.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            let (request, answer) = har::read(text)?;
            pasted.request = Some(request);
            pasted.request_form = Some("har");
            pasted.take(answer, "har");
        } else if curl::is_line(text) {
            pasted.request = Some(curl::read(text)?);
            pasted.request_form = Some("curl");
        } else if verbose::is_output(text) {
            let (request, answer) = verbose::read(text);
            pasted.request =
                Some(request.ok_or("the output of curl -v has no request line: > GET / HTTP/1.1")?);
            pasted.request_form = Some("curl -v");
            pasted.take(answer, "curl -v");
        } else if !text.is_empty() {
            pasted.request = Some(raw::request(text)?);
            pasted.request_form = Some("raw");
        }
        let text = answer.trim_start_matches('\u{feff}').trim_start();
        if verbose::is_output(text) {
            let (sent, found) = verbose::read(text);
            pasted.take(found, "curl -v");
            pasted.take_request(sent, "curl -v");
        } else if text.starts_with('{') && text.contains("\"entries\"") && pasted.request.is_none()
        {
            let (sent, found) = har::read(text)?;
            pasted.take(found, "har");
            pasted.take_request(Some(sent), "har");
        } else if text.starts_with("HTTP/") {
            pasted.take(Some(raw::answer(text)), "raw");
        } else if !text.is_empty() {
            let body = Zeroizing::new(text.trim_end().as_bytes().to_vec());
            let answer = Answer {
                body,
                ..Answer::default()
            };
            pasted.take(Some(answer), "body");
        }
        match (&pasted.request, &pasted.answer) {
            (None, None) => Err("paste an answer, a request, or both"),
            _ => Ok(pasted),
        }
    }

    /// Where none was given beside it.
    fn take_request(&mut self, request: Option<Request>, form: &'static str) {
        if self.request.is_none() && request.is_some() {
            self.request = request;
            self.request_form = Some(form);
        }
    }

    fn take(&mut self, answer: Option<Answer>, form: &'static str) {
        if answer.is_some() {
            self.answer = answer;
            self.answer_form = Some(form);
        }
    }
}

#[cfg(test)]
mod curl_tests;
#[cfg(test)]
mod tests;
