//! The public half of the key pair of Signature Version 4A.

use crate::error::Error;
use crate::signature::Signature;
use crate::signature::ecdsa::Point;
use crate::signature::string_to_sign::ToSign;
use core::fmt;

/// What verifies signatures of Version 4A, and makes none: a key store that holds public keys
/// has no secret to lose. Check with it by
/// [`Claim::verify_with_public_key`](crate::Claim::verify_with_public_key).
/// [How SigV4a works](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html),
/// vectors `public_key` of `test-vectors/aws-v4a`.
///
/// ```
/// use sigv4::PublicKey;
///
/// // Where the secret is known, once.
/// let key = PublicKey::derive("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let stored: [u8; 65] = key.to_sec1();
/// // Where requests are verified.
/// assert_eq!(PublicKey::from_sec1(&stored)?, key);
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) Point);

impl PublicKey {
    /// A point of P-256 as SEC 1, 2.3.4 writes it: 65 bytes `04`, x, y; or 33, compressed.
    ///
    /// # Errors
    /// [`Error::InvalidPublicKey`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, Error> {
        Point::from_sec1(bytes)
            .map(Self)
            .ok_or(Error::InvalidPublicKey)
    }

    /// One whose private key everybody knows, to verify with as long as with any.
    pub(crate) fn stand_in() -> Option<Self> {
        Point::generator().map(Self)
    }

    pub(crate) fn verifies(&self, string_to_sign: &impl ToSign, signature: &Signature) -> bool {
        let signature = signature.ecdsa();
        signature.is_some_and(|signature| self.0.verifies(&string_to_sign.digest(), signature))
    }

    /// `04`, x, y: 65 bytes.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; 65] {
        self.0.to_sec1()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        for byte in self.to_sec1() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}
