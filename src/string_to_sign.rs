//! Step 2: the string to sign.
//! [Create a string to sign](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign)

use crate::encode::hex;
use crate::scope::Scope;
use crate::timestamp::Timestamp;
use core::fmt;

/// The name of the algorithm, first line of every string to sign.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Four lines: algorithm, time, scope, hash of the canonical request.
///
/// `Display` writes exactly what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringToSign<'a> {
    /// The time of the signature.
    pub at: Timestamp,
    /// The credential scope.
    pub scope: Scope<'a>,
    /// [`CanonicalRequest::hash`](crate::CanonicalRequest::hash).
    pub canonical_request_hash: [u8; 32],
}

impl StringToSign<'_> {
    /// Calls `sign` with the pieces that joined are the string to sign.
    pub(crate) fn with_pieces<T>(&self, sign: impl FnOnce(&[&[u8]]) -> T) -> T {
        let hash = hex(&self.canonical_request_hash);
        let [date, region, service, terminator] = self.scope.parts();
        sign(&[
            ALGORITHM.as_bytes(),
            b"\n",
            self.at.as_str().as_bytes(),
            b"\n",
            date.as_bytes(),
            b"/",
            region.as_bytes(),
            b"/",
            service.as_bytes(),
            b"/",
            terminator.as_bytes(),
            b"\n",
            &hash,
        ])
    }
}

impl fmt::Display for StringToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_pieces(|pieces| {
            pieces
                .iter()
                .try_for_each(|piece| f.write_str(core::str::from_utf8(piece).unwrap_or_default()))
        })
    }
}
