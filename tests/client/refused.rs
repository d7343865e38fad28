//! What is refused before anything is sent.

use crate::wanted::{accepting, builder, credentials, unset};
use sigv4::client::{Client, ClientBuilder, ClientError, Environment, ItemsClient, UrlError};
use sigv4::endpoint::EndpointError;
use sigv4::{Credentials, Error};
use std::time::{Duration, UNIX_EPOCH};

/// Builds a client, sends one request, expects an error and an unvisited server.
#[track_caller]
fn refused(
    change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    call: impl FnOnce(&Client) -> Result<sigv4::client::Response, ClientError>,
) -> ClientError {
    let server = accepting();
    let client = change(builder(&server)).build().unwrap();
    let error = call(&client).unwrap_err();
    assert_eq!(server.connections(), 0, "something was sent");
    error
}

#[test]
fn malformed_requests() {
    let same = |builder| builder;
    let signing = |error| ClientError::Signing(error);
    assert_eq!(
        refused(same, |client| client.get("/items?a=%zz").send()),
        signing(Error::MalformedEscape { position: 14 })
    );
    assert_eq!(
        refused(same, |client| client.get("items").send()),
        signing(Error::TargetNotAbsolute)
    );
    assert_eq!(
        refused(same, |client| client.get("").send()),
        signing(Error::TargetNotAbsolute)
    );
    for (name, error) in [
        ("Authorization", Error::AuthorizationAlreadySet),
        ("x-amz-date", Error::DateAlreadySet),
        ("X-Amz-Security-Token", Error::SecurityTokenAlreadySet),
    ] {
        assert_eq!(
            refused(same, |client| client.get("/items").header(name, "x").send()),
            signing(error)
        );
    }
    for value in ["a\r\nb: c", "a\nb", "a\0b"] {
        let error = refused(same, |client| {
            client.get("/items").header("a", value).send()
        });
        let part = "the value of the header a".to_owned();
        assert_eq!(error, ClientError::InvalidRequest { part });
    }
    for name in ["", "a b", "a\r\nb", "ä"] {
        let error = refused(same, |client| client.get("/items").header(name, "x").send());
        let part = "a header's name".to_owned();
        assert_eq!(error, ClientError::InvalidRequest { part });
    }
    assert_eq!(
        refused(same, |client| client.request("G T", "/items").send()),
        ClientError::InvalidRequest {
            part: "method".into()
        }
    );
    assert_eq!(
        refused(same, |client| client
            .get("/items")
            .header("x-amz-a", "ä")
            .send()),
        signing(Error::NonAsciiHeaderValue {
            index: 0,
            position: 0
        })
    );
    assert_eq!(
        refused(same, |client| client
            .get(&format!("/{}", "ä".repeat(30_000)))
            .send()),
        ClientError::Url(UrlError::TooLong)
    );
    assert_eq!(
        refused(same, |client| client
            .get("https://user@example.com/items")
            .send()),
        ClientError::Url(UrlError::UserInfo)
    );
}

#[test]
fn malformed_scopes_and_credentials() {
    let get = |client: &Client| client.get("/items").send();
    let is = |builder: fn(ClientBuilder) -> ClientBuilder, error| {
        assert_eq!(refused(builder, get), ClientError::Signing(error));
    };
    is(|b| b.region(""), Error::EmptyRegion);
    is(
        |b| b.region("us/east"),
        Error::InvalidRegion { position: 2 },
    );
    is(|b| b.service(""), Error::EmptyService);
    is(
        |b| b.service("execute/api"),
        Error::InvalidService { position: 7 },
    );
    is(
        |b| b.credentials(Credentials::new("", "s")),
        Error::EmptyAccessKeyId,
    );
    is(
        |b| b.credentials(Credentials::new("A/B", "s")),
        Error::InvalidAccessKeyId { position: 1 },
    );
    is(
        |b| b.credentials(Credentials::new("A", "")),
        Error::EmptySecretAccessKey,
    );
    is(
        |b| b.credentials(Credentials::new("A", "s").with_session_token("t\n")),
        Error::InvalidSessionToken { position: 1 },
    );
    is(
        |b| b.clock(|| UNIX_EPOCH + Duration::from_secs(253_402_300_800)),
        Error::TimeOutOfRange {
            unix_seconds: 253_402_300_800,
        },
    );
}

