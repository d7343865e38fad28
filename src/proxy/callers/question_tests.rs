//! What policies are asked, of which request.

use super::question::Question;
use crate::endpoint::Resolved;
use http::Request;
use std::prelude::rust_2024::*;

fn question(service: &str, method: &str, url: &str, header: Option<&str>) -> Question {
    upgrading(service, method, url, header, false)
}

fn upgrading(
    service: &str,
    method: &str,
    url: &str,
    header: Option<&str>,
    upgrades: bool,
) -> Question {
    let host = url.split('/').nth(2).unwrap();
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header("host", host);
    if let Some(name) = header {
        request = request.header(name, "x");
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    let scope = Resolved {
        service: service.into(),
        region: "eu-west-1".into(),
        algorithm: crate::Algorithm::SigV4,
        notes: Vec::new(),
    };
    Question::of(&head, &scope, "123456789012", upgrades)
}

/// Where a request tells what it does, that is asked; where it may be something else, all of it.
#[test]
fn what_is_asked() {
    let api = "https://abc.execute-api.eu-west-1.amazonaws.com";
    let arn = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod";
    for (service, method, url, header, expected) in [
        (
            "execute-api",
            "GET",
            [api, "/prod/a?b"].concat(),
            None,
            Some(["/GET/a", ""]),
        ),
        (
            "execute-api",
            "PUT",
            [api, "/prod/x/../a//b"].concat(),
            None,
            Some(["/PUT/a/b", ""]),
        ),
        (
            "execute-api",
            "GET",
            [api, "/prod/%61"].concat(),
            None,
            Some(["/GET/%61", "/GET/a"]),
        ),
        (
            "execute-api",
            "GET",
            [api, "/prod/x/%2e%2e/a"].concat(),
            None,
            Some(["/GET/x/%2e%2e/a", "/GET/a"]),
        ),
        (
            "execute-api",
            "POST",
            [api, "/prod/@connections/1"].concat(),
            None,
            None,
        ),
        (
            "execute-api",
            "POST",
            [api, "/prod/%40connections/1"].concat(),
            None,
            None,
        ),
        (
            "execute-api",
            "GET",
            "https://api.example.com/prod/a".into(),
            None,
            None,
        ),
        ("execute-api", "GET", [api, "/"].concat(), None, None),
        (
            "es",
            "GET",
            "https://search.eu-west-1.es.amazonaws.com/a".into(),
            None,
            None,
        ),
    ] {
        let expected = expected.map(|paths| {
            let paths = paths.into_iter().filter(|path| !path.is_empty());
            paths.map(|path| [arn, path].concat()).collect::<Vec<_>>()
        });
        assert_eq!(
            resources(question(service, method, &url, header)),
            expected,
            "{url}"
        );
    }
}

#[test]
fn what_is_asked_of_objects() {
    let host = "https://b.s3.eu-west-1.amazonaws.com";
    let plain = "https://s3.eu-west-1.amazonaws.com";
    for (method, url, header, expected) in [
        ("GET", [host, "/k%20k"].concat(), None, Some("b/k k")),
        ("PUT", [plain, "/b/k/l"].concat(), None, Some("b/k/l")),
        (
            "DELETE",
            "http://127.0.0.1:80/b/k".into(),
            None,
            Some("b/k"),
        ),
        ("GET", [host, "/"].concat(), None, None),
        ("GET", [plain, "/b"].concat(), None, None),
        ("GET", [host, "/k?acl"].concat(), None, None),
        (
            "PUT",
            [host, "/k"].concat(),
            Some("x-amz-copy-source"),
            None,
        ),
        ("OPTIONS", [host, "/k"].concat(), None, None),
        // What is not known to need nothing else.
        ("GET", [host, "/k?encryption"].concat(), None, None),
        ("PUT", [host, "/k?renameObject"].concat(), None, None),
        ("GET", [host, "/k?%ff"].concat(), None, None),
        (
            "PUT",
            [host, "/k"].concat(),
            Some("x-amz-rename-source"),
            None,
        ),
        (
            "PUT",
            [host, "/k?X-Amz-Rename-Source=a"].concat(),
            None,
            None,
        ),
        ("POST", "http://127.0.0.1/b//?delete".into(), None, None),
        ("GET", "http://127.0.0.1/b/a/../k".into(), None, None),
        ("GET", "http://127.0.0.1/b//k".into(), None, None),
        ("GET", "http://localhost/b/a/%2e%2e/k".into(), None, None),
        ("GET", [host, "/a/../k/"].concat(), None, Some("b/a/../k/")),
        ("GET", "http://127.0.0.1/b/k/".into(), None, Some("b/k/")),
        (
            "GET",
            [host, "/k?x-id=GetObject&response-expires=a&X-Amz-Date=b&&"].concat(),
            Some("x-amz-checksum-mode"),
            Some("b/k"),
        ),
        (
            "PUT",
            [host, "/k?partNumber=1&uploadId=a"].concat(),
            Some("x-amz-meta-a"),
            Some("b/k"),
        ),
        // What is a bucket to one is none to the other.
        ("GET", "https://b.s3.example.com/c/k".into(), None, None),
        (
            "GET",
            "https://b.s3.us-east-1.amazonaws.com/k".into(),
            None,
            None,
        ),
        (
            "GET",
            "https://b-1.s3-accesspoint.eu-west-1.amazonaws.com/k".into(),
            None,
            None,
        ),
        (
            "GET",
            "https://b.s3-accelerate.amazonaws.com/k".into(),
            None,
            None,
        ),
    ] {
        let expected = expected.map(|object| Vec::from([["arn:aws:s3:::", object].concat()]));
        assert_eq!(
            resources(question("s3", method, &url, header)),
            expected,
            "{url}"
        );
    }
}

fn resources(question: Question) -> Option<Vec<String>> {
    match question {
        Question::Known { resources, .. } => Some(resources),
        Question::Any { .. } => None,
    }
}

/// A stage of a WebSocket API has the same host, and another action's name for it.
#[test]
fn what_is_asked_for_another_protocol() {
    let url = "https://abc.execute-api.eu-west-1.amazonaws.com/prod/";
    let question = upgrading("execute-api", "GET", url, None, true);
    assert_eq!(resources(question), None);
}
