//! What the words of an answer mean for the request that was sent.

use super::cause::Cause;
use super::denial::Denial;
use super::known::Row;
use super::said::Said;
use super::sent::Sent;
use crate::request::timestamp::Timestamp;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

/// The causes that a row of the table names, with what the answer says of them. A name
/// that is not known stands for nothing.
pub(super) fn causes(row: &Row, sent: Option<&Sent<'_>>, said: &Said) -> Vec<Cause> {
    let mut causes = Vec::new();
    for name in row.causes.split('|') {
        causes.extend(named(name, row.name, sent, said));
    }
    causes
}

fn named(
    name: &'static str,
    row: &'static str,
    sent: Option<&Sent<'_>>,
    said: &Said,
) -> Vec<Cause> {
    if let Some(text) = name.strip_prefix('"') {
        let text = text.strip_suffix('"').unwrap_or(text);
        return vec![Cause::Other { name: row, text }];
    }
    let (name, argument) = name.split_once('(').unwrap_or((name, ""));
    let argument = argument.strip_suffix(')').unwrap_or(argument);
    vec![match name {
        "AccessKey" => access_key(sent),
        "Clock" => clock(sent, said),
        "Date" => Cause::Date,
        "Forbidden" => Cause::Forbidden,
        "HeaderMissing" => Cause::HeaderMissing {
            name: argument.into(),
        },
        "HeaderUnsigned" => return unsigned(said),
        "Malformed" => return malformed(sent, said),
        "Mismatch" => mismatch(said),
        "NoBody" => Cause::NoBody,
        "NoSuchObject" => Cause::NoSuchObject,
        "NoSuchOperation" => Cause::NoSuchOperation,
        "NoSuchRoute" => Cause::NoSuchRoute,
        "NotAuthorized" => Cause::NotAuthorized(Denial::read(&said.messages)),
        "NotSigned" => not_signed(sent),
        "PayloadHash" => Cause::PayloadHash,
        "PresignedExpired" => Cause::PresignedExpired,
        "Region" => Cause::WrongRegion {
            expected: expected_region(said),
        },
        "RegionNotEnabled" => Cause::RegionNotEnabled,
        "Scope" => return scope(said),
        "SessionTokenExpired" => Cause::SessionTokenExpired,
        "SessionTokenMissing" => Cause::SessionTokenMissing,
        "SessionTokenRegion" if sent.is_some_and(has_no_token) => return Vec::new(),
        "SessionTokenRegion" => Cause::SessionTokenRegion,
        "TwoSignatures" => Cause::TwoSignatures,
        "UnsupportedAlgorithm" => Cause::UnsupportedAlgorithm,
        "WrongService" => Cause::WrongService { expected: None },
        _ => return Vec::new(),
    }]
}

/// A header of another scheme is no signature.
fn not_signed(sent: Option<&Sent<'_>>) -> Cause {
    match sent.and_then(|sent| sent.scheme) {
        Some(scheme) => Cause::OtherScheme {
            scheme: scheme.into(),
        },
        None => Cause::NotSigned,
    }
}

/// AWS gives temporary access keys an id that starts with ASIA.
/// [Unique ID prefixes](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes)
fn access_key(sent: Option<&Sent<'_>>) -> Cause {
    match sent.map(|sent| sent.credentials) {
        Some(credentials)
            if credentials.access_key_id().starts_with("ASIA")
                && credentials.session_token().is_none() =>
        {
            Cause::SessionTokenMissing
        }
        _ => Cause::UnknownAccessKey,
    }
}

fn has_no_token(sent: &Sent<'_>) -> bool {
    sent.credentials.session_token().is_none()
}

fn clock(sent: Option<&Sent<'_>>, said: &Said) -> Cause {
    let expired = said.words.contains("signature expired");
    if expired && sent.is_some_and(Sent::is_presigned) {
        return Cause::PresignedExpired;
    }
    let quoted: Vec<Timestamp> = said.messages.iter().flat_map(|m| timestamps(m)).collect();
    let stated = |text: &Option<String>| text.as_deref().and_then(timestamp);
    let signed = stated(&said.request_time).or(quoted.first().copied());
    // `<signed> is now earlier than <limit> (<server> - 5 min.)`
    let server = stated(&said.server_time).or(quoted.get(2).copied());
    match (signed, server) {
        (Some(signed), Some(server)) => Cause::Clock { signed, server },
        _ => Cause::ClockUnshown,
    }
}

fn timestamps(message: &str) -> impl Iterator<Item = Timestamp> {
    let words = message.split(|char: char| !char.is_ascii_alphanumeric());
    words.filter_map(|word| Timestamp::parse(word).ok())
}

