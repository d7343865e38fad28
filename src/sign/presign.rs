//! The query form: a URL that carries its own signature.
//! [Authenticating requests: using query parameters](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)

use crate::canonical::CanonicalRequest;
use crate::canonical::header_name::Known;
use crate::canonical::header_value::write_words;
use crate::canonical::headers::{Headers, SignedHeaders};
use crate::canonical::parameter::{PAYLOAD_HASH_PARAMETER, REGION_SET_PARAMETER};
use crate::canonical::payload::PayloadHash;
use crate::canonical::query::Parameters;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::request::profile::{Profile, SessionToken};
use crate::request::scope::TERMINATOR;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::sign::signer::Signer;
use crate::sign::unsigned::Unsigned;
use crate::signature::Signature;
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};
use core::time::Duration;
use zeroize::Zeroizing;

/// The longest life of a presigned URL: seven days, in seconds.
pub const MAX_EXPIRES: u64 = 604_800;

/// A request target that anybody can use until it expires, without credentials.
///
/// ```
/// use core::time::Duration;
/// use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
///
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let request = Request {
///     method: "GET",
///     target: "/test.txt",
///     headers: &[("host", b"examplebucket.s3.amazonaws.com")],
///     payload: Payload::EMPTY,
/// };
/// let at = Timestamp::parse("20130524T000000Z")?;
/// let url = signer.presign(&request, Duration::from_secs(900), at)?.url("https");
/// assert!(url.starts_with("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm="));
/// # Ok::<(), sigv4::Error>(())
/// ```
pub struct PresignedUrl {
    target: String,
    host: String,
    signed_headers: String,
    signature: Signature,
}

impl PresignedUrl {
    /// The request target to put on the wire, byte for byte. Whoever holds it can make
    /// the request: treat it as a secret for as long as it lives.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    pub(crate) fn into_target(self) -> String {
        self.target
    }

    /// The whole URL: `scheme` is for example `https`, the host is that of the request.
    #[must_use]
    pub fn url(&self, scheme: &str) -> String {
        [scheme, "://", &self.host, &self.target].concat()
    }

    /// Names of the headers that have to be sent as they were signed, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The signature itself.
    #[must_use]
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl fmt::Debug for PresignedUrl {
    /// Without the target, which is as good as a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUrl")
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// [The query form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html),
    /// vectors `query.*` of `test-vectors/aws-v4`: a URL that carries its own signature and
    /// is good for `expires` (1 second to 7 days, in whole seconds) from `at` on.
    ///
    /// # Errors
    /// As [`sign`](Self::sign), and [`Error::ExpiresOutOfRange`].
    pub fn presign(
        &self,
        request: &Request<'_>,
        expires: Duration,
        at: Timestamp,
    ) -> Result<PresignedUrl, Error> {
        self.presign_within(request, Some(expires), at)
    }

    /// The same with a life that the service decides where none is given, and then nothing of it
    /// in the URL: MQTT over WebSocket has it so.
    pub(crate) fn presign_within(
        &self,
        request: &Request<'_>,
        expires: Option<Duration>,
        at: Timestamp,
    ) -> Result<PresignedUrl, Error> {
        let (mut unfinished, headers) = self.unfinished(request, expires, at)?;
        let canonical = unfinished.canonical(headers, &self.profile)?;
        let signature = self.signature(&self.string_to_sign(&canonical, &at));
        // Beside the URL, the one text that a session token stands in.
        if self.credentials.session_token().is_some()
            && let Cow::Owned(query) = canonical.query
        {
            drop(Zeroizing::new(query));
        }
        let parameters = &mut unfinished.parameters;
        parameters.push("X-Amz-Signature", |url| {
            signature.write(&mut |digits| url.push_str(digits));
        });
        // Behind the signature, the last of what is signed, as AWS's sample for IoT appends it.
        // https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
        let name = unfinished.token_parameter;
        self.push_token(parameters, name, SessionToken::AppendedAfterSigning);
        Ok(PresignedUrl {
            target: unfinished.parameters.target,
            host: unfinished.host,
            signed_headers: unfinished.signed_headers,
            signature,
        })
    }

    /// All of a presigned URL that is signed, and the headers that are.
    #[inline]
    pub(crate) fn unfinished<'a>(
        &self,
        request: &Request<'a>,
        expires: Option<Duration>,
        at: Timestamp,
    ) -> Result<(Unfinished<'a>, SignedHeaders<'a>), Error> {
        let seconds = expires.map(|expires| expires.as_secs());
        if let Some(seconds) = seconds
            && !(1..=MAX_EXPIRES).contains(&seconds)
        {
            return Err(Error::ExpiresOutOfRange {
                seconds,
                limit: MAX_EXPIRES,
            });
        }
        self.check()?;
        let payload_hash = presigned_payload(request.payload, &self.profile);
        let unsigned = Unsigned::read(request, payload_hash, &self.profile)?;
        let target = self.to_send(unsigned.target)?;
        let headers = unsigned.headers.all_signed(&[]);
        headers.check_ascii(&self.profile)?;
        let mut signed_headers = String::with_capacity(32);
        headers.write_names(&mut |name| signed_headers.push_str(name));
        let sent = unsigned.target.sent(&target)?;
        let unfinished = Unfinished {
            method: request.method,
            given: unsigned.target,
            parameters: self.parameters(&unsigned, sent, &signed_headers, seconds, &at),
            target,
            signed_headers,
            host: host(&unsigned.headers),
            payload_hash: unsigned.payload_hash,
            token_parameter: unsigned.token_names.1,
        };
        Ok((unfinished, headers))
    }

    /// All parameters that are signed.
    fn parameters(
        &self,
        unsigned: &Unsigned<'_>,
        target: Target<'_>,
        signed_headers: &str,
        seconds: Option<u64>,
        at: &Timestamp,
    ) -> Parameters {
        let (text, token) = (target.text(), self.credentials.session_token());
        let token = token.unwrap_or_default();
        let lengths = [text.len(), signed_headers.len(), token.len(), USUAL_REST];
        let mut url = String::with_capacity(lengths.into_iter().fold(0, usize::saturating_add));
        url.push_str(text);
        let mut parameters = Parameters::behind(url, target.query);
        let algorithm = self.profile.algorithm;
        parameters.push("X-Amz-Algorithm", |url| url.push_str(algorithm.name()));
        parameters.push("X-Amz-Credential", |url| {
            push_encoded(url, self.credentials.access_key_id());
            url.push_str("%2F");
            url.push_str(at.date());
            let region = (!algorithm.has_region_set()).then(|| self.region());
            for part in region.into_iter().chain([self.service(), TERMINATOR]) {
                url.push_str("%2F");
                push_encoded(url, part);
            }
        });
        parameters.push("X-Amz-Date", |url| url.push_str(at.as_str()));
        parameters.push("X-Amz-SignedHeaders", |url| {
            push_encoded(url, signed_headers);
        });
        if let Some(seconds) = seconds {
            parameters.push("X-Amz-Expires", |url| {
                // A `String` takes all that is written to it.
                let _ = write!(url, "{seconds}");
            });
        }
        let hash = &unsigned.payload_hash;
        if self.profile.presign_unsigned
            && unsigned.hash_missing
            && matches!(hash, PayloadHash::Sha256(_))
        {
            parameters.push(PAYLOAD_HASH_PARAMETER, |url| url.push_str(hash.as_str()));
        }
        self.push_token(
            &mut parameters,
            unsigned.token_names.1,
            SessionToken::Signed,
        );
        if let Some(region_set) = self.region_set() {
            parameters.push(REGION_SET_PARAMETER, |url| push_encoded(url, region_set));
        }
        parameters
    }

    /// The session token, where this is its time.
    fn push_token(&self, parameters: &mut Parameters, name: &'static str, time: SessionToken) {
        if self.profile.presigned_session_token == time
            && let Some(token) = self.credentials.session_token()
        {
            parameters.push(name, |url| push_encoded(url, token));
        }
    }
}

