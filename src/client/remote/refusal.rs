//! What a service said when it handed out no credentials.

use crate::client::error_body::read_form;
use crate::client::redact::Secrets;
use crate::client::remote::http_call::Reply;
use crate::sources::credentials_error::CredentialsError;
use serde_json::Value;
use std::format;
use std::prelude::rust_2024::*;

/// What is wrong with an answer is the service's fault, and not that of what is configured.
pub(crate) fn answered_badly(error: CredentialsError) -> CredentialsError {
    match error {
        CredentialsError::Failed { name, problem } => CredentialsError::Service { name, problem },
        CredentialsError::InvisibleCharacter { .. } => {
            let text = format!("{error}");
            let (name, problem) = text.split_once(": ").unwrap_or(("", &text));
            CredentialsError::Service {
                name: name.into(),
                problem: problem.into(),
            }
        }
        other => other,
    }
}

/// Code and message of an error in JSON or XML, without what was sent; of anything else, also of
/// JSON that is not whole, the status alone, as nobody knows what it holds.
pub(crate) fn refused(name: &str, reply: &Reply, secrets: Secrets) -> CredentialsError {
    let (code, message) = told(reply);
    let secrets = secrets.for_a_part(reply.is_part);
    CredentialsError::Refused {
        name: name.into(),
        status: reply.status,
        code: code.map(|code| secrets.line(&code)),
        message: message.map_or(String::new(), |text| secrets.line(&text)),
    }
}

/// The service is at fault for the moment.
pub(crate) fn may_pass(error: &CredentialsError) -> bool {
    match error {
        CredentialsError::Service { .. } => true,
        CredentialsError::Refused { status, .. } => *status == 429 || *status >= 500,
        _ => false,
    }
}

/// The service's name for the error.
pub(crate) fn code(reply: &Reply) -> Option<String> {
    told(reply).0
}

/// The code of a header, or of the body.
fn told(reply: &Reply) -> (Option<String>, Option<String>) {
    if let Some((code, message)) = oauth(&reply.body) {
        return (Some(code), message);
    }
    let told = read_form(&reply.body).unwrap_or_default();
    let header = reply.headers.get("x-amzn-errortype");
    let header = header.and_then(|value| value.to_str().ok());
    let code = header.map(String::from).or(told.code).unwrap_or_default();
    let bare = code.split(':').next().unwrap_or_default();
    let bare = bare.rsplit('#').next().unwrap_or_default().trim();
    let code = (!bare.is_empty()).then(|| bare.into());
    (code, told.messages.into_iter().next())
}

/// `{"error": CODE, "error_description": TEXT}` (RFC 6749, 5.2); AWS Sign-In calls the text `message`
/// ([CreateOAuth2Token](https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html)).
fn oauth(body: &[u8]) -> Option<(String, Option<String>)> {
    let fields: serde_json::Map<String, Value> = serde_json::from_slice(body).ok()?;
    let text = |name: &str| fields.get(name)?.as_str().map(String::from);
    let told = text("error_description").or_else(|| text("message"));
    Some((text("error")?, told))
}
