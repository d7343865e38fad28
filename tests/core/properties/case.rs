//! A request, who signs it, and what becomes of it.

use super::strategies::{headers, target, timestamp};
use crate::reference::{Plain, Who};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sigv4::{
    Claim, Credentials, Error, Form, Header, Payload, Policy, Profile, Request, Signed, Signer,
    Timestamp,
};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Bytes(Vec<u8>),
    Hash([u8; 32]),
    Unsigned,
}

/// A request, and who signs it.
#[derive(Clone, Debug)]
pub struct Case {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Body,
    pub access_key_id: String,
    pub secret: String,
    pub token: Option<String>,
    pub region: String,
    pub at: Timestamp,
    pub expires: u64,
}

pub fn case(broken: bool, high: bool) -> impl Strategy<Value = Case> {
    let body = prop_oneof![
        4 => vec(any::<u8>(), 0..200).prop_map(Body::Bytes),
        2 => Just(Body::Bytes(Vec::new())),
        2 => any::<[u8; 32]>().prop_map(Body::Hash),
        1 => Just(Body::Unsigned),
    ];
    let method = select(&["GET", "POST", "PUT", "DELETE", "get", "M-SEARCH"][..]);
    let request = (method, target(broken), headers(high), body);
    let who = (
        "[A-Z0-9+%!\"]{1,24}",
        prop_oneof!["[ -~]{1,66}", "[ -~]{55,140}", "\\PC{1,40}"],
        proptest::option::of("[!-~]{1,120}"),
        "[a-z0-9-]{1,16}",
        timestamp(),
        prop_oneof![Just(1_u64), Just(604_800), 1_u64..=604_800],
    );
    (request, who).prop_map(|((method, target, headers, body), who)| Case {
        method: method.to_owned(),
        target,
        headers,
        body,
        access_key_id: who.0,
        secret: who.1,
        token: who.2,
        region: who.3,
        at: who.4,
        expires: who.5,
    })
}

impl Case {
    pub fn headers(&self) -> Vec<Header<'_>> {
        borrowed(&self.headers)
    }

    pub fn payload(&self) -> Payload<'_> {
        match &self.body {
            Body::Bytes(bytes) => Payload::Bytes(bytes),
            Body::Hash(hash) => Payload::Sha256(*hash),
            Body::Unsigned => Payload::Unsigned,
        }
    }

    pub fn request<'a>(&'a self, headers: &'a [Header<'a>]) -> Request<'a> {
        Request {
            method: &self.method,
            target: &self.target,
            headers,
            payload: self.payload(),
        }
    }

    pub fn signer(&self, service: &str) -> Signer {
        let mut credentials = Credentials::new(&self.access_key_id, &self.secret);
        if let Some(token) = &self.token {
            credentials = credentials.with_session_token(token);
        }
        Signer::new(credentials, &self.region, service).with_profile(profile(service))
    }

    pub fn plain(&self) -> Plain {
        Plain {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            payload_hash: match &self.body {
                Body::Bytes(bytes) => crate::reference::sha256(bytes),
                Body::Hash(hash) => crate::reference::hex(hash),
                Body::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
            },
            hash_is_given: matches!(self.body, Body::Hash(_)),
        }
    }

    pub fn who(&self, service: &str) -> Who {
        Who {
            access_key_id: self.access_key_id.clone(),
            secret: self.secret.clone(),
            token: self.token.clone(),
            region: self.region.clone(),
            service: service.to_owned(),
            time: self.at.to_string(),
        }
    }

    /// Whether the profile takes this kind of payload.
    pub fn is_refused_by(&self, service: &str) -> bool {
        matches!(self.body, Body::Unsigned) && matches!(service, "execute-api" | "iotdevicegateway")
    }

    pub fn expires(&self) -> Duration {
        Duration::from_secs(self.expires)
    }
}

/// The service's, with every byte allowed in a header value.
pub fn profile(service: &str) -> Profile {
    Profile {
        non_ascii_header_values: true,
        ..Profile::for_service(service)
    }
}

pub fn policy<'a>(regions: &'a [&'a str], service: &'a str) -> Policy<'a> {
    let mut policy = Policy::new(regions, service);
    policy.profile = profile(service);
    policy.max_headers = 1_000;
    policy.max_head = 1_000_000;
    policy
}

pub fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<Header<'_>> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect()
}

/// The headers of the request, and those that signing added, in front of them.
pub fn sent(case: &Case, signed: &Signed<'_>) -> Vec<(String, Vec<u8>)> {
    let added = signed.headers();
    let mut headers: Vec<_> = added
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect();
    headers.extend(case.headers.iter().cloned());
    headers
}

/// Verifies what arrived with the right key.
pub fn accepts(case: &Case, service: &str, arrived: &Request<'_>) -> Result<Form, Error> {
    let claim = Claim::from_request(arrived)?;
    let regions = [case.region.as_str()];
    let policy = policy(&regions, service);
    let known = claim.access_key_id() == case.access_key_id;
    let key = claim.signing_key(&case.secret);
    let verified = claim.verify(known.then_some(&key), arrived, &policy, case.at)?;
    assert_eq!(verified.access_key_id, case.access_key_id);
    assert_eq!(verified.scope.region(), case.region);
    assert_eq!(verified.scope.service(), service);
    Ok(claim.form())
}
