//! Answers that say in words what is wrong.
//!
//! The texts are those of API Gateway (REST and HTTP APIs), of S3, and of the services
//! behind AWS's common front end, which share most of them.

use super::answer::{Answer, Said};
use super::cause::Cause;
use super::sent::Sent;
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn cause(sent: &Sent<'_>, answer: &Answer<'_>, said: &Said) -> Cause {
    let has = |text: &str| contains(&said.message, text);
    let code = |names: &[&str]| {
        let mut names = names.iter();
        names.any(|name| said.code == *name || said.code.strip_suffix("Exception") == Some(name))
    };
    if let Some(cause) = time(sent, said) {
        return cause;
    }
    if let Some(cause) = scope(said) {
        return cause;
    }
    if let Some(name) = must_be_signed(&said.message) {
        return if name.contains("security-token") || name.contains("s3session-token") {
            Cause::SessionTokenUnsigned
        } else {
            Cause::HeaderAdded { name }
        };
    }
    if let Some(cause) = policy(said) {
        return cause;
    }
    if has("token included in the request is expired") || code(&["ExpiredToken"]) {
        return Cause::SessionTokenExpired;
    }
    if has("token included in the request is invalid")
        || code(&[
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "UnrecognizedClient",
        ])
    {
        return token(sent);
    }
    if code(&[
        "XAmzContentSHA256Mismatch",
        "BadDigest",
        "InvalidContentSHA256",
    ]) {
        return Cause::PayloadHash;
    }
    if has("signature we calculated does not match") || code(&["SignatureDoesNotMatch"]) {
        return Cause::MismatchUnshown;
    }
    if code(&["MissingAuthenticationToken"]) || has("Missing Authentication Token") {
        // API Gateway writes it in title case, for routes too; others mean what they say.
        let gateway = said.message == "Missing Authentication Token";
        return if gateway {
            Cause::NoSuchRoute
        } else {
            Cause::NotSigned
        };
    }
    if has("Missing Authorization") {
        return Cause::NotSigned;
    }
    let unreadable = [
        "IncompleteSignature",
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
        "InvalidSignature",
        "MalformedSignature",
    ];
    if code(&unreadable) || has("Authorization header requires") || has("key=value pair") {
        return Cause::MalformedSignature;
    }
    if code(&[
        "PermanentRedirect",
        "TemporaryRedirect",
        "AuthorizationRegionMismatch",
    ]) {
        return Cause::WrongRegion {
            expected: said.region.clone(),
        };
    }
    match (answer.status, said.message.as_str()) {
        (404, _) => Cause::NoSuchRoute,
        (403, "Forbidden") => Cause::Forbidden,
        (403, _) if code(&["Forbidden"]) => Cause::Forbidden,
        _ => Cause::Unknown,
    }
}

fn time(sent: &Sent<'_>, said: &Said) -> Option<Cause> {
    let expired = contains(&said.message, "Signature expired");
    let early = contains(&said.message, "Signature not yet current");
    let skewed = said.code == "RequestTimeTooSkewed" || said.code == "RequestExpired";
    let presigned = sent
        .stages
        .canonical_request
        .windows(14)
        .any(|bytes| bytes == b"X-Amz-Expires=");
    if presigned && expired || contains(&said.message, "Request has expired") {
        return Some(Cause::PresignedExpired);
    }
    if !(expired || early || skewed) {
        return None;
    }
    let quoted = timestamps(&said.message);
    let stated = |text: &Option<String>| text.as_deref().and_then(timestamp);
    let signed = stated(&said.request_time).or(quoted.first().copied());
    // `<signed> is now earlier than <limit> (<server> - 5 min.)`
    let server = stated(&said.server_time).or(quoted.get(2).copied());
    Some(match (signed, server) {
        (Some(signed), Some(server)) => Cause::Clock { signed, server },
        _ => Cause::ClockUnshown,
    })
}

fn scope(said: &Said) -> Option<Cause> {
    let message = said.message.as_str();
    let in_quotes = |after: &str, quote| {
        let (_, rest) = message.split_once(after)?;
        let (_, rest) = rest.split_once(quote)?;
        let (text, _) = rest.split_once(quote)?;
        Some(String::from(text))
    };
    if contains(message, "scoped to a valid region") {
        // `…, not 'us-east-1'.` names the one that is wrong.
        return Some(Cause::WrongRegion {
            expected: said.region.clone(),
        });
    }
    if contains(message, "scoped to correct service") {
        return Some(Cause::WrongService {
            expected: in_quotes("correct service", '\''),
        });
    }
    if contains(message, "incorrect service") {
        return Some(Cause::WrongService {
            expected: in_quotes("belongs to", '"'),
        });
    }
    if contains(message, "region") && contains(message, "is wrong; expecting") {
        let expected = in_quotes("expecting", '\'');
        return Some(Cause::WrongRegion {
            expected: said.region.clone().or(expected),
        });
    }
    if contains(message, "Date in Credential scope does not match") {
        return Some(Cause::Date);
    }
    None
}

fn policy(said: &Said) -> Option<Cause> {
    let message = said.message.as_str();
    if contains(message, "is not authorized to") {
        return Some(if contains(message, "User: anonymous") {
            Cause::NotSigned
        } else {
            Cause::NotAuthorized {
                explicit_deny: contains(message, "explicit deny"),
            }
        });
    }
    let denied = said.code == "AccessDenied" || said.code == "AccessDeniedException";
    denied.then_some(Cause::NotAuthorized {
        explicit_deny: false,
    })
}

/// AWS gives temporary access keys an id that starts with ASIA.
/// [Unique ID prefixes](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes)
fn token(sent: &Sent<'_>) -> Cause {
    let temporary = sent.credentials.access_key_id().starts_with("ASIA");
    if temporary && sent.credentials.session_token().is_none() {
        Cause::SessionTokenMissing
    } else {
        Cause::UnknownAccessKey
    }
}

/// `'x-amz-meta' must be a 'SignedHeader' in the AWS Authorization.`
fn must_be_signed(message: &str) -> Option<String> {
    let (before, _) = message.split_once("must be a 'SignedHeader'")?;
    let name = before.split('\'').nth(1)?;
    Some(name.to_ascii_lowercase())
}

fn timestamps(message: &str) -> Vec<Timestamp> {
    let words = message.split(|char: char| !char.is_ascii_alphanumeric());
    words
        .filter_map(|word| Timestamp::parse(word).ok())
        .collect()
}

/// `20150830T123600Z`, or with the dashes and colons of ISO 8601's extended form.
fn timestamp(text: &str) -> Option<Timestamp> {
    let plain: String = text.chars().filter(|char| !"-:".contains(*char)).collect();
    Timestamp::parse(plain.trim()).ok()
}

/// Whatever the case: services do not agree on it.
fn contains(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
