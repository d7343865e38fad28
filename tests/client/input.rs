//! What is refused before anything is sent, and what is sent instead of what was asked.
#![cfg(feature = "client")]

use crate::server::{ACCESS_KEY_ID, SECRET, Seen, Server, TOKEN, response};
use sigv4::client::{
    Client, ClientBuilder, ClientError, CredentialsError, Environment, ItemsClient, SigV4,
    TransportKind, UrlError,
};
use sigv4::{Credentials, Error, Timestamp};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Read;
use std::time::{Duration, UNIX_EPOCH};
use ureq::Agent;

fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET)
}

fn accepting() -> Server {
    Server::new(|_| vec![response("200 OK", "", "{\"items\":[]}")])
}

fn unset() -> Environment {
    Environment::from_lookup(|_| None)
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .environment(unset())
        .base_url(server.url())
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
}

fn only(server: &Server) -> Seen {
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    let only = seen.into_iter().next().unwrap();
    only.verify(only.signed_at());
    only
}

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
        ClientError::MissingRegion { host: host() }
    );
    assert_eq!(
        refused(inferring, get("https://b.s3-accelerate.amazonaws.com/x")),
        ClientError::MissingRegion {
            host: "b.s3-accelerate.amazonaws.com".into()
        }
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

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: HashMap<String, OsString> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    Environment::from_lookup(move |name| variables.get(name).cloned())
}

#[test]
fn the_environment() {
    let id = ("AWS_ACCESS_KEY_ID", "AKID");
    let secret = ("AWS_SECRET_ACCESS_KEY", "SECRET");
    let token = ("AWS_SESSION_TOKEN", "TOKEN");
    let all = environment(&[id, secret, token]).credentials().unwrap();
    assert_eq!(
        all,
        Credentials::new("AKID", "SECRET").with_session_token("TOKEN")
    );
    let empty_token = environment(&[id, secret, ("AWS_SESSION_TOKEN", "")]);
    assert_eq!(
        empty_token.credentials().unwrap(),
        Credentials::new("AKID", "SECRET")
    );

    let missing = |name: &str| CredentialsError::Missing { name: name.into() };
    let incomplete = |name: &str| CredentialsError::Incomplete { name: name.into() };
    for (variables, error) in [
        (&[][..], missing("AWS_ACCESS_KEY_ID")),
        (&[token], missing("AWS_ACCESS_KEY_ID")),
        (&[id], incomplete("AWS_SECRET_ACCESS_KEY")),
        (
            &[id, ("AWS_SECRET_ACCESS_KEY", "")],
            incomplete("AWS_SECRET_ACCESS_KEY"),
        ),
        (&[secret], incomplete("AWS_ACCESS_KEY_ID")),
    ] {
        assert_eq!(environment(variables).credentials().unwrap_err(), error);
        let text = ItemsClient::from_builder(
            "https://abc.execute-api.us-east-1.amazonaws.com/prod",
            Client::builder().environment(environment(variables)),
        )
        .unwrap_err()
        .to_string();
        assert!(text.contains("AWS_") && text.contains("KEY"), "{text}");
    }
    for (value, problem) in [
        ("pasted\n", "ends with white space"),
        (" pasted", "starts with white space"),
        ("pasted\u{a0}", "ends with white space"),
    ] {
        for name in [
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
        ] {
            let mut variables = vec![id, secret];
            variables.retain(|(known, _)| *known != name);
            variables.push((name, value));
            let error =
                SigV4::from_environment(&environment(&variables), "execute-api").unwrap_err();
            let name = name.to_owned();
            let expected = CredentialsError::InvalidVariable { name, problem };
            assert_eq!(error, ClientError::Credentials(expected));
            assert!(!format!("{error} {error:?}").contains("pasted"));
        }
    }
    for (variables, region) in [
        (
            &[("AWS_REGION", "a"), ("AWS_DEFAULT_REGION", "b")][..],
            Some("a"),
        ),
        (
            &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "b")],
            Some("b"),
        ),
        (&[("AWS_DEFAULT_REGION", "")], None),
    ] {
        assert_eq!(environment(variables).region().unwrap().as_deref(), region);
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_utf_8() {
    use std::os::unix::ffi::OsStringExt;
    let environment = Environment::from_lookup(|name| {
        (name == "AWS_ACCESS_KEY_ID").then(|| OsString::from_vec(vec![0xff]))
    });
    let expected = CredentialsError::InvalidVariable {
        name: "AWS_ACCESS_KEY_ID".into(),
        problem: "is no UTF-8",
    };
    assert_eq!(environment.credentials().unwrap_err(), expected);
}

#[test]
fn base_urls() {
    for (url, error) in [
        (
            "abc.execute-api.us-east-1.amazonaws.com/prod",
            UrlError::MissingScheme,
        ),
        ("ftp://example.com", UrlError::UnsupportedScheme),
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

#[test]
fn items() {
    for slash in ["", "/"] {
        let server = accepting();
        let url = format!("{}{slash}", server.url());
        let builder = Client::builder()
            .credentials(credentials().with_session_token(TOKEN))
            .region("us-east-1")
            .proxy(None);
        let client = ItemsClient::from_builder(&url, builder).unwrap();
        assert_eq!(client.base_url(), url);
        assert_eq!(
            client.get_items().unwrap(),
            serde_json::json!({ "items": [] })
        );
        let seen = only(&server);
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("GET", "/prod/items")
        );
    }
}

#[test]
fn what_is_signed_and_sent() {
    let server = accepting();
    let client = builder(&server)
        .also_sign("x-mine".parse().unwrap())
        .build()
        .unwrap();
    let response = client
        .request("PATCH", "/a//b/../c ä?x=%7e&y=a+b")
        .query("z", "&")
        .header("x-mine", "1")
        .header("x-other", "2")
        .header("x-amz-target", "T")
        .json(&serde_json::json!({ "a": [1] }))
        .send()
        .unwrap();
    assert_eq!(response.text().unwrap(), "{\"items\":[]}");
    let seen = only(&server);
    assert_eq!(seen.method, "PATCH");
    assert_eq!(seen.target, "/prod/a/c%20%C3%A4?x=%7e&y=a%2Bb&z=%26");
    assert_eq!(seen.body, br#"{"a":[1]}"#);
    assert_eq!(seen.header("content-length"), Some("9"));
    assert_eq!(seen.header("x-other"), Some("2"));
    let authorization = seen.header("authorization").unwrap();
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target;x-mine,"),
        "{authorization}"
    );
}

/// S3's path rules, its payload hash, and methods that seldom have a body.
#[test]
fn other_services_and_methods() {
    let server = accepting();
    let client = builder(&server).service("s3").build().unwrap();
    client.put("/a//b/./c+d?acl").body("x").send().unwrap();
    client.delete("/x").body("why not").send().unwrap();
    client.post("/x").send().unwrap();
    client.request("PROPFIND", "/x").send().unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].target, "/prod/a//b/./c%2Bd?acl");
    assert!(seen[0].header("x-amz-content-sha256").is_some());
    assert_eq!(seen[1].body, b"why not");
    assert_eq!(seen[2].header("content-length"), Some("0"));
    assert_eq!(seen[3].method, "PROPFIND");
    for seen in &seen {
        seen.verify_for("us-east-1", "s3", seen.signed_at());
    }
}

