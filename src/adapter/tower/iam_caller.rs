//! Callers that API Gateway has verified, and those of either kind.

use super::verified::Verified;
use super::verify_layer::Anonymous;
use alloc::string::String;
use core::fmt;
use http::Extensions;

/// Who calls a Lambda function, as API Gateway says in the request context of its event, where the
/// method's or route's authorization is `AWS_IAM`; a function URL says it alike.
///
/// Nothing here is proven by a signature: API Gateway has verified that, and keeps it. The context is
/// true where nobody but API Gateway can invoke the function (its resource policy, and who may
/// `lambda:InvokeFunction`), and where the event came from the Lambda runtime: anybody can make
/// one of these of anything. It is not a [`Verified`], and none comes of it.
///
/// AWS's pages: [REST API](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format),
/// [HTTP API](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html),
/// [function URL](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiGatewayCaller {
    access_key_id: String,
    user_arn: String,
    account_id: Option<String>,
    caller_id: Option<String>,
}

/// Where a REST API says it (payload format 1.0).
const REST: [&str; 4] = [
    "/identity/accessKey",
    "/identity/userArn",
    "/identity/accountId",
    "/identity/caller",
];

/// Where HTTP APIs and function URLs do (payload format 2.0).
const HTTP: [&str; 4] = [
    "/authorizer/iam/accessKey",
    "/authorizer/iam/userArn",
    "/authorizer/iam/accountId",
    "/authorizer/iam/callerId",
];

impl ApiGatewayCaller {
    /// The caller in an event's `requestContext`. `text` gives the text that a
    /// [JSON Pointer](https://www.rfc-editor.org/rfc/rfc6901) leads to in it; `None` where there is
    /// none, as for `null`.
    ///
    /// `None` where the context names no caller: without IAM authorization there is nobody. Neither
    /// is there where it names one in both forms, as no event of AWS's does.
    ///
    /// ```
    /// use sigv4::tower::ApiGatewayCaller;
    ///
    /// let context = serde_json::json!({ "authorizer": { "iam": {
    ///     "accessKey": "AKIAIOSFODNN7EXAMPLE",
    ///     "userArn": "arn:aws:iam::111122223333:user/alice",
    /// } } });
    /// let text = |pointer: &str| context.pointer(pointer)?.as_str();
    /// let caller = ApiGatewayCaller::from_request_context(text).expect("one with IAM authorization");
    /// assert_eq!(caller.user_arn(), "arn:aws:iam::111122223333:user/alice");
    /// ```
    pub fn from_request_context<'c>(text: impl Fn(&str) -> Option<&'c str>) -> Option<Self> {
        let text = |pointer: &'static str| text(pointer).filter(|text| !text.is_empty());
        let caller = |[key, arn, account, caller]: [&'static str; 4]| {
            Some(Self {
                access_key_id: text(key)?.into(),
                user_arn: text(arn)?.into(),
                account_id: text(account).map(String::from),
                caller_id: text(caller).map(String::from),
            })
        };
        match (caller(REST), caller(HTTP)) {
            (Some(caller), None) | (None, Some(caller)) => Some(caller),
            _ => None,
        }
    }

    /// Whose key made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The ARN of the user, or of the session of a role:
    /// `arn:aws:sts::111122223333:assumed-role/ROLE/SESSION`.
    #[must_use]
    pub fn user_arn(&self) -> &str {
        &self.user_arn
    }

    /// The account that the caller belongs to, which need not be the API's.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// The id of the user (`AIDA…`), or of a role and its session (`AROA…:SESSION`): unlike an ARN
    /// it is never another's.
    #[must_use]
    pub fn caller_id(&self) -> Option<&str> {
        self.caller_id.as_deref()
    }
}

/// Who calls, for a handler that has [`VerifyLayer`](super::VerifyLayer) in front of it here, and API
/// Gateway in AWS. Which of them it was, is told.
///
/// It is read from the request's extensions, a [`Verified`] before an [`ApiGatewayCaller`], which the
/// service has put there. With feature `axum` it is an extractor.
pub enum IamCaller<P> {
    /// The signature was verified here.
    Verified(Verified<P>),
    /// API Gateway says so.
    ApiGateway(ApiGatewayCaller),
}

impl<P: Send + Sync + 'static> IamCaller<P> {
    /// The caller of a request, by its extensions.
    #[must_use]
    pub fn from_extensions(extensions: &Extensions) -> Option<Self> {
        match extensions.get::<Verified<P>>() {
            Some(verified) => Some(Self::Verified(verified.clone())),
            // Who was seen to come without a signature is nobody, whatever somebody else says.
            None if extensions.get::<Anonymous>().is_some() => None,
            None => extensions.get().cloned().map(Self::ApiGateway),
        }
    }
}

impl<P> IamCaller<P> {
    /// Whose key made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        match self {
            Self::Verified(caller) => caller.access_key_id(),
            Self::ApiGateway(caller) => caller.access_key_id(),
        }
    }
}

/// For those whose store of keys has ARNs for principals, as AWS has.
impl<P: AsRef<str>> IamCaller<P> {
    /// The ARN of who calls: the principal, or [`ApiGatewayCaller::user_arn`].
    #[must_use]
    pub fn user_arn(&self) -> &str {
        match self {
            Self::Verified(caller) => caller.principal().as_ref(),
            Self::ApiGateway(caller) => caller.user_arn(),
        }
    }
}

impl<P> Clone for IamCaller<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Verified(caller) => Self::Verified(caller.clone()),
            Self::ApiGateway(caller) => Self::ApiGateway(caller.clone()),
        }
    }
}

impl<P: fmt::Debug> fmt::Debug for IamCaller<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verified(caller) => caller.fmt(f),
            Self::ApiGateway(caller) => caller.fmt(f),
        }
    }
}
