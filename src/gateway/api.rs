//! The API that is stood in for, and the ARNs of its methods.

use std::string::String;
use std::{fmt, format};

/// The API that is stood in for: the parts of its ARN.
///
/// ```
/// use sigv4::gateway::Api;
///
/// let api = Api::new("us-east-1", "123456789012", "abc123", "prod")?;
/// assert_eq!(
///     api.resource("GET", "/items"),
///     "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/items"
/// );
/// # Ok::<(), sigv4::gateway::ApiError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_field_names)] // the names that AWS has for them
pub struct Api {
    pub(super) region: String,
    pub(super) account_id: String,
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

/// [AWS partitions](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

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
    ///
    /// The path is taken as it stands, escapes included: `/a%2Fb`, `/a%2fb` and `/a/b` are
    /// three resources, and a policy for `a b` is not about `/a%20b`. So give it the path
    /// as it came over the wire, neither decoded nor encoded again, but normalised (`//` and
    /// dot segments, as what a signature proves): else `/public/../admin` passes for
    /// something under `/public/`. A `*` or `?` in a path is a character like others here;
    /// in a policy it is a wildcard.
    ///
    /// ```
    /// use sigv4::gateway::Api;
    ///
    /// let api = Api::new("us-east-1", "123456789012", "abc123", "prod")?;
    /// assert_eq!(
    ///     api.resource("GET", "/items/a%2Fb"),
    ///     "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/items/a%2Fb"
    /// );
    /// # Ok::<(), sigv4::gateway::ApiError>(())
    /// ```
    ///
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

    pub(crate) fn partition(&self) -> &'static str {
        partition(&self.region)
    }

    /// The path below the stage, if the target is on this stage.
    pub(crate) fn path<'t>(&self, target: &'t str) -> Option<&'t str> {
        let path = target.split('?').next()?;
        let below = path.strip_prefix('/')?.strip_prefix(self.stage.as_str())?;
        (below.is_empty() || below.starts_with('/')).then_some(below)
    }
}
