//! Credentials out of an answer, checked where the source can still be named.

use crate::client::redact::Secrets;
use crate::client::remote::http_call::Reply;
use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use crate::sources::clock::parse_iso_8601;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::provide::ProvidedCredentials;
use core::mem::take;
use core::time::Duration;
use std::format;
use std::prelude::rust_2024::*;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// Temporary credentials: a key without a session token is not what these services hand out.
pub(crate) fn temporary(
    name: &str,
    mut access_key_id: Zeroizing<String>,
    mut secret_access_key: Zeroizing<String>,
    mut session_token: Zeroizing<String>,
    expires_at: SystemTime,
) -> Result<ProvidedCredentials, CredentialsError> {
    let credentials = Credentials::new(take(&mut *access_key_id), take(&mut *secret_access_key))
        .with_session_token(take(&mut *session_token));
    credentials
        .check()
        .map_err(|error| CredentialsError::failed(name, format!("{error}")))?;
    Ok(ProvidedCredentials::new(credentials).until(expires_at))
}

/// With the account that the role's ARN names.
pub(crate) fn of_role(provided: ProvidedCredentials, role_arn: &str) -> ProvidedCredentials {
    match role_arn
        .split(':')
        .nth(4)
        .filter(|account| !account.is_empty())
    {
        Some(account) => provided.of_account(account),
        None => provided,
    }
}

/// What an instance's metadata and a container's endpoint answer: names without regard to case,
/// `Code` either `Success` or absent; any other says why there are none. `sent` is what does not
/// come out again.
pub(crate) fn by_link_local(
    name: &str,
    reply: &Reply,
    sent: &Secrets,
) -> Result<ProvidedCredentials, CredentialsError> {
    let fields = Fields::read(name, &reply.body)?.in_any_case();
    let code = fields.text("Code")?;
    if let Some(code) = code.filter(|code| code.as_str() != "Success") {
        let message = fields.text("Message")?;
        return Err(CredentialsError::Refused {
            name: name.into(),
            status: reply.status,
            code: Some(sent.line(&code)),
            message: message.map_or(String::new(), |message| sent.line(&message)),
        });
    }
    let id = fields.needed("AccessKeyId")?;
    let secret = fields.needed("SecretAccessKey")?;
    let token = fields.needed("Token")?;
    let end = time(name, "Expiration", &fields.needed("Expiration")?)?;
    let provided = temporary(name, id, secret, token, end)?;
    with_account(provided, &fields, "AccountId")
}

/// With the account, where a field names it.
pub(crate) fn with_account(
    provided: ProvidedCredentials,
    fields: &Fields<'_>,
    field: &str,
) -> Result<ProvidedCredentials, CredentialsError> {
    Ok(match fields.secret(field)? {
        Some(account) => provided.of_account(account.as_str()),
        None => provided,
    })
}

/// When a token ends that lives `expiresIn` seconds from now (RFC 6749, 5.1).
pub(crate) fn end(
    name: &str,
    answer: &Fields<'_>,
    now: SystemTime,
) -> Result<SystemTime, CredentialsError> {
    let failed = |problem: &str| CredentialsError::failed(name, format!("expiresIn is {problem}"));
    let seconds = answer.number("expiresIn")?;
    let seconds = seconds.ok_or_else(|| failed("missing"))?;
    let lives = u64::try_from(seconds).map_err(|_| failed("less than nothing"))?;
    if lives == 0 {
        return Err(failed("0"));
    }
    let end = now.checked_add(Duration::from_secs(lives));
    end.ok_or_else(|| failed("too large"))
}

/// RFC 3339.
pub(crate) fn time(name: &str, field: &str, text: &str) -> Result<SystemTime, CredentialsError> {
    parse_iso_8601(text)
        .ok_or_else(|| CredentialsError::failed(name, format!("{field} is no ISO 8601 time")))
}

/// `2015-08-30T12:36:00Z`.
pub(crate) fn rfc3339(name: &str, time: SystemTime) -> Result<String, CredentialsError> {
    let time = Timestamp::try_from(time);
    let time = time.map_err(|error| CredentialsError::failed(name, format!("{error}")))?;
    Ok(time.to_rfc3339())
}
