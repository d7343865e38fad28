//! The published suite as it stands in `test-vectors/`.

use super::{RawRequest, json_files, vectors};
use serde::Deserialize;
use sigv4::{Credentials, Profile, SessionToken, Signer, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub case: String,
    #[serde(default, rename = "source")]
    _source: String,
    pub context: Option<Context>,
    #[serde(default)]
    pub request: Vec<String>,
    #[serde(default)]
    pub header: Form,
    #[serde(default)]
    pub query: Form,
    pub signing_key: Option<String>,
    pub public_key: Option<Point>,
    pub canonical_request: Option<Vec<String>>,
    pub string_to_sign: Option<Vec<String>>,
}

/// A public key of Signature Version 4A, by its coordinates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "UPPERCASE")]
pub struct Point {
    x: String,
    y: String,
}

impl Point {
    /// SEC 1, uncompressed.
    pub fn sec1(&self) -> [u8; 65] {
        let digits = ["04", &self.x, &self.y].concat();
        hex::decode(digits).unwrap().try_into().unwrap()
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub canonical_request: Option<Vec<String>>,
    pub string_to_sign: Option<Vec<String>>,
    pub signature: Option<Vec<String>>,
    pub signed_request: Option<Vec<String>>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Context {
    pub credentials: Keys,
    pub region: String,
    pub service: String,
    pub timestamp: String,
    #[serde(default)]
    pub expiration_in_seconds: u64,
    #[serde(default = "yes")]
    pub normalize: bool,
    #[serde(default)]
    pub sign_body: bool,
    #[serde(default)]
    pub omit_session_token: bool,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub token: Option<String>,
}

fn yes() -> bool {
    true
}

impl Context {
    pub fn timestamp(&self) -> Timestamp {
        Timestamp::parse(&self.timestamp.replace(['-', ':'], "")).unwrap()
    }

    pub fn signer(&self) -> Signer {
        let mut credentials = Credentials::new(
            &self.credentials.access_key_id,
            &self.credentials.secret_access_key,
        );
        if let Some(token) = &self.credentials.token {
            credentials = credentials.with_session_token(token);
        }
        Signer::new(credentials, &self.region, &self.service).with_profile(self.profile())
    }

    /// The service's, with what the case says.
    pub fn profile(&self) -> Profile {
        let session_token = if self.omit_session_token {
            SessionToken::AppendedAfterSigning
        } else {
            SessionToken::Signed
        };
        Profile {
            normalize_path: self.normalize,
            payload_hash_header: self.sign_body,
            header_session_token: session_token,
            presigned_session_token: session_token,
            ..Profile::for_service(&self.service)
        }
    }
}

pub fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> T {
    serde_json::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn cases(folder: &str) -> Vec<Case> {
    json_files(&vectors().join(folder))
        .into_iter()
        .map(|(name, path)| {
            let case: Case = read(&path);
            assert_eq!(case.case, name);
            case
        })
        .collect()
}

/// The request before signing. The two older cases are dated already.
pub fn unsigned(case: &Case) -> RawRequest {
    let mut request = RawRequest::parse(&case.request);
    request
        .headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("x-amz-date"));
    request
}

pub fn context(case: &Case) -> Context {
    case.context.clone().unwrap_or_else(|| {
        let mut others: BTreeMap<String, Context> = read(&vectors().join("contexts.json"));
        others
            .remove(&case.case)
            .unwrap_or_else(|| panic!("{}: no context", case.case))
    })
}
