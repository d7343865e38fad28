//! The query form: a URL that carries its own signature.
//! [Authenticating requests: using query parameters](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)

use crate::canonical::headers::Headers;
use crate::canonical::target::Target;
use crate::canonical::{CanonicalRequest, PayloadHash};
use crate::error::Error;
use crate::grammar::encode::{encode, is_canonical};
use crate::grammar::names::{Known, PAYLOAD_HASH_PARAMETER};
use crate::grammar::text::UNRESERVED;
use crate::request::profile::SessionToken;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::sign::preset::check_preset;
use crate::sign::signer::{Computed, Signer};
use crate::sign::stages::Stages;
use crate::signature::Signature;
use crate::signature::string_to_sign::ALGORITHM;
use alloc::string::String;
use core::fmt::{self, Write};
use core::time::Duration;

/// The longest life of a presigned URL: seven days, in seconds.
pub const MAX_EXPIRES: u64 = 604_800;

/// A request target that anybody can use until it expires, without credentials.
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
        presign(self, request, expires, at, &mut |_| ())
    }

    /// What [`presign`](Self::presign) computes on the way.
    ///
    /// # Errors
    /// As [`presign`](Self::presign).
    pub fn presign_stages(
        &self,
        request: &Request<'_>,
        expires: Duration,
        at: Timestamp,
    ) -> Result<Stages, Error> {
        let mut stages = Stages::default();
        let then = &mut |computed: &Computed<'_>| stages = Stages::of(computed);
        presign(self, request, expires, at, then)?;
        Ok(stages)
    }
}

/// Gives `then` what is computed. What is signed is the URL as it is going to be, less the
/// signature.
fn presign(
    signer: &Signer,
    request: &Request<'_>,
    expires: Duration,
    at: Timestamp,
    then: &mut dyn FnMut(&Computed<'_>),
) -> Result<PresignedUrl, Error> {
    let seconds = expires.as_secs();
    if !(1..=MAX_EXPIRES).contains(&seconds) {
        return Err(Error::ExpiresOutOfRange {
            seconds,
            limit: MAX_EXPIRES,
        });
    }
    signer.check()?;
    let mut canonical = CanonicalRequest::of(request);
    let headers = &mut canonical.headers;
    headers.read(request.method)?;
    let profile = &signer.profile;
    let payload_hash = payload_hash(signer, request.payload)?;
    let given = Target::split(request.target)?;
    let hash_missing = check_preset(headers, &given, profile, &payload_hash)?;
    let wire = signer.wire_target(&given)?;
    headers.select_all(profile)?;
    let mut signed_headers = String::with_capacity(32);
    headers.write_names(&mut |name| signed_headers.push_str(name));
    let host = host(headers);

    let token = signer.credentials.session_token().unwrap_or_default();
    let (early_token, late_token) = match profile.presigned_session_token {
        SessionToken::Signed => (token, ""),
        SessionToken::AppendedAfterSigning => ("", token),
    };
    let mut target = String::with_capacity(
        [wire.len(), signed_headers.len(), token.len(), USUAL_REST]
            .into_iter()
            .fold(0, usize::saturating_add),
    );
    target.push_str(&wire);
    let parts = given.of_wire(&wire)?;
    target.push_str(match parts.query.as_bytes() {
        [] if wire.ends_with('?') => "",
        [] => "?",
        [.., b'&'] => "",
        _ => "&",
    });
    target.push_str("X-Amz-Algorithm=");
    target.push_str(ALGORITHM);
    target.push_str("&X-Amz-Credential=");
    push_encoded(&mut target, signer.credentials.access_key_id());
    let scope = signer.scope(&at);
    target.push_str("%2F");
    target.push_str(scope.date());
    for part in [scope.region(), scope.service()] {
        target.push_str("%2F");
        push_encoded(&mut target, part);
    }
    target.push_str("%2Faws4_request&X-Amz-Date=");
    target.push_str(at.as_str());
    push(&mut target, "X-Amz-SignedHeaders", &signed_headers);
    target.push_str("&X-Amz-Expires=");
    // A `String` takes all that is written to it.
    let _ = write!(target, "{seconds}");
    if profile.presign_unsigned && hash_missing && matches!(payload_hash, PayloadHash::Sha256(_)) {
        push(&mut target, PAYLOAD_HASH_PARAMETER, payload_hash.as_str());
    }
    push(&mut target, profile.session_token_parameter, early_token);

    let parts = if is_canonical(profile.session_token_parameter) {
        parts.with_parameters(&target)
    } else {
        Target::split(&target)?
    };
    let names = signed_headers.as_str().into();
    canonical.set(&parts, &|_| false, profile, names, payload_hash);
    let computed = signer.compute(&wire, &canonical, at, scope);
    then(&computed);
    let signature = computed.signature;
    drop(canonical);
    push(&mut target, profile.session_token_parameter, late_token);
    push(&mut target, "X-Amz-Signature", signature.as_str());
    Ok(PresignedUrl {
        target,
        host,
        signed_headers,
        signature,
    })
}

/// Room for the usual length of all else.
const USUAL_REST: usize = 512;

/// One more parameter, unless it is empty.
fn push(target: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        target.push('&');
        target.push_str(name);
        target.push('=');
        push_encoded(target, value);
    }
}

fn push_encoded(target: &mut String, text: &str) {
    encode(text, &UNRESERVED, &mut |piece| target.push_str(piece));
}

/// Where the profile says so, whoever uses the URL brings a body that is not known yet;
/// a caller who does know it gives its hash.
fn payload_hash(signer: &Signer, payload: Payload<'_>) -> Result<PayloadHash, Error> {
    match payload {
        Payload::Bytes(_) | Payload::Unsigned if signer.profile.presign_unsigned => {
            Ok(PayloadHash::Unsigned)
        }
        _ => PayloadHash::of(payload, &signer.profile),
    }
}

/// The value of the one `host` header.
fn host(headers: &Headers<'_>) -> String {
    let mut host = String::new();
    for entry in headers.entries() {
        if entry.known == Known::Host {
            headers.write_value(entry, &mut |word| match core::str::from_utf8(word) {
                Ok(word) => host.push_str(word),
                Err(_) => host.push_str(&String::from_utf8_lossy(word)),
            });
        }
    }
    host
}
