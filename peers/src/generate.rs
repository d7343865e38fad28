//! Random requests, biased to the edges. One seed gives the same requests everywhere.

use crate::case::{Case, Form};
use crate::classes::classes;
use crate::pieces::{
    BROKEN, HEADER_NAMES, HOSTS, ILLEGAL, KEYS, LEGAL, METHODS, NAMES, PORTS, SEGMENTS, SERVICES,
    TOKENS, VALUES,
};
use crate::signers;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The examples of the classes come first: a class that no longer occurs shows in every run.
#[must_use]
pub fn cases(seed: u64, requests: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for class in classes() {
        for (number, mut case) in class.examples.into_iter().enumerate() {
            case.id = format!("{} {number}", class.id);
            case.host = signers::host(&case.scheme, &case.authority);
            cases.push(case);
        }
    }
    let mut generator = Generator::new(seed);
    cases.extend((0..requests).map(|number| generator.case(number)));
    cases
}

pub struct Generator {
    random: ChaCha8Rng,
}

impl Generator {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.random).copied().unwrap_or_default()
    }

    fn odds(&mut self, odds: f64) -> bool {
        self.random.random_bool(odds)
    }

    fn up_to(&mut self, most: usize) -> usize {
        self.random.random_range(0..=most)
    }

    pub fn case(&mut self, number: usize) -> Case {
        let service = SERVICES[number % SERVICES.len()].to_owned();
        let form = if (number / SERVICES.len()).is_multiple_of(2) {
            Form::Header
        } else {
            Form::Query
        };
        let scheme = if self.odds(0.9) { "https" } else { "http" };
        let mut authority = self.one(&HOSTS).to_owned();
        if self.odds(0.03) {
            authority = authority.to_uppercase();
        }
        authority += self.one(&PORTS);
        if self.odds(0.02) {
            authority.insert_str(0, "user:secret@");
        }
        let mut target = if self.odds(0.35) {
            self.plain_target()
        } else {
            self.target()
        };
        // What this crate puts on the wire, or, to see what everyone makes of it, the rest.
        if self.odds(0.6) {
            target = signers::wire_target(&service, &target);
        }
        let headers = self.headers();
        Case {
            id: number.to_string(),
            host: signers::host(scheme, &authority),
            scheme: scheme.to_owned(),
            authority,
            method: self.one(&METHODS).to_owned(),
            target,
            headers,
            body: self.body(form),
            token: self.odds(0.25).then(|| self.one(&TOKENS).to_owned()),
            service,
            form,
        }
    }

    fn text(&mut self, pieces: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.up_to(pieces) {
            text += match self.up_to(99) {
                0..40 => self.one(&LEGAL[..10]),
                40..97 => self.one(&LEGAL),
                97 => "+",
                _ => self.one(&ILLEGAL),
            };
        }
        text
    }

    /// In the canonical spelling already: there all implementations should agree.
    fn plain_target(&mut self) -> String {
        const SEGMENTS: [&str; 8] = ["a", "items", "b-c_d~", "a.b", "%20", "%C3%BC", "%25", "%3A"];
        let mut target = String::new();
        for _ in 0..self.up_to(4) {
            target.push('/');
            target += self.one(&SEGMENTS);
        }
        if target.is_empty() || self.odds(0.3) {
            target.push('/');
        }
        let pairs: Vec<_> = (0..self.up_to(4))
            .map(|number| {
                let keys = ["a", "a-b", "a.c", "B", "%20", "%25", "%C3%BC", "~"];
                let (key, value) = (self.one(&keys), self.one(&SEGMENTS));
                format!("{key}{number}={value}")
            })
            .collect();
        if !pairs.is_empty() {
            target.push('?');
            target += &pairs.join("&");
        }
        target
    }

    fn target(&mut self) -> String {
        let mut target = String::new();
        for _ in 0..self.up_to(5) {
            target.push('/');
            target += &match self.up_to(9) {
                0..3 => self.one(&SEGMENTS).to_owned(),
                3..6 => self.one(&LEGAL[..5]).to_owned(),
                _ => self.text(4),
            };
        }
        if self.odds(0.3) || target.is_empty() {
            target.push('/');
        }
        if self.odds(0.01) {
            target += self.one(&BROKEN);
        }
        if self.odds(0.7) {
            target.push('?');
            target += &self.query();
        }
        target
    }

    fn query(&mut self) -> String {
        let mut pairs = Vec::new();
        for _ in 0..self.up_to(5) {
            let mut pair = if self.odds(0.6) {
                self.one(&KEYS).replace(' ', "%20")
            } else {
                self.text(3)
            };
            if self.odds(0.85) {
                pair.push('=');
                pair += &self.text(3);
            }
            if self.odds(0.05) {
                pair.push(if self.odds(0.5) { '/' } else { '=' });
            }
            pairs.push(pair);
        }
        if self.odds(0.04) {
            let pair = self.one(&["", "+", "a=+", "+=", "?", "a=?"]).to_owned();
            pairs.insert(self.up_to(pairs.len()), pair);
        }
        if self.odds(0.01) {
            pairs.push(self.one(&BROKEN).to_owned());
        }
        pairs.join("&")
    }

    fn headers(&mut self) -> Vec<(String, String)> {
        let most = if self.odds(0.05) { 40 } else { 4 };
        // The first so many are what every implementation reads alike.
        let (names, values) = if self.odds(0.6) {
            (14, 12)
        } else {
            (NAMES, VALUES.len())
        };
        let mut headers = Vec::new();
        for _ in 0..self.up_to(most) {
            let name = if self.odds(0.85) {
                self.one(&HEADER_NAMES[..14])
            } else {
                self.one(&HEADER_NAMES[..names])
            };
            let mut value = String::new();
            for _ in 0..self.up_to(5) {
                let values = if self.odds(0.9) {
                    values.min(16)
                } else {
                    values
                };
                value += self.one(&VALUES[..values]);
            }
            headers.push((name.to_owned(), value));
        }
        if self.odds(0.05) {
            let form = "application/x-www-form-urlencoded; charset=utf-8";
            headers.push(("content-type".to_owned(), form.to_owned()));
        }
        headers
    }

    fn body(&mut self, form: Form) -> String {
        // A body rarely comes with a presigned URL.
        if !self.odds(if form == Form::Header { 0.4 } else { 0.03 }) {
            return String::new();
        }
        match self.up_to(3) {
            0 => "Action=ListUsers&Version=2010-05-08".to_owned(),
            1 => r#"{"name":"ü"}"#.to_owned(),
            2 => "Welcome to Amazon S3.".to_owned(),
            _ => "x".repeat(1 + self.up_to(3000)),
        }
    }
}
