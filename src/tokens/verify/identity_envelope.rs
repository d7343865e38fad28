//! The four fields in which Vault's clients send a signed call of `GetCallerIdentity`.

use crate::grammar::base64_decode::{Base64, decode_base64};
use crate::request::timestamp::Timestamp;
use crate::tokens::verify::identity_error::StsIdentityError;
use crate::tokens::verify::identity_verifier::StsIdentityVerifier;
use crate::tokens::verify::sts_replay::StsReplay;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

/// How long each field may be, in bytes.
const LONGEST_URL: usize = 684;
const LONGEST_BODY: usize = 256;
const LONGEST_HEADERS: usize = 32_768;

/// A signed call of `GetCallerIdentity` as
/// [Vault's login](https://developer.hashicorp.com/vault/api-docs/auth/aws#login) has it. Feature
/// `client` or `post-policy`, for their JSON; without it [`StsIdentityVerifier::check`] takes the parts.
///
/// ```
/// use sigv4::Timestamp;
/// use sigv4::tokens::{StsIdentityEnvelope, StsIdentityVerifier};
///
/// let login = StsIdentityEnvelope {
///     method: "POST",
///     url: "aHR0cHM6Ly9zdHMudXMtZWFzdC0xLmFtYXpvbmF3cy5jb20v",
///     body: "QWN0aW9uPUdldENhbGxlcklkZW50aXR5JlZlcnNpb249MjAxMS0wNi0xNQ==",
///     headers: "e30=",
/// };
/// let verifier = StsIdentityVerifier::new(&["sts.us-east-1.amazonaws.com"], "vault.example.com");
/// let refused = verifier.check_envelope(&login, Timestamp::parse("20240102T031000Z")?);
/// assert_eq!(refused.unwrap_err().to_string(), "content-type is not application/x-www-form-urlencoded");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct StsIdentityEnvelope<'a> {
    /// `iam_http_request_method`.
    pub method: &'a str,
    /// `iam_request_url`, in base64.
    pub url: &'a str,
    /// `iam_request_body`, in base64.
    pub body: &'a str,
    /// `iam_request_headers`, in base64: a JSON object, in which each value is a text or a list of
    /// one.
    pub headers: &'a str,
}

impl fmt::Debug for StsIdentityEnvelope<'_> {
    /// Without the headers: the signature is there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsIdentityEnvelope")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl StsIdentityVerifier<'_> {
    /// As [`check`](Self::check), of a call in its envelope.
    ///
    /// # Errors
    /// [`StsIdentityError`].
    pub fn check_envelope(
        &self,
        envelope: &StsIdentityEnvelope<'_>,
        now: Timestamp,
    ) -> Result<StsReplay, StsIdentityError> {
        let url = decoded("url", envelope.url, LONGEST_URL)?;
        let url = core::str::from_utf8(&url).map_err(|fault| StsIdentityError::InvalidUrl {
            position: fault.valid_up_to(),
        })?;
        let body = decoded("body", envelope.body, LONGEST_BODY)?;
        let headers = decoded("headers", envelope.headers, LONGEST_HEADERS)?;
        let headers: Headers =
            serde_json::from_slice(&headers).map_err(|_| StsIdentityError::InvalidHeaders)?;
        let pairs = headers
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.0.as_str()));
        let pairs: Vec<_> = pairs.collect();
        self.check(envelope.method, url, &body, &pairs, now)
    }
}

fn decoded(
    part: &'static str,
    text: &str,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, StsIdentityError> {
    if text.len() > limit {
        return Err(StsIdentityError::TooLong {
            part,
            bytes: text.len(),
            limit,
        });
    }
    decode_base64(text, Base64::Standard)
        .map(Zeroizing::new)
        .map_err(|position| StsIdentityError::InvalidBase64 { part, position })
}

/// In the order of the object, a name that is there twice twice.
struct Headers(Vec<(String, Value)>);

struct Value(Zeroizing<String>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut headers = Vec::new();
                while let Some(header) = map.next_entry()? {
                    headers.push(header);
                }
                Ok(Headers(headers))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneText;
        impl<'de> Visitor<'de> for OneText {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of one")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
                Ok(Value(Zeroizing::new(text.into())))
            }

            /// A `content-length`, as some clients write it.
            fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
                Ok(Value(Zeroizing::new(format!("{number}"))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                let first: Zeroizing<String> = list
                    .next_element()?
                    .map(Zeroizing::new)
                    .ok_or_else(|| A::Error::custom("an empty list"))?;
                match list.next_element::<IgnoredAny>()? {
                    None => Ok(Value(first)),
                    Some(_) => Err(A::Error::custom("a longer list")),
                }
            }
        }
        deserializer.deserialize_any(OneText)
    }
}
