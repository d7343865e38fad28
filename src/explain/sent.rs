//! What was sent.

use crate::request::credentials::Credentials;
use crate::sign::stages::Stages;

/// What was sent, as far as an explanation needs it.
///
/// ```
/// use sigv4::explain::Sent;
/// # use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// # let request = Request { method: "GET", target: "/", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
/// let stages = signer.stages(&request, Timestamp::EPOCH)?;
/// let sent = Sent::new(&stages, signer.credentials()).with_authorization("Bearer abc");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sent<'a> {
    /// What signing computed, from [`Signer::stages`](crate::Signer::stages) or
    /// [`Signer::presign_stages`](crate::Signer::presign_stages).
    pub stages: &'a Stages,
    /// Who signed.
    pub credentials: &'a Credentials,
    /// The scheme of the `Authorization` header that was sent, where it was another one
    /// than the signature's.
    pub(super) scheme: Option<&'a str>,
    region_known: bool,
}

impl<'a> Sent<'a> {
    /// A request that was signed.
    #[must_use]
    pub fn new(stages: &'a Stages, credentials: &'a Credentials) -> Self {
        Self {
            stages,
            credentials,
            scheme: None,
            region_known: true,
        }
    }

    /// The same where nobody knows which region it was signed for: the scopes are not
    /// compared, all else is.
    #[must_use]
    pub fn with_unknown_region(self) -> Self {
        Self {
            region_known: false,
            ..self
        }
    }

    /// The same with an `Authorization` header that did not come from signing.
    #[must_use]
    pub fn with_authorization(self, value: &'a str) -> Self {
        let scheme = value.split_ascii_whitespace().next();
        Self {
            scheme: scheme.filter(|scheme| !scheme.starts_with("AWS4-")),
            ..self
        }
    }

    /// The signing name that the signature is scoped to.
    pub(super) fn service(&self) -> Option<&'a str> {
        self.stages.scope.rsplit('/').nth(1)
    }

    /// The region that it is scoped to, where it is to one and that is known.
    pub(super) fn region(&self) -> Option<&'a str> {
        let region = self.stages.scope.split('/').nth(1);
        region.filter(|_| self.region_known && self.has_region())
    }

    /// The scope of Signature Version 4A has none.
    pub(super) fn has_region(&self) -> bool {
        self.stages.scope.split('/').count() > 3
    }

    pub(super) fn scope_is_known(&self) -> bool {
        self.region_known || !self.has_region()
    }

    pub(super) fn is_presigned(&self) -> bool {
        let mut lines = self.stages.canonical_request.split(|byte| *byte == b'\n');
        let query = lines.nth(2).unwrap_or_default();
        query.windows(14).any(|bytes| bytes == b"X-Amz-Expires=")
    }
}
