//! Whoever has the token may call (RFC 6750, 2.1).

use crate::proxy::answer::Refused;
use crate::proxy::cause::Cause;
use crate::proxy::settings::Token;
use http::header::{AUTHORIZATION, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue};
use std::prelude::rust_2024::*;
use subtle::ConstantTimeEq;

/// Takes each header that shows the token off a request, before any rule can pass it on.
///
/// The time that this takes tells the token's length, and nothing else of it.
pub(crate) fn take_token(headers: &mut HeaderMap, token: &Token) -> Result<(), Refused> {
    let mut is_shown = false;
    for name in [PROXY_AUTHORIZATION, AUTHORIZATION] {
        let mut values = headers.get_all(&name).iter();
        if values.any(|value| shows(value, token)) {
            headers.remove(name);
            is_shown = true;
        }
    }
    if is_shown {
        return Ok(());
    }
    let message = "this proxy wants its token, in Authorization or Proxy-Authorization: Bearer";
    Err(Refused::new(Cause::Token, message))
}

fn shows(value: &HeaderValue, token: &Token) -> bool {
    let value = value.as_bytes();
    let Some((scheme, rest)) = value.split_first_chunk::<6>() else {
        return false;
    };
    // The name of the scheme has no case (RFC 9110, 11.1), and one or more spaces behind it.
    scheme.eq_ignore_ascii_case(b"bearer")
        && rest.first() == Some(&b' ')
        && bool::from(rest.trim_ascii_start().ct_eq(&token.0))
}

#[cfg(test)]
mod tests {
    use super::{Token, take_token};
    use http::HeaderMap;
    use std::prelude::rust_2024::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, value.parse().unwrap())
        });
        pairs.collect()
    }

    #[test]
    fn either_header_shows_it_and_does_not_go_on() {
        let token = Token::new("s3cret");
        for shown in [
            &[("authorization", "Bearer s3cret")][..],
            &[("authorization", "bearer  s3cret")],
            &[("proxy-authorization", "BEARER s3cret")],
            &[
                ("authorization", "Bearer s3cret"),
                ("proxy-authorization", "Bearer s3cret"),
            ],
            &[
                ("authorization", "Basic abc"),
                ("authorization", "Bearer s3cret"),
            ],
        ] {
            let mut headers = headers(shown);
            take_token(&mut headers, &token).unwrap();
            assert!(headers.is_empty(), "{headers:?}");
        }
        // The other one is the upstream's.
        let mut both = headers(&[
            ("authorization", "Basic abc"),
            ("proxy-authorization", "Bearer s3cret"),
        ]);
        take_token(&mut both, &token).unwrap();
        assert_eq!(both, headers(&[("authorization", "Basic abc")]));
    }

    #[test]
    fn nothing_else_does() {
        let token = Token::new("s3cret");
        for shown in [
            &[][..],
            &[("authorization", "")],
            &[("authorization", "Bearer")],
            &[("authorization", "Bearer ")],
            &[("authorization", "s3cret")],
            &[("authorization", "Basic s3cret")],
            &[("authorization", "Bearers3cret")],
            &[("authorization", "Bearer s3cre")],
            &[("authorization", "Bearer s3crets")],
            &[("authorization", "Bearer S3CRET")],
            &[("x-authorization", "Bearer s3cret")],
        ] {
            let mut headers = headers(shown);
            let before = headers.clone();
            let refused = take_token(&mut headers, &token).unwrap_err();
            assert_eq!(refused.status, 401);
            assert!(!refused.message.contains("s3c"));
            assert_eq!(headers, before);
        }
    }
}
