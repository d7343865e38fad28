//! Who may ask: pages of other origins may not, nor names that somebody else points here.

use super::browser::{self, is_of_other_origin, is_of_other_site};
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{Method, StatusCode};
use std::format;
use std::prelude::rust_2024::*;
use subtle::ConstantTimeEq;

/// What stands in the URL where others than this machine can reach it.
pub(crate) struct Token(String);

/// Why a request is not answered.
pub(super) type Refused = (StatusCode, &'static str);

impl Token {
    /// 160 bits of the system's randomness.
    ///
    /// # Errors
    /// Where the system gives none.
    pub(crate) fn new() -> std::io::Result<Self> {
        let mut bytes = [0; 20];
        getrandom::getrandom(&mut bytes)?;
        let text = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Self(text.collect::<Vec<_>>().concat()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path below the token. Whoever has not got it is told of nothing.
pub(super) fn below<'p>(path: &'p str, token: Option<&Token>) -> Result<&'p str, Refused> {
    let unknown = (StatusCode::NOT_FOUND, "there is nothing here");
    let Some(token) = token else {
        return Ok(path);
    };
    let rest = path.strip_prefix('/').ok_or(unknown)?;
    let (given, _) = rest.split_once('/').ok_or(unknown)?;
    if !bool::from(given.as_bytes().ct_eq(token.0.as_bytes())) {
        return Err(unknown);
    }
    rest.get(given.len()..).ok_or(unknown)
}

/// What a request names; empty where that is nothing, or not one thing.
pub(super) fn host(head: &Parts) -> &str {
    let mut hosts = head.headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    host.filter(|_| hosts.next().is_none()).unwrap_or_default()
}

/// By name, where no token says who asks: a page at a name that was made to mean this machine has
/// that name in `Host`.
pub(super) fn check(head: &Parts, token: Option<&Token>, is_page: bool) -> Result<(), Refused> {
    let host = host(head);
    if token.is_none() && !is_own(host) {
        let why = "this is for the machine that it runs on: call it by its address or as localhost";
        return Err((StatusCode::FORBIDDEN, why));
    }
    let foreign = (
        StatusCode::FORBIDDEN,
        "a page of another origin asks for this",
    );
    // A link from elsewhere may lead to the page.
    if !is_page && is_of_other_site(&head.headers)
        || is_of_other_origin(&head.headers, host, &["http://"])
    {
        return Err(foreign);
    }
    if head.method == Method::POST && !is_json(head) {
        let why = "a POST here is of content-type application/json";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    Ok(())
}

/// Which no form of a page can send.
fn is_json(head: &Parts) -> bool {
    let kind = head.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn is_own(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    browser::is_own(name, |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Token, below, is_own};
    use std::format;

    #[test]
    fn names_of_this_machine() {
        for (host, own) in [
            ("127.0.0.1:8025", true),
            ("127.0.0.2", true),
            ("[::1]:8025", true),
            ("LocalHost:1", true),
            ("inspector.localhost:1", true),
            ("evil.example:8025", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example:8025", false),
            ("192.0.2.1", false),
            ("", false),
        ] {
            assert_eq!(is_own(host), own, "{host}");
        }
    }

    #[test]
    fn paths_below_a_token() {
        let token = Token::new().unwrap();
        assert_eq!(token.as_str().len(), 40);
        let path = format!("/{}/api/requests", token.as_str());
        assert_eq!(below(&path, Some(&token)).unwrap(), "/api/requests");
        for path in [
            "/",
            "/api/requests",
            "//api",
            &format!("/{}", token.as_str()),
        ] {
            assert!(below(path, Some(&token)).is_err(), "{path}");
        }
        assert_eq!(below("/api", None).unwrap(), "/api");
    }
}
