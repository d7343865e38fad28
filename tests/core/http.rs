//! Signing an `http::Request` in place.
#![cfg(feature = "http")]

use crate::support::example::{ACCESS_KEY_ID, TIME, at};
use http::Request;
use sigv4::{Claim, Credentials, Error, HttpParts, Payload, Policy, Signer};

pub(crate) fn signer() -> Signer {
    let credentials = Credentials::new(ACCESS_KEY_ID, "secret").with_session_token("token");
    Signer::new(credentials, "us-east-1", "execute-api")
}

fn sign(request: &mut Request<()>) -> Result<(), Error> {
    signer().sign_http(request, Payload::EMPTY, at())
}

fn header<'a>(request: &'a Request<()>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

#[test]
fn signed_in_place() {
    let mut request = Request::get("https://example.com/a/../b//c%20d?x=1&y=a+b")
        .header("x-amz-mine", "1")
        .header("content-type", "text/plain")
        .header("x-forwarded-for", "192.0.2.1")
        .header("via", "1.1 proxy")
        .header("accept-encoding", "gzip")
        .header("content-length", "0")
        .body(())
        .unwrap();
    sign(&mut request).unwrap();
    assert_eq!(request.uri(), "https://example.com/b/c%20d?x=1&y=a%2Bb");
    assert_eq!(header(&request, "x-amz-date"), TIME);
    assert!(request.headers()["authorization"].is_sensitive());
    assert!(request.headers()["x-amz-security-token"].is_sensitive());
    assert!(
        header(&request, "authorization").contains(
            "SignedHeaders=content-type;host;x-amz-date;x-amz-mine;x-amz-security-token,"
        )
    );

    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let arrived = sigv4::Request {
        method: "GET",
        target: request.uri().path_and_query().unwrap().as_str(),
        headers: &headers,
        payload: Payload::EMPTY,
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let key = claim.signing_key("secret");
    let policy = Policy::new(&["us-east-1"], "execute-api");
    claim.verify(&key, &arrived, &policy, claim.at()).unwrap();
}

#[test]
fn headers_are_selected_by_name() {
    let mut request = Request::get("https://example.com/")
        .header("range", "bytes=0-9")
        .header("via", "1.1 proxy")
        .header("user-agent", "never signed")
        .body(())
        .unwrap();
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
    let at = sigv4::Timestamp::parse(TIME).unwrap();
    signer
        .sign_http_selected(&mut request, Payload::EMPTY, at, |name| name != "via")
        .unwrap();
    let signed = "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,";
    assert!(header(&request, "authorization").contains(signed));
}

/// The host of a URI is signed as the header that a client makes of it.
#[test]
fn hosts_of_uris() {
    for (uri, host) in [
        ("https://example.com/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("http://example.com:443/", "example.com:443"),
        ("https://user:password@example.com/", "example.com"),
        ("https://[::1]:8443/", "[::1]:8443"),
    ] {
        let mut request = Request::get(uri).body(()).unwrap();
        sign(&mut request).unwrap();
        assert_eq!(header(&request, "host"), host, "{uri}");
    }
}

/// What signing writes is refused where it is there already, whatever is selected.
#[test]
fn nothing_is_overwritten_or_left_unsigned() {
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
    let at = sigv4::Timestamp::parse(TIME).unwrap();
    for (name, error) in [
        ("authorization", Error::AuthorizationAlreadySet),
        ("x-amz-date", Error::DateAlreadySet),
        ("x-amz-security-token", Error::SecurityTokenAlreadySet),
        ("x-amz-content-sha256", Error::ContentSha256Differs),
    ] {
        let mut request = Request::get("https://example.com/a b".replace(' ', "%20"))
            .header(name, "given")
            .body(())
            .unwrap();
        let refused = signer.sign_http_selected(&mut request, Payload::EMPTY, at, |_| false);
        assert_eq!(refused.unwrap_err(), error, "{name}");
        assert_eq!(request.headers().len(), 1);
    }
}

#[test]
fn a_map_without_room_is_an_error_and_nothing_is_changed() {
    let mut request = Request::get("https://example.com/a//b").body(()).unwrap();
    for number in 0..24_575 {
        let name = http::HeaderName::try_from(format!("h{number}")).unwrap();
        request.headers_mut().insert(name, "v".parse().unwrap());
    }
    let refused = sign(&mut request);
    let full = matches!(refused, Err(Error::TooManyHeaders { limit: 24_576, .. }));
    assert!(full, "{refused:?}");
    assert_eq!(request.uri(), "https://example.com/a//b");
    assert_eq!(request.headers().len(), 24_575);
}

#[test]
fn hosts() {
    for (uri, host) in [
        ("https://example.com/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("https://example.com:80/", "example.com:80"),
        ("http://example.com:80/", "example.com"),
        ("http://example.com:443/", "example.com:443"),
        ("https://example.com:8443/", "example.com:8443"),
        ("ws://example.com:80/", "example.com"),
        ("ws://example.com:443/", "example.com:443"),
        ("wss://example.com:443/", "example.com"),
        ("wss://example.com:80/", "example.com:80"),
        ("ftp://example.com:21/", "example.com:21"),
        ("https://[2001:db8::1]/", "[2001:db8::1]"),
        ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
        (
            "https://user:password@example.com:8443/",
            "example.com:8443",
        ),
    ] {
        let mut request = Request::get(uri).body(()).unwrap();
        sign(&mut request).unwrap();
        assert_eq!(header(&request, "host"), host, "{uri}");
    }
    // As on a server, or for a tunnel: what is there is what is sent.
    for uri in ["/items", "https://tunnel.example/items"] {
        let mut request = Request::get(uri)
            .header("host", "example.com:443")
            .body(())
            .unwrap();
        sign(&mut request).unwrap();
        assert_eq!(header(&request, "host"), "example.com:443", "{uri}");
    }
}

#[test]
fn refused_and_left_alone() {
    let long = format!(
        "https://example.com/{}",
        "'".repeat(30_000) + &"{".repeat(15_000)
    );
    for (uri, name, value, error) in [
        ("/items", "a", "b", Error::MissingHost),
        ("*", "host", "example.com", Error::TargetNotAbsolute),
        (
            "https://example.com/",
            "authorization",
            "x",
            Error::AuthorizationAlreadySet,
        ),
        (
            "https://example.com/",
            "x-amz-date",
            TIME,
            Error::DateAlreadySet,
        ),
        (&long, "a", "b", Error::TargetTooLong { limit: 65_534 }),
    ] {
        let mut request = Request::get(uri).header(name, value).body(()).unwrap();
        assert_eq!(sign(&mut request), Err(error));
        assert_eq!(request.uri(), uri);
        assert_eq!(request.headers().len(), 1);
    }
}

/// In HTTP/2 the host comes with the URI.
#[test]
fn an_arrived_request_takes_its_host_from_the_uri_where_it_has_no_header() {
    let mut request = Request::get("https://user:word@example.com:8443/a?b=c")
        .body(())
        .unwrap();
    sign(&mut request).unwrap();
    for with_header in [true, false] {
        if !with_header {
            request.headers_mut().remove("host");
        }
        let parts = HttpParts::try_from(&request).unwrap();
        let arrived = parts.request(Payload::EMPTY);
        let hosts: Vec<_> = (arrived.headers.iter())
            .filter(|(name, _)| *name == "host")
            .map(|(_, value)| *value)
            .collect();
        assert_eq!(hosts, [b"example.com:8443"]);
        let claim = Claim::from_request(&arrived).unwrap();
        let key = claim.signing_key("secret");
        let policy = Policy::new(&["us-east-1"], "execute-api");
        claim.verify(&key, &arrived, &policy, claim.at()).unwrap();
    }
}

/// A request that arrived has one host: of header and URI, where both are there, the same.
#[test]
fn the_host_of_the_uri_is_that_of_the_header() {
    let differs = Err(Error::HostDiffers);
    for (uri, header, hosts) in [
        ("/", None, Ok(vec![])),
        ("/", Some("example.com:443"), Ok(vec!["example.com:443"])),
        ("https://example.com/", None, Ok(vec!["example.com"])),
        ("https://example.com:443/", None, Ok(vec!["example.com"])),
        ("https://example.com:80/", None, Ok(vec!["example.com:80"])),
        ("http://example.com:80/", None, Ok(vec!["example.com"])),
        ("http://example.com:443/", None, Ok(vec!["example.com:443"])),
        ("ws://example.com:80/", None, Ok(vec!["example.com"])),
        ("wss://example.com:443/", None, Ok(vec!["example.com"])),
        ("wss://example.com:80/", None, Ok(vec!["example.com:80"])),
        ("https://a:b@example.com/", None, Ok(vec!["example.com"])),
        (
            "https://example.com/",
            Some("Example.COM"),
            Ok(vec!["Example.COM"]),
        ),
        (
            "https://example.com:443/",
            Some("example.com:443"),
            differs.clone(),
        ),
        ("https://example.com/", Some("example.org"), differs.clone()),
        ("https://example.com/", Some("example.com.org"), differs),
    ] {
        let mut request = Request::get(uri);
        if let Some(header) = header {
            request = request.header("host", header);
        }
        let request = request.body(()).unwrap();
        let whole = HttpParts::try_from(&request);
        assert_eq!(
            whole.map(|parts| host_headers(&parts)),
            hosts.clone().map(owned),
            "{uri}"
        );
        let (parts, ()) = request.into_parts();
        let parts = HttpParts::try_from(&parts);
        assert_eq!(
            parts.map(|parts| host_headers(&parts)),
            hosts.map(owned),
            "{uri}"
        );
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(ToOwned::to_owned).collect()
}

fn host_headers(parts: &HttpParts<'_>) -> Vec<String> {
    let headers = parts.request(Payload::EMPTY).headers;
    let hosts = headers.iter().filter(|(name, _)| *name == "host");
    hosts
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect()
}
