//! The JSON in which processes and containers hand out credentials.

use crate::client::clock::parse_iso_8601;
use crate::client::credentials_error::CredentialsError;
use crate::client::provide::ProvidedCredentials;
use crate::request::credentials::Credentials;
use serde_json::{Map, Value};
use std::format;
use std::prelude::rust_2024::*;

/// What a source calls its fields, and what it is called itself.
pub(crate) struct Shape {
    pub source: &'static str,
    pub session_token: &'static str,
    pub needs_version: bool,
}

/// What a process prints.
pub(crate) const PROCESS: Shape = Shape {
    source: "credential_process",
    session_token: "SessionToken",
    needs_version: true,
};

impl ProvidedCredentials {
    /// Reads what a [`credential_process`](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)
    /// prints: JSON with `Version` 1, `AccessKeyId`, `SecretAccessKey` and, of temporary
    /// credentials, `SessionToken` and `Expiration`.
    ///
    /// # Errors
    /// [`CredentialsError::Failed`] says what is missing or malformed, and quotes nothing.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CredentialsError> {
        parse(bytes, &PROCESS)
    }
}

/// The bytes are never quoted in an error.
pub(crate) fn parse(bytes: &[u8], shape: &Shape) -> Result<ProvidedCredentials, CredentialsError> {
    let failed = |problem: String| CredentialsError::failed(shape.source, problem);
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(bytes) else {
        return Err(failed("the answer is no JSON object".into()));
    };
    if shape.needs_version && fields.get("Version").and_then(Value::as_u64) != Some(1) {
        return Err(failed("Version is not 1".into()));
    }
    let mut required = |name: &str| {
        take(&mut fields, name)
            .map_err(&failed)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| failed(format!("{name} is missing")))
    };
    let credentials = Credentials::new(required("AccessKeyId")?, required("SecretAccessKey")?);
    let credentials = match take(&mut fields, shape.session_token).map_err(&failed)? {
        Some(token) if !token.is_empty() => credentials.with_session_token(token),
        _ => credentials,
    };
    // Checked here, where the source can be named.
    credentials
        .check()
        .map_err(|error| failed(format!("{error}")))?;
    let expires_at = match take(&mut fields, "Expiration").map_err(&failed)? {
        Some(text) => Some(
            parse_iso_8601(&text).ok_or_else(|| failed("Expiration is no ISO 8601 time".into()))?,
        ),
        None => None,
    };
    Ok(ProvidedCredentials {
        credentials,
        expires_at,
    })
}

/// Moves a text out, so that no copy of a secret stays behind. Without a value is none;
/// any other value but a text is a mistake that must not go unnoticed.
fn take(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match fields.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(format!("{name} is no text")),
    }
}
