//! The signature of a presigned request, taken off its query.

use crate::adapter::http::with_target;
use crate::canonical::parameter::Parameter;
use crate::error::Error;
use crate::proxy::hop::take_signature_off;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::format;
use std::prelude::rust_2024::*;

/// Takes off the caller's signature where it was verified, in the request as it arrived: before any rule can
/// pass it on by another name. Elsewhere only that of a presigned URL, which was made for another host: two
/// beside each other are refused by every service, and no rule is about queries.
pub(crate) fn take_off(head: &mut Parts, verified: Option<&Parts>) -> Result<(), Error> {
    let is_presigned = if let Some(arrived) = verified {
        take_signature_off(&mut head.headers);
        // In a request with a header, a query is no signature.
        !arrived.headers.contains_key(AUTHORIZATION)
    } else {
        let query = head.uri.query().unwrap_or_default();
        let mut keys = query.split('&').map(key_of);
        // The other parameters alone are none of a signature, but the caller's mistake.
        keys.any(|key| Parameter::of(key) == Parameter::Signature)
    };
    if is_presigned {
        take_query_off(head)?;
    }
    Ok(())
}

fn take_query_off(head: &mut Parts) -> Result<(), Error> {
    let query = head.uri.query().unwrap_or_default();
    if let Some(rest) = take_parameters_off(query) {
        let path = head.uri.path();
        let target = if rest.is_empty() {
            path.into()
        } else {
            format!("{path}?{rest}")
        };
        head.uri = with_target(&head.uri, &target)?;
    }
    Ok(())
}

/// A query without the parameters of a signature, and each byte of the rest as it was. `None` if it has
/// none of them.
///
/// The hash of the body, if it is one of them, was compared with the body.
fn take_parameters_off(query: &str) -> Option<String> {
    let is_of_signature = |piece: &&str| {
        let parameter = Parameter::of(key_of(piece));
        !matches!(parameter, Parameter::Other | Parameter::OtherAmz)
    };
    if !query.split('&').any(|piece| is_of_signature(&piece)) {
        return None;
    }
    let rest: Vec<_> = query
        .split('&')
        .filter(|piece| !is_of_signature(piece))
        .collect();
    Some(rest.join("&"))
}

fn key_of(piece: &str) -> &str {
    piece.split('=').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::take_parameters_off;

    #[test]
    fn the_rest_stays_byte_for_byte() {
        let signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb&X-Amz-Date=d\
            &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t%3D&X-Amz-Signature=ab";
        for (front, back, rest) in [
            ("", "", ""),
            ("a=1&", "", "a=1"),
            ("", "&b=%7e", "b=%7e"),
            ("b=+&&a&", "&%20==&", "b=+&&a&%20==&"),
            (
                "X-Amz-Meta=1&x-amz-date=2&",
                "",
                "X-Amz-Meta=1&x-amz-date=2",
            ),
            ("X%2DAmz-Date=0&", "&X-Amz-Content-Sha256=ab", ""),
        ] {
            let query = [front, signature, back].concat();
            assert_eq!(
                take_parameters_off(&query).as_deref(),
                Some(rest),
                "{query}"
            );
        }
        for query in ["", "a=b", "&&", "X-Amz-Signed=1"] {
            assert_eq!(take_parameters_off(query), None);
        }
    }
}