#[test]
fn where_to_sign_for() {
    let get = |url: &'static str| move |client: &Client| client.get(url).send();
    let inferring = |_| {
        Client::builder()
            .environment(unset())
            .credentials(credentials())
            .proxy(None)
    };
    let host = || "api.example.com".to_owned();
    assert_eq!(
        refused(inferring, get("https://api.example.com/items")),
        ClientError::MissingService { host: host() }
    );
    assert_eq!(
        refused(
            |b| inferring(b).service("execute-api"),
            get("https://api.example.com/items")
        ),
        ClientError::MissingRegion {
            host: host(),
            instance: None,
        }
    );
    assert_eq!(
        refused(inferring, get("https://b.s3-accelerate.amazonaws.com/x")),
        ClientError::Endpoint(EndpointError::MissingRegion {
            host: "b.s3-accelerate.amazonaws.com".into(),
            aws: true
        })
    );
    assert_eq!(
        refused(
            inferring,
            get("http://abc.execute-api.us-east-1.amazonaws.com/x")
        ),
        ClientError::PlainHttp {
            host: "abc.execute-api.us-east-1.amazonaws.com".into()
        }
    );
    assert_eq!(
        refused(inferring, get("/items")),
        ClientError::Url(UrlError::MissingBase)
    );
}

#[test]
fn region_and_service_by_precedence() {
    let variables = [("AWS_REGION", "eu-north-1")];
    let environment = move || {
        Environment::from_lookup(move |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        })
    };
    let signing_host = "abc123.execute-api.ap-south-1.amazonaws.com";
    type Change = fn(ClientBuilder) -> ClientBuilder;
    // The host to sign for is another than the one to connect to.
    let rows: [(Change, &str, &str); 4] = [
        (
            |b| b.signing_host("abc123.execute-api.ap-south-1.amazonaws.com"),
            "ap-south-1",
            "execute-api",
        ),
        (
            |b| {
                b.signing_host("abc123.execute-api.ap-south-1.amazonaws.com")
                    .region("us-east-1")
            },
            "us-east-1",
            "execute-api",
        ),
        (
            |b| {
                b.signing_host("abc123.execute-api.ap-south-1.amazonaws.com")
                    .service("lambda")
            },
            "ap-south-1",
            "lambda",
        ),
        (|b| b.service("es"), "eu-north-1", "es"),
    ];
    for (change, region, service) in rows {
        let server = accepting();
        let builder = Client::builder()
            .environment(environment())
            .base_url(server.url())
            .credentials(credentials())
            .proxy(None);
        change(builder)
            .build()
            .unwrap()
            .get("/items")
            .send()
            .unwrap();
        let seen = &server.seen()[0];
        seen.verify_for(region, service, seen.signed_at());
        if seen.header("host") != Some(&format!("127.0.0.1:{}", server.port)) {
            assert_eq!(seen.header("host"), Some(signing_host));
        }
    }
}

#[test]
fn base_urls() {
    for (url, error) in [
        (
            "abc.execute-api.us-east-1.amazonaws.com/prod",
            UrlError::MissingScheme,
        ),
        ("ftp://example.com", UrlError::UnsupportedScheme),
        ("wss://example.com", UrlError::UnsupportedScheme),
        ("https://", UrlError::MissingHost),
        ("https:///prod", UrlError::MissingHost),
        ("https://user:secret@example.com/prod", UrlError::UserInfo),
        ("https://example.com/prod?x", UrlError::QueryInBase),
        ("https://example.com/prod#x", UrlError::Fragment),
    ] {
        let result = ItemsClient::new(url, credentials(), "us-east-1");
        assert_eq!(result.unwrap_err(), ClientError::Url(error), "{url}");
    }
}

/// What a URL or a query may hold is not for a log.
#[test]
fn shown_without_secrets() {
    let builder = Client::builder().base_url("https://me:s3cr3t@example.com/prod?s3cr3t");
    let shown = format!("{builder:?}");
    assert!(
        shown.contains("https://example.com/prod") && !shown.contains("s3cr3t"),
        "{shown}"
    );
    let client = Client::builder()
        .credentials(credentials())
        .build()
        .unwrap();
    let request = client
        .put("https://me:s3cr3t@example.com/a?token=s3cr3t")
        .query("s3cr3t", "s3cr3t")
        .header("x", "s3cr3t")
        .body("s3cr3t");
    let shown = format!("{request:?}");
    assert!(
        shown.contains("https://example.com/a") && !shown.contains("s3cr3t"),
        "{shown}"
    );
}