fn agent(signing: SigV4) -> Agent {
    Agent::config_builder()
        .proxy(None)
        .middleware(signing)
        .build()
        .into()
}

fn signing() -> SigV4 {
    SigV4::new(
        credentials().with_session_token(TOKEN),
        "us-east-1",
        "execute-api",
    )
}

#[test]
fn a_plain_agent() {
    let server = accepting();
    let agent = agent(signing());
    let url = format!("{}/items", server.url());
    assert_eq!(agent.get(&url).call().unwrap().status(), 200);
    agent.post(&url).send("text").unwrap();
    agent.post(&url).send_empty().unwrap();
    // A stream, which ureq alone would send in chunks.
    let stream = ureq::SendBody::from_owned_reader(std::io::repeat(7).take(70_000));
    agent.put(&url).send(stream).unwrap();
    let seen = server.seen();
    let bodies: Vec<_> = seen.iter().map(|seen| seen.body.len()).collect();
    assert_eq!(bodies, [0, 4, 0, 70_000]);
    for seen in &seen {
        seen.verify(Timestamp::try_from(std::time::SystemTime::now()).unwrap());
    }
}

#[test]
fn a_body_over_the_limit() {
    let server = accepting();
    let agent = agent(signing().body_limit(4));
    let url = format!("{}/items", server.url());
    agent.post(&url).send("1234").unwrap();
    let error = agent.post(&url).send("12345").unwrap_err();
    assert_eq!(
        ClientError::from(error),
        ClientError::RequestTooLarge { limit: 4 }
    );
    let endless = ureq::SendBody::from_owned_reader(std::io::repeat(7));
    let error = agent.post(&url).send(endless).unwrap_err();
    assert_eq!(
        ClientError::from(error),
        ClientError::RequestTooLarge { limit: 4 }
    );
    assert_eq!(server.seen().len(), 1);
}

/// ureq would send the session token along.
#[test]
fn a_plain_agent_follows_no_redirect() {
    let elsewhere = accepting();
    let location = format!("Location: http://127.0.0.1:{}/\r\n", elsewhere.port);
    let server = Server::new(move |_| vec![response("302 Found", &location, "")]);
    let response = agent(signing())
        .get(format!("{}/items", server.url()))
        .call()
        .unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!((server.seen().len(), elsewhere.connections()), (1, 0));
}

/// What may not leave this machine in clear may not go to a proxy either.
#[test]
fn past_the_proxy() {
    let (server, proxy) = (accepting(), accepting());
    let through = || {
        let proxy = ureq::Proxy::new(&format!("http://127.0.0.1:{}", proxy.port)).unwrap();
        builder(&server).proxy(Some(proxy))
    };
    through().build().unwrap().get("/items").send().unwrap();
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
    let _ = through()
        .allow_plain_http()
        .build()
        .unwrap()
        .get("/items")
        .send();
    assert_eq!((server.connections(), proxy.connections() > 0), (1, true));
}

#[test]
fn nobody_listens() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = Client::builder()
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .pause(|_| ())
        .build()
        .unwrap();
    let kind = |url: String| match client.get(&url).send().unwrap_err() {
        ClientError::Transport { kind, .. } => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        kind(format!("http://127.0.0.1:{port}/")),
        TransportKind::Connect
    );
    assert_eq!(
        kind(format!("https://{}.invalid/", "a".repeat(64))),
        TransportKind::HostNotFound
    );
}