/// `20150830T123600Z`, or with the dashes and colons of ISO 8601's extended form.
fn timestamp(text: &str) -> Option<Timestamp> {
    let plain: String = text.chars().filter(|char| !"-:".contains(*char)).collect();
    Timestamp::parse(plain.trim()).ok()
}

fn mismatch(said: &Said) -> Cause {
    if said.canonical_request.is_some() || said.string_to_sign.is_some() {
        Cause::MismatchShown
    } else {
        Cause::MismatchUnshown
    }
}

/// The scheme of the header that was sent, or that the message quotes:
/// `… in Authorization header: 'Bearer abc'.`
///
/// The parts that API Gateway misses are not all of the header.
fn malformed(sent: Option<&Sent<'_>>, said: &Said) -> Vec<Cause> {
    let date = said
        .words
        .contains("requires existence of either a 'x-amz-date'");
    let parts = ["'credential'", "'signature'", "'signedheaders'"];
    let missing = |part: &&str| said.words.contains(&["requires ", part].concat());
    let date = date.then(|| Cause::HeaderMissing {
        name: "x-amz-date".into(),
    });
    if date.is_some() && !parts.iter().any(missing) {
        return date.into_iter().collect();
    }
    let quoted = said.messages.iter().find_map(|message| {
        let (_, rest) = message.split_once("Authorization header: '")?;
        let scheme = rest.split([' ', '\'']).next()?;
        // What follows can be a secret, or stand in the place of the scheme.
        let token = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
        let short = !scheme.is_empty() && scheme.len() <= 16 && scheme.bytes().all(token);
        (short && rest.contains(' ')).then_some(scheme)
    });
    let malformed = match sent.and_then(|sent| sent.scheme).or(quoted) {
        Some(scheme) if !scheme.starts_with("AWS4-") => Cause::OtherScheme {
            scheme: scheme.into(),
        },
        _ => Cause::MalformedSignature,
    };
    core::iter::once(malformed).chain(date).collect()
}

/// `'x-amz-meta' must be a 'SignedHeader' in the AWS Authorization.`, or S3's list.
fn unsigned(said: &Said) -> Vec<Cause> {
    let listed = said.headers_not_signed.as_deref().unwrap_or_default();
    let listed = listed.split(',').map(str::trim);
    let quoted = said.messages.iter().flat_map(|message| {
        let mut sentences: Vec<_> = message.split("must be a 'SignedHeader'").collect();
        sentences.pop();
        let name = |before: &str| before.rsplit('\'').nth(1).map(String::from);
        sentences.into_iter().filter_map(name).collect::<Vec<_>>()
    });
    let all = listed.map(String::from).chain(quoted);
    let mut names: Vec<_> = all
        .map(|name| name.to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let cause = |name: String| match name.as_str() {
        "x-amz-security-token" | "x-amz-s3session-token" => Cause::SessionTokenUnsigned,
        _ => Cause::HeaderAdded { name },
    };
    let causes: Vec<_> = names.into_iter().map(cause).collect();
    if causes.is_empty() {
        return vec![Cause::MalformedSignature];
    }
    causes
}

/// Every part of the scope that the service finds wrong.
fn scope(said: &Said) -> Vec<Cause> {
    let mut causes = Vec::new();
    let has = |text: &str| said.words.contains(text);
    if has("scoped to a valid region") || has("the region ") && has("is wrong") {
        causes.push(Cause::WrongRegion {
            expected: expected_region(said),
        });
    }
    if has("scoped to correct service") || has("incorrect service") {
        let quoted = after(said, "correct service", ('\'', '\''));
        let belongs = || after(said, "belongs to", ('"', '"'));
        causes.push(Cause::WrongService {
            expected: quoted.or_else(belongs),
        });
    }
    if has("date in credential scope") {
        causes.push(Cause::Date);
    }
    if causes.is_empty() {
        causes.push(Cause::MalformedSignature);
    }
    causes
}

/// In an element, a header, or a message: `expecting 'eu-west-1'`, `must be one of: …`.
fn expected_region(said: &Said) -> Option<String> {
    said.region
        .clone()
        .or_else(|| after(said, "expecting", ('\'', '\'')))
        .or_else(|| after(said, "one of", (':', '\n')))
}

/// What stands between two characters after a text.
fn after(said: &Said, text: &str, (start, end): (char, char)) -> Option<String> {
    said.messages.iter().find_map(|message| {
        let (_, rest) = message.split_once(text)?;
        let (_, rest) = rest.split_once(start)?;
        let value = rest.split(end).next()?.trim();
        Some(value.trim_end_matches('.').to_string()).filter(|value| !value.is_empty())
    })
}
