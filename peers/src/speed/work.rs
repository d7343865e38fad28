//! One piece of work: a request, how it is to be signed, and the right answer.

use crate::case::{ACCESS_KEY_ID, Case, EXPIRES, Form, REGION, SECRET, TIME};
use crate::{outcome, sigv4a};
use sigv4::{Credentials, Payload, Profile, Request, Signer, Stages, Timestamp};
use std::time::Duration;

/// Lives as long as the process, so that every contestant can borrow from it.
#[derive(Clone, Copy)]
pub struct Work {
    pub case: &'static Case,
    /// Whether `x-amz-content-sha256` is sent and signed, where the service does not ask
    /// for it.
    pub content_sha256: bool,
    /// By Version 4A, for [`REGION_SET`].
    pub sigv4a: bool,
}

/// Any region.
pub const REGION_SET: &str = "*";

/// SHA-256 blocks of a message of so many bytes.
fn blocks(bytes: usize) -> u32 {
    u32::try_from((bytes + 9).div_ceil(64)).expect("a short message")
}

impl Work {
    /// This crate's signer for it.
    pub fn signer(&self) -> Signer {
        let mut credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
        if let Some(token) = &self.case.token {
            credentials = credentials.with_session_token(token.as_str());
        }
        let service = self.case.service.as_str();
        if self.sigv4a {
            let signer = Signer::new(credentials, REGION_SET, service);
            let profile = signer.profile().with_sigv4a();
            return signer.with_profile(profile);
        }
        let signer = Signer::new(credentials, REGION, service);
        if self.content_sha256 {
            let profile = Profile {
                payload_hash_header: true,
                ..*signer.profile()
            };
            return signer.with_profile(profile);
        }
        signer
    }

    /// All headers, `host` first.
    pub fn headers<'a>(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let case: &'a Case = self.case;
        let given = case.headers.iter();
        std::iter::once(("host", case.authority.as_str()))
            .chain(given.map(|(name, value)| (name.as_str(), value.as_str())))
    }

    pub fn payload(&self) -> Payload<'static> {
        Payload::Bytes(self.case.body.as_bytes())
    }

    /// The request in this crate's form.
    pub fn request(&self) -> Request<'static> {
        let headers: Vec<_> = self
            .headers()
            .map(|(name, value)| (name, value.as_bytes()))
            .collect();
        Request {
            method: &self.case.method,
            target: &self.case.target,
            headers: headers.leak(),
            payload: self.payload(),
        }
    }

    /// The request in the form of the `http` crate, which most others take.
    ///
    /// # Panics
    /// If the case is none that HTTP knows.
    pub fn http(&self) -> http::Request<()> {
        let mut request = http::Request::builder()
            .method(self.case.method.as_str())
            .uri(self.case.url());
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        request.body(()).expect("a request")
    }

    /// The signed request, at [`TIME`].
    ///
    /// # Panics
    /// If the text is no header.
    pub fn arrived(&self, authorization: &str) -> http::Request<()> {
        let mut request = self.http();
        let headers = request.headers_mut();
        headers.insert("x-amz-date", http::HeaderValue::from_static(TIME));
        if self.sigv4a {
            let set = http::HeaderValue::from_static(REGION_SET);
            headers.insert("x-amz-region-set", set);
        }
        let authorization = authorization.parse().expect("a header value");
        headers.insert("authorization", authorization);
        request
    }

    /// # Panics
    /// If the case cannot be signed.
    pub fn stages(&self, at: Timestamp) -> Stages {
        let (signer, request) = (self.signer(), self.request());
        let expires = Duration::from_secs(EXPIRES);
        match self.case.form {
            Form::Header => signer.stages(&request, at),
            Form::Query => signer.presign_stages(&request, expires, at),
        }
        .expect("a request that can be signed")
    }

    /// The `Authorization` header at [`TIME`].
    ///
    /// # Panics
    /// If the case cannot be signed.
    pub fn authorization(&self) -> String {
        let at = Timestamp::parse(TIME).expect("a timestamp");
        let (signer, request) = (self.signer(), self.request());
        let with_headers = signer.sign(&request, at).expect("a request");
        with_headers.authorization().to_owned()
    }

    /// The same with another last digit.
    pub fn wrong_authorization(&self) -> String {
        let mut authorization = self.authorization();
        let last = authorization.pop();
        authorization.push(if last == Some('0') { '1' } else { '0' });
        authorization
    }

    /// Compressions of SHA-256 that nobody gets around: body, canonical request, string to
    /// sign, and the outer hash of its HMAC. The key is known, with both its blocks hashed.
    ///
    /// # Panics
    /// If the case cannot be signed.
    pub fn compressions(&self) -> u32 {
        let stages = self.stages(Timestamp::parse(TIME).expect("a timestamp"));
        let body = self.case.body.len();
        let of_body = if body == 0 { 0 } else { blocks(body) };
        of_body + blocks(stages.canonical_request.len()) + blocks(stages.string_to_sign.len()) + 1
    }

    /// # Panics
    /// If what was sent is not signed as this crate signs it, at the time that it names.
    pub fn check(&self, who: &str, sent: &[(String, String)]) {
        let value = |wanted: &str| {
            let mut found = sent.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.as_str())
        };
        let (signed, date) = match self.case.form {
            Form::Header => (value("authorization"), value("x-amz-date")),
            Form::Query => {
                let url = value("url");
                (url, url.and_then(|url| part(url, "X-Amz-Date=", 16)))
            }
        };
        let date = date.unwrap_or_else(|| panic!("{who}: no date in {sent:?}"));
        let stages = self.stages(Timestamp::parse(date).expect("a timestamp"));
        let canonical = String::from_utf8(stages.canonical_request).expect("UTF-8");
        let service = &self.case.service;
        let right = if self.sigv4a {
            let signature = signed.and_then(|text| Some(text.split_once("Signature=")?.1));
            signature.is_some_and(|text| sigv4a::verifies(text, &canonical, service, date))
        } else {
            let signature = signed.and_then(|text| part(text, "Signature=", 64));
            signature == Some(&*outcome::sign(&canonical, service, date))
        };
        assert!(right, "{who} signs {sent:?}");
    }
}

/// So many characters after a name.
fn part<'a>(text: &'a str, name: &str, length: usize) -> Option<&'a str> {
    text.split_once(name)?.1.get(..length)
}
