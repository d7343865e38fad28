//! Who calls, and whether they may: signature, session token, policies.

use super::answer::{Answer, Denial, Facts};
use super::limits::Limits;
use super::policy::{Decision, INVOKE};
use super::principals::{Key, Principal, Principals};
use crate::canonical::header_name::DATE_HEADER;
use crate::error::Error;
use crate::request::Request;
use crate::request::timestamp::Timestamp;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::verdict::Verified;
use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;
use std::{fmt, format};

/// The API that is stood in for: the parts of its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_field_names)] // the names that AWS has for them
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

    /// The ARN of a method on a path (without the stage), as policies name it. The path is
    /// taken as it stands: normalise it first where routes have wildcards.
    /// [Control access for invoking an API](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html)
    pub fn resource(&self, method: &str, path: &str) -> String {
        format!(
            "arn:{}:execute-api:{}:{}:{}/{}/{method}/{}",
            self.partition(),
            self.region,
            self.account_id,
            self.api_id,
            self.stage,
            path.trim_start_matches('/')
        )
    }

    /// [AWS partitions](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)
    fn partition(&self) -> &'static str {
        match self.region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
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
        limits: &Limits,
        now: Timestamp,
    ) -> Result<&'p Principal, Answer> {
        let regions = [self.region.as_str()];
        let policy = Policy {
            // API Gateway does not insist on it, and many clients do not sign it.
            content_type_signed: false,
            max_headers: limits.headers,
            max_head: limits.head,
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
                    (error, _) => {
                        mismatch(error, &claim, request, &policy).unwrap_or_else(|| refuse(error))
                    }
                })?;
        let (principal, key) = known.ok_or_else(Answer::invalid_token)?;
        check_session_token(&verified, key, now)?;
        let resource = self.resource(request.method, path);
        // A caller of another account needs a resource policy as well, and there is none.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
        let denial = if principal.arn.account_id() == self.account_id {
            match principal.decision(INVOKE, &resource) {
                Decision::Allowed => return Ok(principal),
                Decision::ExplicitDeny => Denial::Explicit,
                Decision::ImplicitDeny => Denial::NoIdentityPolicy,
            }
        } else {
            Denial::NoResourcePolicy
        };
        let caller = principal.arn.as_str();
        Err(Answer::denied(caller, INVOKE, &resource, denial))
    }
}

/// For a request whose signature is not the one that follows from what arrived: the
/// strings that do follow from it.
fn mismatch(
    error: Error,
    claim: &Claim<'_>,
    request: &Request<'_>,
    policy: &Policy<'_>,
) -> Option<Answer> {
    let mut claim = claim.clone();
    let mut headers = request.headers.to_vec();
    let names = claim.signed_headers().to_owned();
    match error {
        Error::SignatureMismatch => {}
        // AWS computes with the body that arrived, whatever hash came with it.
        Error::PayloadDiffers | Error::UnsignedPayloadRefused | Error::UnsupportedContentSha256 => {
            claim.content_sha256 = None;
        }
        // AWS computes with an empty value for a signed header that did not arrive.
        Error::SignedHeaderMissing { .. } => {
            let missing = |name: &&str| {
                !(request.headers.iter()).any(|(found, _)| found.eq_ignore_ascii_case(name))
            };
            headers.extend(
                names
                    .split(';')
                    .filter(missing)
                    .map(|name| (name, &b""[..])),
            );
        }
        _ => return None,
    }
    let arrived = Request {
        headers: &headers,
        ..*request
    };
    let policy = Policy {
        max_headers: usize::MAX,
        ..*policy
    };
    let stages = claim.stages(&arrived, &policy).ok();
    Some(Answer::mismatch(stages.as_ref()))
}

/// A temporary key is good only with its own token, and only until it expires; a
/// long-term key comes without a token.
fn check_session_token(verified: &Verified<'_>, key: &Key, now: Timestamp) -> Result<(), Answer> {
    if verified.session_token.as_deref() != key.credentials.session_token() {
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
