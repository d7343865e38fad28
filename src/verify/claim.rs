//! Who says that they are calling: the signature that a request carries, read strictly.

use crate::canonical::parameter::is_parameter;
use crate::canonical::query::Query;
use crate::error::Error;
use crate::grammar::encode::decode;
use crate::grammar::text::trim;
use crate::request::Request;
use crate::request::algorithm::Algorithm;
use crate::request::profile::Profile;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{check_access_key_id, parse_signed_headers};
use crate::signature::Signature;
use crate::signature::key::SigningKey;
use alloc::borrow::Cow;
use core::fmt;

/// Stands in for the secret of an access key that nobody has. Anybody can sign with it, and it opens
/// nothing.
pub(crate) const NO_SECRET: &str = "no such key";

/// A signature and all that it says of itself
/// ([header form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html),
/// [query form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html);
/// vectors `test-vectors/accept` and `reject`). Nothing of it is proven before
/// [`verify`](Self::verify).
///
/// ```
/// use sigv4::{Claim, Credentials, Payload, Policy, Request, Signer, Timestamp};
///
/// # let now = Timestamp::parse("20150830T123600Z")?;
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// # let unsigned = Request { method: "GET", target: "/prod/items", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
/// # let signed = signer.sign(&unsigned, now)?;
/// # let mut headers = unsigned.headers.to_vec();
/// # headers.extend(signed.headers().map(|(name, value)| (name, value.as_bytes())));
/// # let request = Request { headers: &headers, ..unsigned };
/// let claim = Claim::from_request(&request)?; // who says they are calling
/// assert_eq!(claim.access_key_id(), "AKIDEXAMPLE");
/// // Your key store. Verify even where it knows no secret: it takes as long as a wrong one.
/// let key = Some("secret").map(|secret| claim.signing_key(secret));
/// let policy = Policy::new(&["us-east-1"], "execute-api");
/// let verified = claim.verify(key.as_ref(), &request, &policy, now)?;
/// assert_eq!(verified.access_key_id, "AKIDEXAMPLE");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct Claim<'a> {
    pub(crate) form: Form,
    pub(super) algorithm: Algorithm,
    pub(super) access_key_id: Cow<'a, str>,
    // The date of the scope is that of the signature.
    /// Empty where the algorithm has a region set.
    pub(super) region: Cow<'a, str>,
    pub(super) service: Cow<'a, str>,
    /// What follows the date in the scope, where it stands in one piece.
    pub(super) scope_rest: Option<&'a str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Signature,
    pub(crate) at: Timestamp,
    /// Seconds; in the query form only.
    pub(crate) expires: Option<u64>,
    pub(crate) content_sha256: Option<Cow<'a, str>>,
    /// It is signed.
    pub(super) region_set: Option<Cow<'a, str>>,
}

/// Where a signature stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The `Authorization` header.
    Header,
    /// The query of a presigned URL.
    Query,
}

impl<'a> Claim<'a> {
    /// Whose key is said to have made the signature: look it up by this.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// What the key is said to be good for.
    pub fn scope(&self) -> Scope<'_> {
        Scope::trusted(self.algorithm, &self.at, &self.region, &self.service)
            .with_rest(self.scope_rest)
    }

    /// By which algorithm the signature is said to have been made.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The regions that a signature of Version 4A is for, `*` or `us-east-1,us-west-*`; with
    /// Version 4 `None`, as there the scope names one.
    pub fn region_set(&self) -> Option<&str> {
        self.region_set.as_deref()
    }

    /// Where the signature stands.
    pub fn form(&self) -> Form {
        self.form
    }

    /// When the signature is said to have been made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// How long a presigned URL is said to hold, in seconds.
    pub fn expires(&self) -> Option<u64> {
        self.expires
    }

    /// Names of the signed headers, joined by `;`.
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The key that a secret gives for this claim's scope. That of Signature Version 4A takes as
    /// long to derive as a signature to verify, and is the same for all claims of an access key:
    /// keep it.
    pub fn signing_key(&self, secret_access_key: &str) -> SigningKey {
        #[cfg(feature = "v4a")]
        if self.algorithm.has_region_set()
            && let Ok(key) = SigningKey::derive_sigv4a(&self.access_key_id, secret_access_key)
        {
            return key;
        }
        // Of the other algorithm, where there was no key: it opens nothing then.
        SigningKey::derive(secret_access_key, &self.scope())
    }
}

impl fmt::Debug for Claim<'_> {
    /// Without the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("form", &self.form)
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope())
            .field("signed_headers", &self.signed_headers)
            .field("at", &self.at)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What both forms have to satisfy: the parts of the credential, the signed headers, and that
/// the credential is for the day of the signature.
pub(crate) fn check(
    algorithm: Algorithm,
    credential: [&str; 5],
    signed_headers: &str,
    at: &Timestamp,
) -> Result<(), Error> {
    let [access_key_id, scope @ ..] = credential;
    check_access_key_id(access_key_id)?;
    let scope = Scope::parse(algorithm, scope, Some(at))?;
    parse_signed_headers(signed_headers)?;
    if scope.date_bytes() == at.date_bytes() {
        Ok(())
    } else {
        Error::ScopeDateDiffers.into_err()
    }
}

/// The session token that came with a claim, under the profile's name for it. A token
/// under any other name is none.
pub(crate) fn session_token<'a>(
    request: &Request<'a>,
    query: Query<'a>,
    form: Form,
    profile: &Profile,
) -> Result<Option<Cow<'a, str>>, Error> {
    let (token_header, token_parameter) = profile.token_names(request);
    let mut found = None;
    match form {
        Form::Header => {
            for (index, &(name, value)) in request.headers.iter().enumerate() {
                if !name.eq_ignore_ascii_case(token_header) {
                    continue;
                }
                if found.replace(Cow::Borrowed(text(index, value)?)).is_some() {
                    return Error::RepeatedSigningHeader { index }.into_err();
                }
            }
        }
        Form::Query => {
            let name = token_parameter;
            let mut pairs = query.pairs();
            if let Some((_, value, position)) = pairs.find(|(key, ..)| is_parameter(key, name)) {
                found = Some(decode(value).ok_or(Error::InvalidSigningParameter { position })?);
                if let Some((.., position)) = pairs.find(|(key, ..)| is_parameter(key, name)) {
                    return Error::RepeatedSigningParameter { position }.into_err();
                }
            }
        }
    }
    Ok(found)
}

/// The text of a header that belongs to the signature.
pub(super) fn text(index: usize, value: &[u8]) -> Result<&str, Error> {
    core::str::from_utf8(value)
        .map(trim)
        .map_err(|fault| Error::NonAsciiHeaderValue {
            index,
            position: fault.valid_up_to(),
        })
}
