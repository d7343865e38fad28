//! Step 3: the signing key.
//! [Derive a signing key](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key)

#[cfg(feature = "v4a")]
use crate::error::Error;
use crate::request::scope::Scope;
use crate::signature::Signature;
#[cfg(feature = "v4a")]
use crate::signature::ecdsa::KeyPair;
use crate::signature::hash::HmacKey;
#[cfg(feature = "v4a")]
use crate::signature::public_key::PublicKey;
use crate::signature::string_to_sign::{StringToSign, ToSign};
#[cfg(all(feature = "v4a", not(target_has_atomic = "ptr")))]
use alloc::rc::Rc as Arc;
#[cfg(all(feature = "v4a", target_has_atomic = "ptr"))]
use alloc::sync::Arc;
use core::fmt;
use zeroize::Zeroizing;

/// The key for one [`Scope`], derived from a secret access key.
///
/// Good for every signature of that day, region and service: keep it to save four of
/// the five HMACs. That of Signature Version 4A (`SigningKey::derive_sigv4a`, feature `v4a`) is
/// good for every signature of its access key. Wiped on drop; `Debug` shows nothing of it.
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
pub struct SigningKey(Kind);

#[derive(Clone)]
enum Kind {
    Hmac(HmacKey),
    #[cfg(feature = "v4a")]
    /// Shared by all clones: there is one in memory.
    Ecdsa(Arc<KeyPair>),
}

impl SigningKey {
    /// Derives the key of Signature Version 4. The secret itself is not kept.
    #[must_use]
    pub fn derive(secret_access_key: &str, scope: &Scope<'_>) -> Self {
        let mut key = first_key("AWS4", secret_access_key);
        let mut derived = Zeroizing::new([0; 32]);
        for part in scope.parts() {
            *derived = key.authenticate(|message| message.put(part.as_bytes()));
            key = HmacKey::new(&*derived);
        }
        Self(Kind::Hmac(key))
    }

    /// Derives the key pair of Signature Version 4A, which signs for every day, region and
    /// service. The secret itself is not kept.
    ///
    /// ```
    /// use sigv4::{Scope, SigningKey, StringToSign, Timestamp};
    ///
    /// let key = SigningKey::derive_sigv4a("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let at = Timestamp::parse("20150830T123600Z")?;
    /// let scope = Scope::sigv4a(&at, "service")?;
    /// let signature = key.sign(&StringToSign { at, scope, canonical_request_hash: [0; 32] });
    /// assert!(signature.to_string().starts_with("30")); // DER
    /// # Ok::<(), sigv4::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoSigningKey`], not to be expected of any secret.
    #[cfg(feature = "v4a")]
    pub fn derive_sigv4a(access_key_id: &str, secret_access_key: &str) -> Result<Self, Error> {
        let pair = KeyPair::derive(&first_key("AWS4A", secret_access_key), access_key_id);
        pair.map(|pair| Self(Kind::Ecdsa(Arc::new(pair))))
            .ok_or(Error::NoSigningKey)
    }

    /// The public half of a key pair of Signature Version 4A.
    #[cfg(feature = "v4a")]
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        match &self.0 {
            Kind::Hmac(_) => None,
            Kind::Ecdsa(pair) => Some(PublicKey(pair.public())),
        }
    }

    /// A key of Signature Version 4 that was derived elsewhere: 32 bytes.
    #[must_use]
    pub fn from_bytes(key: &[u8; 32]) -> Self {
        Self(Kind::Hmac(HmacKey::new(key)))
    }

    /// Step 4, the signature of a string.
    #[must_use]
    pub fn sign(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        self.sign_any(string_to_sign)
    }

    /// The signature of a request or of a link behind it.
    pub(crate) fn sign_any(&self, string_to_sign: &impl ToSign) -> Signature {
        match &self.0 {
            Kind::Hmac(key) => Signature::from_hmac(&key.authenticate(|message| {
                string_to_sign.write(&mut |piece| message.put(piece));
            })),
            #[cfg(feature = "v4a")]
            Kind::Ecdsa(pair) => Signature::from_ecdsa(pair.sign(&string_to_sign.digest())),
        }
    }

    /// Whether a signature is this key's. That of an algorithm other than the key's is not.
    pub(crate) fn verifies(&self, string_to_sign: &impl ToSign, signature: &Signature) -> bool {
        match &self.0 {
            Kind::Hmac(_) => self.sign_any(string_to_sign) == *signature,
            // No two signatures by a key need be equal: never compare them.
            #[cfg(feature = "v4a")]
            Kind::Ecdsa(pair) => signature.ecdsa().is_some_and(|signature| {
                pair.public().verifies(&string_to_sign.digest(), signature)
            }),
        }
    }
}

#[cfg(feature = "v4a")]
impl PublicKey {
    /// That of an access key.
    ///
    /// # Errors
    /// [`Error::NoSigningKey`], not to be expected of any secret.
    pub fn derive(access_key_id: &str, secret_access_key: &str) -> Result<Self, Error> {
        let key = SigningKey::derive_sigv4a(access_key_id, secret_access_key)?;
        key.public_key().ok_or(Error::NoSigningKey)
    }
}

/// Of the secret behind `AWS4` or `AWS4A`, joined on the stack where it fits, as nearly every
/// secret does.
fn first_key(prefix: &str, secret_access_key: &str) -> HmacKey {
    let length = prefix.len().saturating_add(secret_access_key.len());
    let mut short = Zeroizing::new([0; 128]);
    let (prefix, secret) = (prefix.as_bytes(), secret_access_key.as_bytes());
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
