//! Step 3: the signing key.
//! [Derive a signing key](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key)

use crate::request::scope::Scope;
use crate::signature::Signature;
use crate::signature::hash::HmacKey;
use crate::signature::string_to_sign::StringToSign;
use core::fmt;
use zeroize::Zeroizing;

/// The key for one [`Scope`], derived from a secret access key.
///
/// Good for every signature of that day, region and service: keep it to save four of
/// the five HMACs. Wiped on drop; `Debug` shows nothing of it.
///
/// ```
/// use sigv4::{Scope, SigningKey, StringToSign, Timestamp};
///
/// let at = Timestamp::parse("20150830T123600Z")?;
/// let scope = Scope::new(&at, "us-east-1", "iam")?;
/// let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope);
/// let canonical_request_hash = [0; 32]; // of `CanonicalRequest::hash`
/// let signature = key.sign(&StringToSign { at, scope, canonical_request_hash });
/// assert_eq!(signature.to_string().len(), 64);
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(HmacKey);

impl SigningKey {
    /// Derives the key. The secret itself is not kept.
    #[must_use]
    pub fn derive(secret_access_key: &str, scope: &Scope<'_>) -> Self {
        let (mut key, mut derived) = (first_key(secret_access_key), Zeroizing::new([0; 32]));
        for part in scope.parts() {
            *derived = key.authenticate(|message| message.put(part.as_bytes()));
            key = HmacKey::new(&*derived);
        }
        Self(key)
    }

    /// A key that was derived elsewhere: 32 bytes.
    #[must_use]
    pub fn from_bytes(key: &[u8; 32]) -> Self {
        Self(HmacKey::new(key))
    }

    /// Step 4, the signature of a string.
    #[must_use]
    pub fn sign(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        Signature::from_bytes(&self.0.authenticate(|message| {
            string_to_sign.write(&mut |piece| message.put(piece));
        }))
    }
}

/// Of the secret behind `AWS4`, joined on the stack where it fits, as nearly every secret does.
fn first_key(secret_access_key: &str) -> HmacKey {
    const PREFIX: &str = "AWS4";
    let length = PREFIX.len().saturating_add(secret_access_key.len());
    let mut short = Zeroizing::new([0; 128]);
    let (prefix, secret) = (PREFIX.as_bytes(), secret_access_key.as_bytes());
    let Some(joined) = short.get_mut(..length) else {
        return HmacKey::new(&Zeroizing::new([prefix, secret].concat()));
    };
    for (slot, byte) in joined.iter_mut().zip(prefix.iter().chain(secret)) {
        *slot = *byte;
    }
    HmacKey::new(joined)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}
