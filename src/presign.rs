//! The query form: a URL that carries its own signature.
//! [Authenticating requests: using query parameters](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)

use crate::canonical::{CanonicalRequest, PayloadHash};
use crate::encode::{RESERVED, encode};
use crate::error::Error;
use crate::headers::{Headers, write_value};
use crate::names::PAYLOAD_HASH_PARAMETER;
use crate::preset::check_preset;
use crate::profile::SessionToken;
use crate::request::{Payload, Request};
use crate::signature::Signature;
use crate::signer::Signer;
use crate::stages::Stages;
use crate::string_to_sign::ALGORITHM;
use crate::target::Target;
use crate::timestamp::Timestamp;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
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
        format!("{scheme}://{}{}", self.host, self.target)
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
        presign(self, request, expires, at, |url, _| url)
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
        presign(self, request, expires, at, |_, stages| stages())
    }
}

/// The stages, which are those before the signature is added, are written down only if
/// `then` asks for them.
fn presign<T>(
    signer: &Signer,
    request: &Request<'_>,
    expires: Duration,
    at: Timestamp,
    then: impl FnOnce(PresignedUrl, &dyn Fn() -> Stages) -> T,
) -> Result<T, Error> {
    let seconds = expires.as_secs();
    if !(1..=MAX_EXPIRES).contains(&seconds) {
        return Err(Error::ExpiresOutOfRange {
            seconds,
            limit: MAX_EXPIRES,
        });
    }
    signer.check()?;
    let mut headers = Headers::read(request)?;
    let profile = &signer.profile;
    let payload_hash = payload_hash(signer, request.payload)?;
    let given = Target::split(request.target)?;
    let hash_missing = check_preset(&headers, &given, profile, &payload_hash)?;
    let target = signer.wire_target(&given)?;
    let seconds = seconds.to_string();
    let (credential, signed_headers);
    headers.select_all(profile)?;
    let mut canonical = CanonicalRequest::build(
        request.method,
        &Target::split(&target)?,
        &[],
        profile,
        headers,
        payload_hash,
    );
    credential = format!(
        "{}/{}",
        signer.credentials.access_key_id(),
        signer.scope(&at)
    );
    signed_headers = canonical.signed_headers();
    let mut parameters = alloc::vec![
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", credential.as_str()),
        ("X-Amz-Date", at.as_str()),
        ("X-Amz-SignedHeaders", signed_headers.as_str()),
        ("X-Amz-Expires", seconds.as_str()),
    ];
    if profile.presign_unsigned && hash_missing && matches!(payload_hash, PayloadHash::Sha256(_)) {
        parameters.push((PAYLOAD_HASH_PARAMETER, payload_hash.as_str()));
    }
    let token = signer
        .credentials
        .session_token()
        .map(|token| (profile.session_token_parameter, token));
    if profile.presigned_session_token == SessionToken::Signed {
        parameters.extend(token);
    }
    canonical.add_parameters(&parameters);
    let (string_to_sign, signature) = signer.signature(&canonical, &at);
    if profile.presigned_session_token == SessionToken::AppendedAfterSigning {
        parameters.extend(token);
    }
    let digits = signature.to_string();
    parameters.push(("X-Amz-Signature", &digits));
    let url = PresignedUrl {
        target: with_parameters(&target, &parameters),
        host: host(request),
        signed_headers: signed_headers.clone(),
        signature,
    };
    let stages = || Stages::new(&target, &canonical, &string_to_sign);
    Ok(then(url, &stages))
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

fn with_parameters(target: &str, parameters: &[(&str, &str)]) -> String {
    let mut signed = String::from(target);
    let mut separator = match target.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    for (name, value) in parameters {
        signed.push_str(separator);
        signed.push_str(name);
        signed.push('=');
        encode(value, RESERVED, &mut |text| signed.push_str(text));
        separator = "&";
    }
    signed
}

/// The value of the one `host` header.
fn host(request: &Request<'_>) -> String {
    let mut host = String::new();
    for (_, value) in request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        write_value(value, &mut |word| {
            host.push_str(&String::from_utf8_lossy(word));
        });
    }
    host
}
