//! What STS has to be asked.

use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use smallvec::SmallVec;
use zeroize::Zeroizing;

/// A call of STS's `GetCallerIdentity` that somebody else signed, to be sent as it is.
/// [GetCallerIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)
///
/// Made by [`EksVerifier::check`](crate::tokens::EksVerifier::check) and
/// [`StsIdentityVerifier::check`](crate::tokens::StsIdentityVerifier::check), of what passed.
///
/// **Nothing is proved yet.** Anybody can write a call that passes all that is checked here; only
/// STS knows the key, and only its answer, 200 over a TLS connection whose certificate is that of
/// [`host`](Self::host), says who signed. Send it without following redirects, to that host and no
/// other, with these headers and none of the stranger's beside.
///
/// Whoever has the call can send it, too, for as long as STS takes it: it is wiped when dropped,
/// and `Debug` does not show it.
#[derive(Clone)]
pub struct StsReplay {
    pub(super) method: &'static str,
    pub(super) host: String,
    pub(super) target: Zeroizing<String>,
    pub(super) headers: Vec<(String, Zeroizing<String>)>,
    pub(super) body: &'static str,
    pub(super) access_key_id: String,
    pub(super) region: String,
    pub(super) at: Timestamp,
}

impl StsReplay {
    /// `GET` or `POST`.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// One of STS's; also the value of the `host` header.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Path and query, as they are to be sent.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Host and target: `https://sts.eu-west-1.amazonaws.com/`. Of a presigned call a secret.
    pub fn url(&self) -> impl fmt::Display {
        Url(self)
    }

    /// What is sent with it, but for `host` and `content-length`, which an HTTP client adds.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The form, of a `POST`; of a `GET` nothing.
    pub fn body(&self) -> &'static str {
        self.body
    }

    /// Whose key is said to have signed.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Which region's STS it is said to be signed for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// When it is said to have been signed. STS takes it for 15 minutes.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Hands out what STS gets to verify. Whoever knows the key, as a test does, can verify it as
    /// well.
    ///
    /// ```
    /// use sigv4::{Claim, Policy};
    /// # use sigv4::{Error, Timestamp, tokens::StsReplay};
    ///
    /// # fn proved(replay: &StsReplay, secret_access_key: &str) -> Result<(), Error> {
    /// replay.with_request(|request| {
    ///     let claim = Claim::from_request(request)?;
    ///     let key = claim.signing_key(secret_access_key);
    ///     let regions = [replay.region()];
    ///     // How old it may be has been looked at, by STS's rule.
    ///     claim.verify(&key, request, &Policy::new(&regions, "sts"), replay.at())?;
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn with_request<T>(&self, use_it: impl FnOnce(&Request<'_>) -> T) -> T {
        let length = self.body.len().to_string();
        let mut headers = SmallVec::<[Header<'_>; 12]>::new();
        headers.push(("host", self.host.as_bytes()));
        if !self.body.is_empty() {
            headers.push(("content-length", length.as_bytes()));
        }
        headers.extend(self.headers().map(|(name, value)| (name, value.as_bytes())));
        use_it(&Request {
            method: self.method,
            target: &self.target,
            headers: &headers,
            payload: Payload::Bytes(self.body.as_bytes()),
        })
    }
}

impl fmt::Debug for StsReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsReplay")
            .field("method", &self.method)
            .field("host", &self.host)
            .field("access_key_id", &self.access_key_id)
            .field("region", &self.region)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

struct Url<'r>(&'r StsReplay);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}{}", self.0.host, *self.0.target)
    }
}
