//! What IAM is asked about a request that goes on.

use crate::canonical::path::normalize_path;
use crate::endpoint::Resolved;
use crate::gateway::api::{Api, partition};
use crate::gateway::reply::masked;
use crate::gateway::s3::object::Object;
use crate::gateway::{Decision, INVOKE, Principal, SERVICE};
use crate::grammar::encode::decode;
use crate::proxy::route::has_dot_segments;
use http::request::Parts;
use std::borrow::Cow;
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
    pub(super) fn of(head: &Parts, scope: &Resolved, account: &str, upgrades: bool) -> Self {
        let known = match scope.service.as_str() {
            // Of a WebSocket API, that is the route `$connect`.
            SERVICE if upgrades => None,
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

    /// What has to be allowed.
    pub(super) fn action(&self) -> Cow<'static, str> {
        match self {
            Self::Known { action, .. } => (*action).into(),
            Self::Any { service } => format!("{service}:*").into(),
        }
    }

    /// For people, in the words of IAM: API Gateway leaves four digits of an account to see, S3 quotes.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Known { action, resources } => {
                let resource = resources.first().map_or("*", String::as_str);
                match *action {
                    INVOKE => format!("{action} on resource: {}", masked(resource)),
                    _ => format!("{action} on resource: \"{resource}\""),
                }
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
    // S3 takes a key as it stands; of what is in its place, nobody knows.
    if !host.contains(".amazonaws.com") && has_odd_segments(head.uri.path()) {
        return None;
    }
    let object = Object::of(head).ok()?;
    Some(Question::Known {
        action: Object::action(&head.method).ok()?,
        resources: Vec::from([object.arn_in(partition(region))]),
    })
}

/// Dot segments, and empty ones but for the last.
fn has_odd_segments(path: &str) -> bool {
    let path = decode(path).unwrap_or_default();
    let below = path.strip_prefix('/').unwrap_or_default();
    let (folders, _) = below.rsplit_once('/').unwrap_or(("a", below));
    folders.split('/').any(str::is_empty) || has_dot_segments(&path)
}
