//! The way through for those who receive: a claim, a key and a policy to a verdict.

use crate::canonical::CanonicalRequest;
use crate::canonical::header_name::Known;
use crate::canonical::headers::Headers;
use crate::canonical::parameter::{is_parameter, pairs_of};
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::Request;
use crate::request::profile::{Profile, QueryPlus, SessionToken};
#[cfg(feature = "v4a")]
use crate::request::region_set;
use crate::request::scope::Scope;
use crate::request::streaming::Streaming;
use crate::request::timestamp::Timestamp;
use crate::sign::stages::Stages;
use crate::signature::Signature;
use crate::signature::key::SigningKey;
use crate::signature::string_to_sign::StringToSign;
use crate::stream::head::ChunkedBody;
use crate::verify::claim::{Claim, Form, NO_SECRET, session_token};
use crate::verify::policy::Policy;
use alloc::borrow::Cow;

/// A claim that holds. What the caller is allowed to do is another question.
///
/// What is not named here is not proven: neither the target's spelling, nor the order of its
/// parameters, nor any header that is not signed.
///
/// ```
/// use sigv4::{Claim, Credentials, Payload, Policy, Request, Signer, Timestamp};
///
/// # let now = Timestamp::parse("20150830T123600Z")?;
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// # let unsigned = Request { method: "GET", target: "/admin?b=2&a=1", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
/// # let signed = signer.sign(&unsigned, now)?;
/// # let mut headers = unsigned.headers.to_vec();
/// # headers.extend(signed.headers().map(|(name, value)| (name, value.as_bytes())));
/// // Signed for `/admin?b=2&a=1`; this is what arrives.
/// let request = Request { method: "GET", target: "/public/../admin?b=2&a=1", headers: &headers, payload: Payload::EMPTY };
/// let claim = Claim::from_request(&request)?;
/// let key = claim.signing_key("secret");
/// let policy = Policy::new(&["us-east-1"], "execute-api");
/// let verified = claim.verify(&key, &request, &policy, now)?;
/// assert_eq!(verified.path, "/admin"); // route by this
/// assert_eq!(verified.query, "a=1&b=2");
/// assert_eq!(verified.signed_headers, "host;x-amz-date");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified<'a> {
    /// Whose key made the signature.
    pub access_key_id: &'a str,
    /// What the key is good for.
    pub scope: Scope<'a>,
    /// The regions that a signature of Version 4A is for: `*`, or a list with commas and with `*`
    /// at the end of elements, one of them for a region of the policy. With Version 4 `None`.
    pub region_set: Option<&'a str>,
    /// The session token that came along, under the profile's name for it. Check that it
    /// belongs to the key, and that it has not expired.
    ///
    /// The signature does not prove it where the profile adds it after signing
    /// ([`Profile::IOT_DEVICE_GATEWAY`], in a presigned URL), nor where its header is one of
    /// [`Policy::unsigned_headers`] and came unsigned.
    pub session_token: Option<Cow<'a, str>>,
    /// The path that is proven: route by it rather than by the target, of which other spellings
    /// have the same signature. Under [`Profile::DEFAULT`] it is percent-encoded as it arrived,
    /// `%7e` as `%7e`, less the empty, `.` and `..` segments that are removed before signing. Of
    /// S3, where nothing is removed, it is in canonical spelling.
    pub path: Cow<'a, str>,
    /// The query that is proven, in canonical form: see [`pairs`](Self::pairs). That of a
    /// presigned URL has all its parameters but those added after signing.
    pub query: Cow<'a, str>,
    /// Names of the headers that are proven, joined by `;`.
    pub signed_headers: &'a str,
    /// The SHA-256 of the body that is proven; `None` if the payload is unsigned, or signed piece
    /// by piece ([`streaming`](Self::streaming)): then nothing of the body has been looked at.
    /// A body given as bytes or as its hash has been compared with it; one that is
    /// streamed later ([`Payload::Unsigned`](crate::Payload::Unsigned)) has to be compared by the
    /// caller.
    pub payload_sha256: Option<[u8; 32]>,
    /// The body is signed piece by piece, and nothing of it is proven yet
    /// ([`Policy::streaming`]): it has to be read by
    /// [`chunk_decoder`](Self::chunk_decoder), or as an event stream.
    pub streaming: Option<Streaming>,
    /// What the head says of an `aws-chunked` body, all of it signed.
    pub chunked_body: Option<ChunkedBody<'a>>,
    /// Whether signed events may follow.
    #[cfg_attr(not(feature = "event-stream"), allow(dead_code))]
    pub(crate) begins_events: bool,
    /// Where the chain of a body's signatures begins.
    pub(crate) at: Timestamp,
    pub(crate) signature: Signature,
}

