//! The JSON in which a process hands out credentials.

use crate::request::credentials::Credentials;
use crate::sources::clock::parse_iso_8601;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::provide::ProvidedCredentials;
use core::mem::take;
use std::format;
use std::prelude::rust_2024::*;

const NAME: &str = "credential_process";

impl ProvidedCredentials {
    /// Reads what a [`credential_process`](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)
    /// prints: JSON with `Version` 1, `AccessKeyId`, `SecretAccessKey` and, of temporary
    /// credentials, `SessionToken` and `Expiration`; `AccountId` where it is told.
    ///
    /// # Errors
    /// [`CredentialsError::Failed`] says what is missing or malformed, and quotes nothing.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CredentialsError> {
        let failed = |problem: String| CredentialsError::failed(NAME, problem);
        let fields =
            Fields::read(NAME, bytes).map_err(|_| failed("the answer is no JSON object".into()))?;
        if !matches!(fields.number("Version"), Ok(Some(1))) {
            return Err(failed("Version is not 1".into()));
        }
        let mut access_key_id = fields.needed("AccessKeyId")?;
        let mut secret_access_key = fields.needed("SecretAccessKey")?;
        let credentials =
            Credentials::new(take(&mut *access_key_id), take(&mut *secret_access_key));
        let credentials = match fields.secret("SessionToken")? {
            Some(mut token) => credentials.with_session_token(take(&mut *token)),
            None => credentials,
        };
        // Checked here, where the source can be named.
        credentials
            .check()
            .map_err(|error| failed(format!("{error}")))?;
        let mut provided = Self::new(credentials);
        // Nothing is signed with it: what is no account id is none.
        provided.account_id = fields
            .secret("AccountId")
            .ok()
            .flatten()
            .map(|mut id| take(&mut *id));
        let malformed = || failed("Expiration is no ISO 8601 time".into());
        Ok(match fields.text("Expiration")? {
            Some(text) => provided.until(parse_iso_8601(&text).ok_or_else(malformed)?),
            None => provided,
        })
    }
}
