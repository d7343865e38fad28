//! Every intermediate value as text.

use crate::canonical::CanonicalRequest;
use crate::error::Error;
use crate::request::Request;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::string_to_sign::StringToSign;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

/// What signing computes on the way, for people who compare it with what a service
/// says that it computed.
///
/// The canonical request holds the signed headers, so it can hold a session token.
///
/// ```
/// # use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// # let request = Request { method: "GET", target: "/items", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
/// let stages = signer.stages(&request, Timestamp::parse("20150830T123600Z")?)?;
/// assert!(stages.canonical_request.starts_with(b"GET\n/items\n\nhost:example.com\n"));
/// assert!(stages.string_to_sign.starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n"));
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Stages {
    /// The target to put on the wire, before a signature is added to it.
    pub target: String,
    /// The exact bytes that are hashed.
    pub canonical_request: Vec<u8>,
    /// The exact text that is signed.
    pub string_to_sign: String,
    /// The credential scope, `date/region/service/aws4_request`.
    pub scope: String,
    /// Names of the signed headers, joined by `;`.
    pub signed_headers: String,
}

impl Stages {
    pub(crate) fn new(
        target: &str,
        canonical: &CanonicalRequest<'_>,
        string_to_sign: &StringToSign<'_>,
    ) -> Self {
        Self {
            target: target.into(),
            canonical_request: canonical.to_bytes(),
            string_to_sign: string_to_sign.to_string(),
            scope: string_to_sign.scope.to_string(),
            signed_headers: canonical.signed_headers(),
        }
    }
}

impl Signer {
    /// What [`sign`](Self::sign) computes on the way.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn stages(&self, request: &Request<'_>, at: Timestamp) -> Result<Stages, Error> {
        let unsigned = self.unsigned(request)?;
        let target = self.to_send(unsigned.target)?;
        let added = self.added_headers(&unsigned, &at);
        let sent = unsigned.target.sent(&target)?;
        let canonical = self.header_canonical(request.method, &unsigned, sent, &added)?;
        let string_to_sign = self.string_to_sign(&canonical, &at);
        Ok(Stages::new(&target, &canonical, &string_to_sign))
    }

    /// What [`presign`](Self::presign) computes on the way.
    ///
    /// # Errors
    /// As [`presign`](Self::presign).
    pub fn presign_stages(
        &self,
        request: &Request<'_>,
        expires: Duration,
        at: Timestamp,
    ) -> Result<Stages, Error> {
        let (unfinished, headers) = self.unfinished(request, Some(expires), at)?;
        let canonical = unfinished.canonical(headers, self.profile())?;
        let string_to_sign = self.string_to_sign(&canonical, &at);
        Ok(Stages::new(&unfinished.target, &canonical, &string_to_sign))
    }
}

impl fmt::Debug for Stages {
    /// Without the canonical request, which can hold a session token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stages")
            .field("scope", &self.scope)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}
