//! What STS answers: `<ActionResponse>`, in which each element stands once.

use crate::client::error_xml::elements;
use crate::client::remote::handed_out::{temporary, time};
use crate::client::remote::refusal::answered_badly;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::invisible::find_invisible;
use crate::sources::provide::ProvidedCredentials;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// An answer that is whole.
pub(crate) struct StsAnswer {
    name: String,
    body: Zeroizing<Vec<u8>>,
}

impl StsAnswer {
    /// Begins and ends as the action's answer does; nothing of it is quoted in an error.
    pub(crate) fn read(
        name: &str,
        action: &str,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Self, CredentialsError> {
        let failed = |problem: String| Err(CredentialsError::failed(name, problem));
        let root = format!("{action}Response");
        let Ok(text) = core::str::from_utf8(&body) else {
            return failed("the answer is no UTF-8".into());
        };
        let first = elements(text).next();
        if first.is_none_or(|(name, _)| name != root) {
            return failed(format!("the answer is no {root}"));
        }
        if !text.trim_end().ends_with(&format!("</{root}>")) {
            return failed(format!("the answer ends within its {root}"));
        }
        Ok(Self {
            name: name.into(),
            body,
        })
    }

    /// The text of an element.
    pub(crate) fn text(&self, element: &str) -> Result<Zeroizing<String>, CredentialsError> {
        let failed = |problem: &str| {
            let problem = format!("{element} is {problem} in the answer");
            Err(answered_badly(CredentialsError::failed(
                &self.name, problem,
            )))
        };
        let text = core::str::from_utf8(&self.body).unwrap_or_default();
        let mut found = elements(text)
            .map(|(name, text)| match text {
                Cow::Borrowed(text) => (name, Zeroizing::new(String::from(text))),
                Cow::Owned(text) => (name, Zeroizing::new(text)),
            })
            .filter(|(name, _)| *name == element);
        let Some((_, text)) = found.next().filter(|(_, text)| !text.is_empty()) else {
            return failed("missing");
        };
        if found.next().is_some() {
            return failed("there twice");
        }
        match find_invisible(&text) {
            None => Ok(text),
            Some((position, character)) => {
                Err(answered_badly(CredentialsError::InvisibleCharacter {
                    name: format!("{}: {element}", self.name),
                    position,
                    character,
                }))
            }
        }
    }

    pub(crate) fn credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let id = self.text("AccessKeyId")?;
        let secret = self.text("SecretAccessKey")?;
        let token = self.text("SessionToken")?;
        let end = time(&self.name, "Expiration", &self.text("Expiration")?);
        let end = end.map_err(answered_badly)?;
        temporary(&self.name, id, secret, token, end).map_err(answered_badly)
    }
}
