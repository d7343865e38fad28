//! What IAM is asked about a request that goes on.

use crate::canonical::path::normalize_path;
use crate::endpoint::Resolved;
use crate::gateway::api::{Api, partition};
use crate::gateway::s3::object::Object;
use crate::gateway::{Decision, INVOKE, Principal, SERVICE};
use crate::grammar::encode::decode;
use http::request::Parts;
use std::format;
use std::net::IpAddr;
use std::prelude::rust_2024::*;

/// An action on resources, or any action.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Question {
    Known {
        action: &'static str,
        /// All of them.
        resources: Vec<String>,
    },
    /// The request does not reliably tell what it does, and to what.
    Any { service: String },
}

impl Question {
    /// Of the request that goes upstream, for the account of who calls.
    pub(super) fn of(head: &Parts, scope: &Resolved, account: &str) -> Self {
        let known = match scope.service.as_str() {
            SERVICE => invoke(head, &scope.region, account),
            "s3" => object(head, &scope.region),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Any {
            service: scope.service.clone(),
        })
    }

    pub(super) fn decide(&self, principal: &Principal) -> Decision {
        match self {
            Self::Any { service } => principal.decision_on_any_action(service),
            Self::Known { action, resources } => {
                let mut decisions = resources.iter().map(|arn| principal.decision(action, arn));
                let other = decisions.find(|decision| *decision != Decision::Allowed);
                other.unwrap_or(Decision::Allowed)
            }
        }
    }

    /// For people, in the words of IAM.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Known { action, resources } => {
                let resource = resources.first().map_or("*", String::as_str);
                format!("{action} on resource: {resource}")
            }
            Self::Any { service } => format!(
                "{service}:* on resource: * (which action this request needs is not known here, so that \
                 all have to be allowed, and no Deny may be about one of them)"
            ),
        }
    }
}

/// A method of an API whose host has its id
/// ([permissions](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html)).
///
/// Policies see the path as it stands, but API Gateway may find the same method under another spelling:
/// both have to be allowed.
fn invoke(head: &Parts, region: &str, account: &str) -> Option<Question> {
    let id = head.uri.host()?.split_once(".execute-api.")?.0;
    let raw = normalize_path(head.uri.path());
    let decoded = decode(&raw)?;
    let decoded = normalize_path(&decoded);
    let mut resources = Vec::new();
    for path in [&*raw, &*decoded] {
        let (stage, below) = path
            .strip_prefix('/')?
            .split_once('/')
            .unwrap_or((path.get(1..)?, ""));
        // Callbacks to clients of a WebSocket API are another action.
        if below.starts_with("@connections") {
            return None;
        }
        let api = Api::new(region, account, id, stage).ok()?;
        let arn = api.resource(head.method.as_str(), below);
        if !resources.contains(&arn) {
            resources.push(arn);
        }
    }
    Some(Question::Known {
        action: INVOKE,
        resources,
    })
}

/// An object whose bucket is certain: the host is S3's own, or cannot have a bucket in it.
fn object(head: &Parts, region: &str) -> Option<Question> {
    let host = head.uri.host()?;
    let of_aws = host
        .strip_suffix(".cn")
        .unwrap_or(host)
        .strip_suffix(&*format!(".s3.{region}.amazonaws.com"))
        .map(|bucket| !bucket.is_empty());
    let is_s3 = of_aws.unwrap_or_else(|| {
        let plain = host.strip_suffix(".cn").unwrap_or(host);
        plain == format!("s3.{region}.amazonaws.com")
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
            || host == "localhost"
    });
    if !is_s3 {
        return None;
    }
    let object = Object::of(head).ok()?;
    Some(Question::Known {
        action: Object::action(&head.method).ok()?,
        resources: Vec::from([object.arn_in(partition(region))]),
    })
}

#[cfg(test)]
mod tests {
    use super::Question;
    use crate::endpoint::Resolved;
    use http::Request;
    use std::prelude::rust_2024::*;

    fn question(service: &str, method: &str, url: &str, header: Option<&str>) -> Question {
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
        Question::of(&head, &scope, "123456789012")
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
}
