//! What a service sends back may hold what was sent to it.

use crate::credentials::Credentials;
use crate::encode::RESERVED;
use crate::signature::Signature;
use percent_encoding::utf8_percent_encode;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// The longest text from a service that goes into an error.
const MAX_TEXT: usize = 8 * 1024;

/// Texts that no error may hold.
#[derive(Clone)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    pub(crate) fn new(credentials: &Credentials, signature: Signature) -> Self {
        let token = credentials.session_token().into_iter();
        let texts = token.chain([credentials.secret_access_key()]);
        let mut secrets = std::vec![Zeroizing::new(format!("{signature}"))];
        for text in texts.filter(|text| !text.is_empty()) {
            // As it is, as JSON may escape it, as a URL has to.
            for form in [
                text.into(),
                text.replace('/', "\\/"),
                utf8_percent_encode(text, RESERVED).to_string(),
            ] {
                if secrets.iter().all(|known| **known != form) {
                    secrets.push(Zeroizing::new(form));
                }
            }
        }
        Self(secrets)
    }

    /// Replaces them, and cuts the text to 8 KiB.
    pub(crate) fn remove_from(&self, text: &str) -> String {
        let mut clean = String::from(text);
        for secret in &self.0 {
            if clean.contains(secret.as_str()) {
                clean = clean.replace(secret.as_str(), "[redacted]");
            }
        }
        let is_boundary = |end: &usize| clean.is_char_boundary(*end);
        let end = (0..=MAX_TEXT).rev().find(is_boundary).unwrap_or(0);
        clean.truncate(end);
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, Secrets};
    use crate::{Credentials, Signature};
    use std::format;

    #[test]
    fn secrets_and_length() {
        let digits = "0123456789abcdef".repeat(4);
        let credentials = Credentials::new("AKID", "sEcReT").with_session_token("tO/En==");
        let secrets = Secrets::new(&credentials, Signature::parse(&digits).unwrap());
        let text =
            format!("AKID sEcReT {digits} x-amz-security-token:tO/En==\n tO\\/En== tO%2FEn%3D%3D");
        assert_eq!(
            secrets.remove_from(&text),
            "AKID [redacted] [redacted] x-amz-security-token:[redacted]\n [redacted] [redacted]"
        );
        let long = "ä".repeat(MAX_TEXT);
        assert_eq!(secrets.remove_from(&long).len(), MAX_TEXT);
    }
}
