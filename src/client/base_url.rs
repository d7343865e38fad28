//! URLs: what may be called, and how a base and a path are joined.

use crate::canonical::target;
use crate::client::error::ClientError;
use crate::client::url_error::UrlError;
use crate::error::Error;
use crate::grammar::encode::encode;
pub(crate) use crate::grammar::host::is_loopback;
use crate::grammar::text::UNRESERVED;
use http::Uri;
use http::uri::Authority;
use std::format;
use std::prelude::rust_2024::*;

/// Reads an absolute URL. What has no place in a target (spaces, non-ASCII) is escaped;
/// nothing else is changed.
pub(crate) fn parse(url: &str) -> Result<Uri, UrlError> {
    if url.contains('#') {
        return Err(UrlError::Fragment);
    }
    let (scheme, rest) = url.split_once("://").ok_or(UrlError::MissingScheme)?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" => "https",
        "http" => "http",
        "" => return Err(UrlError::MissingScheme),
        _ => return Err(UrlError::UnsupportedScheme),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let authority = check_authority(authority)?;
    let target = if target.starts_with('/') {
        target.into()
    } else {
        format!("/{target}")
    };
    Uri::builder()
        .scheme(scheme)
        .authority(authority)
        .path_and_query(target::escaped(&target).as_ref())
        .build()
        .map_err(|_| UrlError::TooLong)
}

fn check_authority(text: &str) -> Result<Authority, UrlError> {
    if text.is_empty() {
        return Err(UrlError::MissingHost);
    }
    if text.contains('@') {
        return Err(UrlError::UserInfo);
    }
    let authority = Authority::try_from(text).map_err(|_| UrlError::InvalidHost)?;
    if authority.host().is_empty() {
        return Err(UrlError::MissingHost);
    }
    // A port that is no number from 0 to 65535 reads as no port at all.
    let without_port = authority.host().len() == text.len();
    if without_port || authority.port_u16().is_some() {
        Ok(authority)
    } else {
        Err(UrlError::InvalidHost)
    }
}

/// A base URL may carry a path, such as a stage, and a trailing slash.
pub(crate) fn parse_base(url: &str) -> Result<Uri, UrlError> {
    let uri = parse(url)?;
    if uri.query().is_some() {
        return Err(UrlError::QueryInBase);
    }
    Ok(uri)
}

/// What a path, or an absolute URL, means beside a base; with query pairs added.
pub(crate) fn resolve(
    base: Option<&Uri>,
    target: &str,
    query: &[(String, String)],
) -> Result<Uri, ClientError> {
    let mut url = if target.starts_with('/') {
        let base = base.ok_or(UrlError::MissingBase)?;
        let scheme = base.scheme_str().unwrap_or_default();
        let authority = base.authority().map_or("", Authority::as_str);
        let path = base.path().trim_end_matches('/');
        format!("{scheme}://{authority}{path}{target}")
    } else if target.contains("://") {
        target.into()
    } else {
        return Err(Error::TargetNotAbsolute.into());
    };
    for (key, value) in query {
        url.push(match url.split_once('?') {
            None => '?',
            Some(_) => '&',
        });
        encode(key, &UNRESERVED, &mut |piece| url.push_str(piece));
        url.push('=');
        encode(value, &UNRESERVED, &mut |piece| url.push_str(piece));
    }
    Ok(parse(&url)?)
}

