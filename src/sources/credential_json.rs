//! The JSON in which processes and containers hand out credentials.

use crate::request::credentials::Credentials;
use crate::sources::clock::parse_iso_8601;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::invisible::find_invisible;
use crate::sources::provide::ProvidedCredentials;
use core::mem::take;
use core::str::Chars;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

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
    /// credentials, `SessionToken` and `Expiration`; `AccountId` where it is told.
    ///
    /// # Errors
    /// [`CredentialsError::Failed`] says what is missing or malformed, and quotes nothing.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CredentialsError> {
        parse(bytes, &PROCESS)
    }
}

/// The bytes are never quoted in an error, and no copy of a secret is left behind: its text
/// is taken from where it stands into memory that is wiped.
pub(crate) fn parse(bytes: &[u8], shape: &Shape) -> Result<ProvidedCredentials, CredentialsError> {
    let failed = |problem: String| CredentialsError::failed(shape.source, problem);
    let fields: BTreeMap<String, &RawValue> =
        serde_json::from_slice(bytes).map_err(|_| failed("the answer is no JSON object".into()))?;
    let field = |name: &str| match fields.get(name).map(|value| value.get()) {
        None | Some("null") => Ok(None),
        Some(value) => match string(value) {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            None => Err(failed(format!("{name} is no text"))),
        },
    };
    let visible = |name: &str| {
        let text = field(name)?;
        let invisible = text.as_ref().and_then(|text| find_invisible(text));
        match invisible {
            None => Ok(text),
            Some((position, character)) => Err(CredentialsError::InvisibleCharacter {
                name: format!("{}: {name}", shape.source),
                position,
                character,
            }),
        }
    };
    let required = |name: &str| visible(name)?.ok_or_else(|| failed(format!("{name} is missing")));
    if shape.needs_version && fields.get("Version").map(|version| version.get()) != Some("1") {
        return Err(failed("Version is not 1".into()));
    }
    let mut access_key_id = required("AccessKeyId")?;
    let mut secret_access_key = required("SecretAccessKey")?;
    let credentials = Credentials::new(take(&mut *access_key_id), take(&mut *secret_access_key));
    let credentials = match visible(shape.session_token)? {
        Some(mut token) => credentials.with_session_token(take(&mut *token)),
        None => credentials,
    };
    // Checked here, where the source can be named.
    credentials
        .check()
        .map_err(|error| failed(format!("{error}")))?;
    let mut provided = ProvidedCredentials::new(credentials);
    // Nothing is signed with it: what is no account id is none.
    provided.account_id = visible("AccountId")
        .ok()
        .flatten()
        .map(|mut id| take(&mut *id));
    let malformed = || failed("Expiration is no ISO 8601 time".into());
    Ok(match field("Expiration")? {
        Some(text) => provided.until(parse_iso_8601(&text).ok_or_else(malformed)?),
        None => provided,
    })
}

/// The text of a JSON string (RFC 8259, 7), whose syntax has been checked; `None` of
/// another value, and where half of a surrogate pair is missing. Nothing but the result
/// ever holds any of it.
pub(crate) fn string(value: &str) -> Option<Zeroizing<String>> {
    let mut rest = value.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = Zeroizing::new(String::with_capacity(rest.len()));
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        let mut after = escape.chars();
        let character = match after.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => escaped(&mut after)?,
            other => other,
        };
        text.push(character);
        rest = after.as_str();
    }
    text.push_str(rest);
    Some(text)
}

/// `\uXXXX`, or two of them that make a pair, of which the first `\u` has been read.
fn escaped(text: &mut Chars<'_>) -> Option<char> {
    let unit = |text: &mut Chars<'_>| {
        let unit = u16::from_str_radix(text.as_str().get(..4)?, 16).ok()?;
        text.nth(3);
        Some(unit)
    };
    let first = unit(text)?;
    let is_first_of_two = (0xd800..0xdc00).contains(&first);
    let second = match is_first_of_two {
        true if text.next() == Some('\\') && text.next() == Some('u') => Some(unit(text)?),
        true => return None,
        false => None,
    };
    let units = [Some(first), second].into_iter().flatten();
    char::decode_utf16(units).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn escapes() {
        for (value, text) in [
            (r#""""#, Some("")),
            (r#""a\/b\\c\"d""#, Some("a/b\\c\"d")),
            (r#""\b\f\n\r\t""#, Some("\u{8}\u{c}\n\r\t")),
            (r#""\u002f\u00e4x\ud83d\ude00y""#, Some("/äx😀y")),
            (r#""\ud83d""#, None),
            (r#""\ud83dx""#, None),
            (r#""\ud83d\u0041""#, None),
            (r#""\ude00""#, None),
            ("1", None),
            ("true", None),
            (r#"["a"]"#, None),
        ] {
            let read = string(value);
            assert_eq!(read.as_ref().map(|read| read.as_str()), text, "{value}");
        }
    }
}
