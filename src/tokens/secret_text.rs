//! Texts that are secrets.

use crate::tokens::validity::Validity;
use alloc::string::String;
use core::fmt;
use core::ops::Deref;
use zeroize::Zeroizing;

/// A token that is one text: a password, a URL, a key. Whoever holds it is let in.
///
/// `Debug` shows only how long it is good. It is wiped when dropped.
///
/// ```
/// use sigv4::tokens::{Bedrock, Maker};
/// use sigv4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
/// let key = Bedrock::new("us-west-2").token(&maker)?;
/// assert!(key.as_str().starts_with("bedrock-api-key-"));
/// assert!(!format!("{key:?}").contains("bedrock"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Token {
    pub(super) text: Zeroizing<String>,
    pub(super) validity: Validity,
}

impl Token {
    /// The token itself. Treat it as a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How long it is good.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// A text with a secret in it: what else is made of a signature, beside a [`Token`].
///
/// It is wiped when dropped, has no `Debug`, and is read as the `&str` that it is.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text itself. Treat it as a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for SecretText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