/// A presigned URL without its signature.
pub(crate) struct Unfinished<'a> {
    method: &'a str,
    given: Target<'a>,
    /// The target that is sent, before anything is added to it.
    pub target: Cow<'a, str>,
    parameters: Parameters,
    signed_headers: String,
    host: String,
    payload_hash: PayloadHash,
    token_parameter: &'static str,
}

impl Unfinished<'_> {
    /// Step 1, over the URL as it is going to be, less the signature.
    #[inline]
    pub(crate) fn canonical<'s>(
        &'s self,
        headers: SignedHeaders<'s>,
        profile: &Profile,
    ) -> Result<CanonicalRequest<'s>, Error> {
        let target = self.given.sent(&self.target)?;
        Ok(CanonicalRequest {
            method: self.method,
            path: target.path.canonical(profile),
            query: target
                .query
                .canonical_with(&self.parameters, profile.query_plus),
            headers,
            payload_hash: self.payload_hash,
        })
    }
}

/// Room for the usual length of all else.
const USUAL_REST: usize = 512;

fn push_encoded(url: &mut String, text: &str) {
    encode(text, &UNRESERVED, &mut |piece| url.push_str(piece));
}

/// Where the profile says so, whoever uses the URL brings a body that is not known yet;
/// a caller who does know it gives its hash.
fn presigned_payload(payload: Payload<'_>, profile: &Profile) -> Result<PayloadHash, Error> {
    match payload {
        Payload::Bytes(_) | Payload::Unsigned if profile.presign_unsigned => {
            Ok(PayloadHash::Unsigned)
        }
        // AWS describes streams for the header form alone.
        Payload::Streaming(_) => Err(Error::StreamingPayloadRefused),
        _ => PayloadHash::of(payload, profile),
    }
}

/// The value of the one `host` header.
fn host(headers: &Headers<'_>) -> String {
    let mut host = String::new();
    for field in headers.fields().filter(|field| field.known == Known::Host) {
        write_words(field.value, &mut |word| match core::str::from_utf8(word) {
            Ok(word) => host.push_str(word),
            Err(_) => host.push_str(&String::from_utf8_lossy(word)),
        });
    }
    host
}