/// A target as it may be shown: without user, password, query and fragment.
pub(crate) fn shown(target: &str) -> String {
    let shown = target.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = shown.split_once("://") else {
        return shown.into();
    };
    let (authority, path) = rest
        .split_at_checked(rest.find('/').unwrap_or(rest.len()))
        .unwrap_or((rest, ""));
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::{UrlError, is_loopback, parse, parse_base, resolve, shown};
    use crate::client::error::ClientError;
    use std::prelude::rust_2024::*;

    #[test]
    fn urls() {
        for (url, expected) in [
            ("https://example.com", Ok("https://example.com/")),
            (
                "HTTPS://example.com/a b?c d",
                Ok("https://example.com/a%20b?c%20d"),
            ),
            ("https://example.com?x=1", Ok("https://example.com/?x=1")),
            (
                "https://example.com/ä/%2f/../x?a+b",
                Ok("https://example.com/%C3%A4/%2f/../x?a+b"),
            ),
            ("http://[::1]:8080/x", Ok("http://[::1]:8080/x")),
            ("example.com/x", Err(UrlError::MissingScheme)),
            ("://example.com/x", Err(UrlError::MissingScheme)),
            ("", Err(UrlError::MissingScheme)),
            ("ftp://example.com", Err(UrlError::UnsupportedScheme)),
            ("https://", Err(UrlError::MissingHost)),
            ("https:///items", Err(UrlError::MissingHost)),
            ("https://:443/x", Err(UrlError::MissingHost)),
            ("https://user@example.com/", Err(UrlError::UserInfo)),
            (
                "https://user:password@example.com/",
                Err(UrlError::UserInfo),
            ),
            ("https://exa mple.com/", Err(UrlError::InvalidHost)),
            ("https://example.com:99999/", Err(UrlError::InvalidHost)),
            ("https://example.com:x/", Err(UrlError::InvalidHost)),
            ("https://example.com/#x", Err(UrlError::Fragment)),
        ] {
            let parsed = parse(url).map(|uri| uri.to_string());
            assert_eq!(parsed.as_deref(), expected.as_deref(), "{url}");
        }
        let long = std::format!("https://example.com/{}", "a".repeat(70_000));
        assert_eq!(parse(&long).unwrap_err(), UrlError::TooLong);
        assert_eq!(
            parse_base("https://a.b/?x").unwrap_err(),
            UrlError::QueryInBase
        );
    }

    #[test]
    fn joined() {
        let pair = |key: &str, value: &str| (String::from(key), String::from(value));
        for (base, target, query, expected) in [
            (
                "https://a.b/prod/",
                "/items",
                &[][..],
                "https://a.b/prod/items",
            ),
            ("https://a.b", "/items", &[], "https://a.b/items"),
            (
                "https://a.b/p",
                "https://c.d/x?y=1",
                &[pair("k", "v w")],
                "https://c.d/x?y=1&k=v%20w",
            ),
            (
                "https://a.b/p",
                "/x",
                &[pair("a+b", "ä&="), pair("", "")],
                "https://a.b/p/x?a%2Bb=%C3%A4%26%3D&=",
            ),
        ] {
            let base = parse_base(base).unwrap();
            let uri = resolve(Some(&base), target, query).unwrap();
            assert_eq!(uri.to_string(), expected);
        }
        let base = parse_base("https://a.b").unwrap();
        assert_eq!(
            resolve(Some(&base), "items", &[]),
            Err(ClientError::Signing(crate::error::Error::TargetNotAbsolute))
        );
        assert_eq!(
            resolve(None, "/items", &[]),
            Err(ClientError::Url(UrlError::MissingBase))
        );
    }

    #[test]
    fn what_is_shown() {
        for (target, expected) in [
            ("/items/a@b?token=s3cr3t", "/items/a@b"),
            ("https://me:s3cr3t@a.b/x?y#z", "https://a.b/x"),
            ("https://me:s3cr3t@a@a.b", "https://a.b"),
            ("https://a.b/c@d/e:f", "https://a.b/c@d/e:f"),
            ("items#s3cr3t", "items"),
            ("", ""),
        ] {
            assert_eq!(shown(target), expected);
        }
    }

    #[test]
    fn loopback() {
        for host in [
            "localhost",
            "LocalHost",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
            "::1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.com",
            "10.0.0.1",
            "169.254.170.2",
            "[::2]",
            "127.0.0.1.x",
            "[127.0.0.1]",
            "[[::1]]",
            "[::1",
            "[localhost]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
