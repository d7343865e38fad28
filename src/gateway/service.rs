//! Which service is stood in for.

use super::api::SERVICE;

/// Which service is stood in for: what credentials have to be scoped to, by which rules requests
/// are signed, what is served, which actions policies are asked for, and how refusals are worded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// An API behind API Gateway's IAM authorization, `execute-api`.
    #[default]
    ApiGateway,
    /// `s3`: any object of any bucket, `/{bucket}/{key}`, whose answer says what arrived; nothing
    /// is stored. Bodies may be in pieces (`aws-chunked`), as current SDKs send them. Policies are
    /// asked for `s3:GetObject` (`GET`, `HEAD`), `s3:PutObject` (`PUT`, `POST`) and
    /// `s3:DeleteObject` on `arn:aws:s3:::{bucket}/{key}`; buckets themselves, and what S3 has
    /// further actions for (access lists, tags, versions, copies, …), are answered with 501
    /// `NotImplemented`.
    S3,
}

impl Service {
    /// What credentials have to be scoped to.
    #[must_use]
    pub const fn signing_name(self) -> &'static str {
        match self {
            Self::ApiGateway => SERVICE,
            Self::S3 => "s3",
        }
    }
}