impl Verified<'_> {
    /// The parameters that are proven: key and value, each percent-encoded with upper-case
    /// digits wherever it is no letter, digit or one of `-_.~`; sorted by key, then by value.
    ///
    /// ```
    /// # use sigv4::*;
    /// # fn sum(verified: &Verified<'_>) -> Option<String> {
    /// let sum = verified.pairs().find(|(key, _)| *key == "sum");
    /// sum.map(|(_, value)| value.to_owned()) // "1%2B1"
    /// # }
    /// ```
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs_of(&self.query).map(|(key, value, _)| (key, value))
    }
}

impl core::fmt::Debug for Verified<'_> {
    /// Without the session token.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verified")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope)
            .field("region_set", &self.region_set)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

impl Claim<'_> {
    /// Whether this claim holds for the request that it came with, at the time `now`.
    ///
    /// `key` is the one for [`access_key_id`](Self::access_key_id) and
    /// [`scope`](Self::scope), for example from [`signing_key`](Self::signing_key).
    /// Where the access key is unknown, pass `None`: a key is derived and a signature
    /// computed all the same, and the answer is the same as for a wrong signature. (A
    /// caller that keeps derived keys answers sooner for the keys that it knows.)
    ///
    /// [`Request::payload`] is the body as bytes, or its hash; or
    /// [`Payload::Unsigned`](crate::Payload::Unsigned) if the body is still to come, see
    /// [`Verified::payload_sha256`].
    ///
    /// # Errors
    /// [`Error`], looked for in this order: a limit, the grammar of the request, the
    /// algorithm, the scope, the freshness, the signed headers, the payload, the signature.
    pub fn verify<'v, 'k>(
        &'v self,
        key: impl Into<Option<&'k SigningKey>>,
        request: &Request<'v>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<Verified<'v>, Error> {
        let known = key.into();
        let stand_in = || known.is_none().then(|| self.signing_key(NO_SECRET));
        self.proven(
            request,
            policy,
            now,
            stand_in,
            |stand_in, string_to_sign| {
                // Anybody can sign with the stand-in for an unknown key: it opens nothing.
                let key = known.or(stand_in.as_ref());
                key.is_some_and(|key| key.verifies(string_to_sign, &self.signature))
                    && known.is_some()
            },
        )
    }

    /// All that is checked; `opens` says whether the signature is the key's. What it needs for
    /// that is `prepared` when all else is right.
    #[inline(always)]
    pub(crate) fn proven<'v, K>(
        &'v self,
        request: &Request<'v>,
        policy: &Policy<'_>,
        now: Timestamp,
        prepared: impl FnOnce() -> K,
        opens: impl Fn(&K, &StringToSign<'_>) -> bool,
    ) -> Result<Verified<'v>, Error> {
        let (target, mut headers) = policy.read(request)?;
        policy.check_algorithm(self.algorithm)?;
        let session_token = session_token(request, target.query, self.form, &policy.profile)?;
        self.check_scope(policy)?;
        self.check_freshness(policy, now)?;
        let signed = headers.take_listed(&self.signed_headers)?;
        signed.check_ascii(&policy.profile)?;
        self.check_unsigned(&headers, policy)?;
        let payload_hash = self.proven_payload(request.payload, policy)?;
        let chunked_body = match payload_hash.streaming {
            Some(streaming) if streaming.is_chunked() => {
                // Nothing is believed of the body that nobody signed, whatever the policy exempts.
                let read = headers
                    .fields()
                    .filter(|field| ChunkedBody::is_read(field.name));
                if let Some(index) = read.map(|field| field.index).min() {
                    return Error::AmzHeaderNotSigned { index }.into_err();
                }
                Some(ChunkedBody::read(request.headers, streaming)?)
            }
            _ => None,
        };
        let plus = policy.profile.query_plus;
        let mut canonical = CanonicalRequest {
            method: request.method,
            path: target.path.canonical(&policy.profile),
            query: self.canonical_query(target, plus, policy),
            headers: signed,
            payload_hash: payload_hash.line,
        };
        let key = prepared();
        let holds = |canonical: &CanonicalRequest<'_>| opens(&key, &self.string_to_sign(canonical));
        let mut proven = holds(&canonical);
        if !proven && policy.both_query_plus {
            let other = match plus {
                QueryPlus::Literal => QueryPlus::Space,
                QueryPlus::Space => QueryPlus::Literal,
            };
            canonical.query = self.canonical_query(target, other, policy);
            proven = holds(&canonical);
        }
        if !proven {
            return Error::SignatureMismatch.into_err();
        }
        Ok(Verified {
            access_key_id: self.access_key_id(),
            scope: self.scope(),
            region_set: self.region_set(),
            session_token,
            path: target.path.proven(&policy.profile),
            query: canonical.query,
            signed_headers: self.signed_headers(),
            payload_sha256: payload_hash.to_compare,
            streaming: payload_hash.streaming,
            chunked_body,
            begins_events: self.begins_events(request, &payload_hash, policy),
            at: self.at,
            signature: self.signature,
        })
    }

    /// What the service computes for this claim up to the signature, as AWS prints it in
    /// its answer to a wrong one.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), for what keeps it from getting that far.
    pub fn stages(&self, request: &Request<'_>, policy: &Policy<'_>) -> Result<Stages, Error> {
        let (target, mut headers) = policy.read(request)?;
        let signed = headers.take_listed(&self.signed_headers)?;
        signed.check_ascii(&policy.profile)?;
        let canonical = CanonicalRequest {
            method: request.method,
            path: target.path.canonical(&policy.profile),
            query: self.canonical_query(target, policy.profile.query_plus, policy),
            headers: signed,
            payload_hash: self.proven_payload(request.payload, policy)?.line,
        };
        let string_to_sign = self.string_to_sign(&canonical);
        Ok(Stages::new(request.target, &canonical, &string_to_sign))
    }

    fn check_scope(&self, policy: &Policy<'_>) -> Result<(), Error> {
        let scope = self.scope();
        match self.region_set() {
            None if !policy.regions.contains(&scope.region()) => {
                return Error::WrongRegion.into_err();
            }
            None => {}
            #[cfg(feature = "v4a")]
            Some(region_set) => {
                let mut regions = policy.regions.iter();
                if !regions.any(|region| region_set::contains(region_set, region)) {
                    return Error::RegionNotInSet.into_err();
                }
            }
            // Nothing claims one.
            #[cfg(not(feature = "v4a"))]
            Some(_) => return Error::WrongRegion.into_err(),
        }
        if scope.service() != policy.service {
            return Error::WrongService.into_err();
        }
        Ok(())
    }

    /// A header signature is good for the allowed skew, either way; a presigned URL from
    /// its date (less the skew) until its date plus expires.
    fn check_freshness(&self, policy: &Policy<'_>, now: Timestamp) -> Result<(), Error> {
        let skew = policy.clock_skew.as_secs();
        let age = i128::from(now.since(&self.at));
        let oldest = self.expires.unwrap_or(skew);
        if age > i128::from(oldest) {
            return Error::Expired {
                signed: self.at,
                now,
                limit: oldest,
            }
            .into_err();
        }
        if age < i128::from(skew).saturating_neg() {
            return Error::NotYetCurrent {
                signed: self.at,
                now,
                limit: skew,
            }
            .into_err();
        }
        Ok(())
    }

    /// What is not signed may not have to be.
    fn check_unsigned(&self, headers: &Headers<'_>, policy: &Policy<'_>) -> Result<(), Error> {
        let mut first: Option<(usize, Error)> = None;
        for field in headers.fields() {
            // It carries the signature, and so is never under it.
            if field.known == Known::Authorization {
                continue;
            }
            let (index, name) = (field.index, field.name);
            let amz = || {
                let start = name.as_bytes().get(..6);
                start.is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-"))
            };
            // Under whatever name the profile has for it.
            let is_token = || name.eq_ignore_ascii_case(policy.profile.session_token_header);
            let token_is_signed = policy.profile.header_session_token == SessionToken::Signed;
            let exempt = || {
                let mut names = policy.unsigned_headers.iter();
                (!token_is_signed && is_token())
                    || names.any(|exempt| name.eq_ignore_ascii_case(exempt))
            };
            let is_wanted = || amz() || (token_is_signed && is_token());
            let content_type = policy.content_type_signed && self.form == Form::Header;
            let error = match field.known {
                // There is one, and it comes before everything else.
                Known::Host if policy.host_signed => return Error::HostNotSigned.into_err(),
                Known::ContentType if content_type => Error::ContentTypeNotSigned { index },
                _ if policy.amz_headers_signed && is_wanted() && !exempt() => {
                    Error::AmzHeaderNotSigned { index }
                }
                _ => continue,
            };
            if first.is_none_or(|(place, _)| index < place) {
                first = Some((index, error));
            }
        }
        first.map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Less the parameters that were added after signing.
    fn canonical_query<'r>(
        &self,
        target: Target<'r>,
        plus: QueryPlus,
        policy: &Policy<'_>,
    ) -> Cow<'r, str> {
        let is_signed = |key: &str| !self.is_added_later(key, &policy.profile);
        target.query.canonical(plus, is_signed)
    }

    /// Whether a parameter of the query was added after signing.
    fn is_added_later(&self, key: &str, profile: &Profile) -> bool {
        let is = |name| is_parameter(key, name);
        let late_token = profile.presigned_session_token == SessionToken::AppendedAfterSigning;
        self.form == Form::Query
            && (is("X-Amz-Signature") || (late_token && is(profile.session_token_parameter)))
    }

    fn string_to_sign(&self, canonical: &CanonicalRequest<'_>) -> StringToSign<'_> {
        StringToSign {
            at: self.at,
            scope: self.scope(),
            canonical_request_hash: canonical.hash(),
        }
    }
}
