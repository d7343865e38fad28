//! Who calls, and whether they may: signature, session token, policies.

use super::answer::{Answer, Facts};
use super::policy::{Decision, INVOKE};
use super::principals::{Key, Principal, Principals};
use crate::claim::Claim;
use crate::error::Error;
use crate::request::Request;
use crate::signer::DATE_HEADER;
use crate::timestamp::Timestamp;
use crate::verify::{Policy, Verified};
use std::string::String;
use std::vec::Vec;
use std::{fmt, format};

/// The API that is stood in for: the parts of its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    region: String,
    account_id: String,
    api_id: String,
    stage: String,
}

/// A part of an API's ARN that cannot stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiError {
    /// The region is empty or has other characters than letters, digits and hyphens.
    Region,
    /// The account id is not twelve digits.
    AccountId,
    /// The API id is empty or has other characters than letters, digits and hyphens.
    ApiId,
    /// The stage is empty or has other characters than letters, digits, hyphens and
    /// underscores.
    Stage,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Region => "region: letters, digits and hyphens only, and not empty",
            Self::AccountId => "account id: exactly twelve digits",
            Self::ApiId => "API id: letters, digits and hyphens only, and not empty",
            Self::Stage => "stage: letters, digits, hyphens and underscores only, and not empty",
        })
    }
}

impl std::error::Error for ApiError {}

/// The service that a credential has to be scoped to.
pub const SERVICE: &str = "execute-api";

impl Api {
    /// An API in a region (`us-east-1`) and an account (twelve digits), with its id
    /// (`abc123`) and stage (`prod`, the first segment of every path).
    ///
    /// # Errors
    /// [`ApiError`] names the part that cannot stand in an ARN.
    pub fn new(
        region: impl Into<String>,
        account_id: impl Into<String>,
        api_id: impl Into<String>,
        stage: impl Into<String>,
    ) -> Result<Self, ApiError> {
        let api = Self {
            region: region.into(),
            account_id: account_id.into(),
            api_id: api_id.into(),
            stage: stage.into(),
        };
        let word = |text: &str, more: &[u8]| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
            !text.is_empty() && text.bytes().all(allowed)
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !word(&api.region, b"-") {
            Err(ApiError::Region)
        } else if api.account_id.len() != 12 || !digits(&api.account_id) {
            Err(ApiError::AccountId)
        } else if !word(&api.api_id, b"-") {
            Err(ApiError::ApiId)
        } else if !word(&api.stage, b"-_") {
            Err(ApiError::Stage)
        } else {
            Ok(api)
        }
    }

    /// The first segment of every path.
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The ARN of a method on a path (without the stage), as policies name it.
    /// [Control access for invoking an API](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html)
    pub fn resource(&self, method: &str, path: &str) -> String {
        format!(
            "arn:aws:execute-api:{}:{}:{}/{}/{method}/{}",
            self.region,
            self.account_id,
            self.api_id,
            self.stage,
            path.trim_start_matches('/')
        )
    }

    /// The path below the stage, if the target is on this stage.
    pub(crate) fn path<'t>(&self, target: &'t str) -> Option<&'t str> {
        let path = target.split('?').next()?;
        let below = path.strip_prefix('/')?.strip_prefix(self.stage.as_str())?;
        (below.is_empty() || below.starts_with('/')).then_some(below)
    }

    /// The caller, if the request is theirs and the policies allow it.
    pub(crate) fn authorize<'p>(
        &self,
        principals: &'p Principals,
        request: &Request<'_>,
        path: &str,
        now: Timestamp,
    ) -> Result<&'p Principal, Answer> {
        let regions = [self.region.as_str()];
        let policy = Policy {
            // API Gateway does not insist on it, and many clients do not sign it.
            content_type_signed: false,
            ..Policy::new(&regions, SERVICE)
        };
        let refuse = |error| refusal(error, request);
        let claim = Claim::from_request(request).map_err(refuse)?;
        let known = principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        let verified =
            claim
                .verify(key.as_ref(), request, &policy, now)
                .map_err(|error| match (error, known) {
                    (Error::SignatureMismatch, None) => Answer::invalid_token(),
                    (Error::SignatureMismatch, Some(_)) => {
                        Answer::mismatch(claim.stages(request, &policy).ok().as_ref())
                    }
                    (other, _) => refuse(other),
                })?;
        let (principal, key) = known.ok_or_else(Answer::invalid_token)?;
        check_session_token(&verified, key, now)?;
        let resource = self.resource(request.method, path);
        match principal.decision(INVOKE, &resource) {
            Decision::Allowed => Ok(principal),
            denial => Err(Answer::denied(
                principal.arn.as_str(),
                INVOKE,
                &resource,
                denial,
            )),
        }
    }
}

/// A temporary key is good only with its own token, and only until it expires; a
/// long-term key comes without a token.
fn check_session_token(verified: &Verified<'_>, key: &Key, now: Timestamp) -> Result<(), Answer> {
    if verified.session_token != key.credentials.session_token() {
        return Err(Answer::invalid_token());
    }
    if key.is_expired(now) {
        return Err(Answer::expired_token());
    }
    Ok(())
}

fn refusal(error: Error, request: &Request<'_>) -> Answer {
    let value_of = |wanted: &str| {
        let mut headers = request.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.and_then(|(_, value)| core::str::from_utf8(value).ok())
    };
    let header_names: Vec<_> = request.headers.iter().map(|(name, _)| *name).collect();
    Answer::refusal(
        error,
        &Facts {
            service: SERVICE,
            authorization: value_of("authorization"),
            query: request
                .target
                .split_once('?')
                .map_or("", |(_, query)| query),
            dated: value_of(DATE_HEADER).is_some(),
            header_names: &header_names,
        },
    )
}
