//! Step 2: the string to sign.
//! [Create a string to sign](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign)

use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use core::fmt;

/// Four lines: algorithm, time, scope, hash of the canonical request.
///
/// `Display` writes exactly what is signed.
///
/// ```
/// use sigv4::{Hasher, Scope, SigningKey, StringToSign, Timestamp};
///
/// let at = Timestamp::parse("20150830T123600Z")?;
/// let scope = Scope::new(&at, "us-east-1", "execute-api")?;
/// let mut hasher = Hasher::new();
/// hasher.put(b"a canonical request");
/// let string_to_sign = StringToSign { at, scope, canonical_request_hash: hasher.finish() };
/// let text = string_to_sign.to_string();
/// let start = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\n";
/// assert!(text.starts_with(start));
/// let signature = SigningKey::derive("secret", &scope).sign(&string_to_sign);
/// # let _ = signature;
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringToSign<'a> {
    /// The time of the signature.
    pub at: Timestamp,
    /// The credential scope.
    pub scope: Scope<'a>,
    /// [`CanonicalRequest::hash`](crate::CanonicalRequest::hash).
    pub canonical_request_hash: [u8; 32],
}

/// What a key signs.
pub(crate) trait ToSign {
    /// The pieces that joined are the string to sign.
    fn write(&self, out: &mut impl FnMut(&[u8]));

    /// What ECDSA signs: the SHA-256 of the whole.
    #[cfg(feature = "v4a")]
    fn digest(&self) -> [u8; 32] {
        let mut hasher = crate::signature::hash::Hasher::new();
        self.write(&mut |piece| hasher.put(piece));
        hasher.finish()
    }
}

impl ToSign for StringToSign<'_> {
    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.scope.algorithm().name().as_bytes());
        out(b"\n");
        out(self.at.as_bytes());
        out(b"\n");
        out(self.scope.date_bytes());
        self.scope.write_rest(&mut |text| out(text.as_bytes()));
        out(b"\n");
        out(&hex(&self.canonical_request_hash));
    }
}

impl fmt::Display for StringToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut |piece| text.push_str(ascii(piece)));
        f.write_str(&text)
    }
}
