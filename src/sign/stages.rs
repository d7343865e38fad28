//! Every intermediate value as text.

use crate::canonical::CanonicalRequest;
use crate::sign::signer::Computed;
use crate::signature::string_to_sign::StringToSign;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// What signing computes on the way, for people who compare it with what a service
/// says that it computed.
///
/// The canonical request holds the signed headers, so it can hold a session token.
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
    pub(crate) fn of(computed: &Computed<'_>) -> Self {
        Self::new(
            computed.target,
            computed.canonical,
            &computed.string_to_sign,
        )
    }

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
            signed_headers: canonical.signed_headers().into(),
        }
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
