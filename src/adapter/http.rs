//! Signing and verifying an [`http::Request`].

use crate::canonical::header_name::Known;
use crate::error::Error;
use crate::grammar::host::default_port;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use crate::sign::signer::Signer;
use crate::signature::Signature;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, Method, Uri};

/// What the `http` crate stores in a URI.
const MAX_TARGET: usize = u16::MAX as usize - 1;

/// How many headers its map holds.
const MAX_HEADERS: usize = 24_576;

impl Signer {
    /// Signs a request in place: adds the headers (`host` too, where it is missing) and
    /// puts the signed target in the place of the URI's path and query.
    ///
    /// Signed are `host`, `content-type` and `x-amz-*`: what no client library, proxy or load
    /// balancer on the way adds or rewrites. For others see
    /// [`sign_http_selected`](Self::sign_http_selected). The payload is what will be sent as the
    /// body; it is not read from the request. A request that could not be signed is left as it
    /// was.
    ///
    /// # Errors
    /// As [`sign`](Self::sign), and [`Error::TargetTooLong`].
    pub fn sign_http<B>(
        &self,
        request: &mut http::Request<B>,
        payload: Payload<'_>,
        at: Timestamp,
    ) -> Result<(), Error> {
        self.sign_http_selected(request, payload, at, is_safe_to_sign)
            .map(|_| ())
    }

    /// As [`sign_http`](Self::sign_http), for `host` and those headers that are selected, less
    /// those that are never signed.
    ///
    /// ```
    /// # use sigv4::{is_safe_to_sign, Credentials, Payload, Signer, Timestamp};
    /// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "EXAMPLEKEY"), "us-east-1", "s3");
    /// # let mut request = http::Request::get("https://example.com/a").header("range", "bytes=0-9").body(())?;
    /// # let at = Timestamp::EPOCH;
    /// signer.sign_http_selected(&mut request, Payload::EMPTY, at, |name| {
    ///     is_safe_to_sign(name) || name == "range"
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`sign_http`](Self::sign_http), and [`Error::TooManyHeaders`] where the map has no room.
    pub fn sign_http_selected<B>(
        &self,
        request: &mut http::Request<B>,
        payload: Payload<'_>,
        at: Timestamp,
        select: impl Fn(&HeaderName) -> bool,
    ) -> Result<Signature, Error> {
        let missing_host = if request.headers().contains_key(HOST) {
            None
        } else {
            let uri = request.uri();
            let authority = uri.authority().ok_or(Error::MissingHost)?;
            Some(value_of(&host_header(uri.scheme_str(), authority))?)
        };
        let mut headers: Vec<_> = request
            .headers()
            .iter()
            .filter(|(name, _)| self.is_written(name) || select(name))
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        headers.extend(missing_host.iter().map(|host| ("host", host.as_bytes())));
        let target = request.uri().path_and_query();
        let unsigned = Request {
            method: request.method().as_str(),
            target: target.map_or("", PathAndQuery::as_str),
            headers: &headers,
            payload,
        };
        let signed = self.sign(&unsigned, at)?;
        let uri = with_target(request.uri(), signed.target())?;
        let mut added = HeaderMap::with_capacity(5);
        for (name, value) in signed.headers() {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Error::InvalidHeaderName { index: 0 })?;
            let mut value = value_of(value)?;
            value.set_sensitive(true);
            added.insert(name, value);
        }
        let signature = signed.signature();
        added.extend(missing_host.map(|host| (HOST, host)));
        let headers = request.headers_mut();
        if headers.try_reserve(added.len()).is_err() {
            return Err(Error::TooManyHeaders {
                count: headers.len().saturating_add(added.len()),
                limit: MAX_HEADERS,
            });
        }
        headers.extend(added);
        *request.uri_mut() = uri;
        Ok(signature)
    }

    /// Whether a header is one that signing writes: where it is there already, it is signing's
    /// to refuse, whatever is selected.
    fn is_written(&self, name: &HeaderName) -> bool {
        let known = Known::of(name.as_str());
        matches!(
            known,
            Known::Host
                | Known::Authorization
                | Known::Date
                | Known::PayloadHash
                | Known::SessionToken
        ) || name
            .as_str()
            .eq_ignore_ascii_case(self.profile().session_token_header)
    }
}

/// Whether a header is one that hops leave alone: `content-type` and `x-amz-*`.
/// Others, such as `accept-encoding`, `via` or `x-forwarded-for`, are added and rewritten by
/// client libraries, proxies and load balancers, which breaks a signature over them.
#[must_use]
pub fn is_safe_to_sign(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || name.as_str().starts_with("x-amz-")
}

/// A request that arrived, in the form that verification reads.
///
/// An [`http::Uri`] has no fragment: what a client put after a `#` in the target is gone
/// before this sees it, and is neither signed nor seen by the service.
///
/// ```
/// use sigv4::{Claim, Error, HttpParts, Payload, Policy, Timestamp};
///
/// /// What a hyper or axum service does first with every request.
/// fn caller(request: &http::Request<Vec<u8>>, now: Timestamp) -> Result<String, Error> {
///     let parts = HttpParts::try_from(request)?;
///     let request = parts.request(Payload::Bytes(request.body()));
///     let claim = Claim::from_request(&request)?;
///     let secret = (claim.access_key_id() == "AKIDEXAMPLE").then_some("a secret");
///     let key = secret.map(|secret| claim.signing_key(secret));
///     let policy = Policy::new(&["us-east-1"], "execute-api");
///     let verified = claim.verify(key.as_ref(), &request, &policy, now)?;
///     Ok(verified.access_key_id.to_owned())
/// }
/// ```
pub struct HttpParts<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<Header<'a>>,
}

impl<'a> HttpParts<'a> {
    /// The host is signed as a header. In HTTP/2 it comes with the URI instead; where both
    /// are there they have to agree, as a service may act on either.
    fn new(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Result<Self, Error> {
        let mut fields: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        if let Some(host) = uri_host(uri) {
            match headers.get(HOST) {
                None => fields.push(("host", host.as_bytes())),
                Some(header) if header.as_bytes().eq_ignore_ascii_case(host.as_bytes()) => {}
                Some(_) => return Err(Error::HostDiffers),
            }
        }
        Ok(Self {
            method: method.as_str(),
            target: uri.path_and_query().map_or("", PathAndQuery::as_str),
            headers: fields,
        })
    }

    /// The request, with its body or what is known of it.
    pub fn request<'s>(&'s self, payload: Payload<'s>) -> Request<'s> {
        Request {
            method: self.method,
            target: self.target,
            headers: &self.headers,
            payload,
        }
    }
}

/// # Errors
/// [`Error::HostDiffers`].
impl<'a, B> TryFrom<&'a http::Request<B>> for HttpParts<'a> {
    type Error = Error;

    fn try_from(request: &'a http::Request<B>) -> Result<Self, Error> {
        Self::new(request.method(), request.uri(), request.headers())
    }
}

/// # Errors
/// [`Error::HostDiffers`].
impl<'a> TryFrom<&'a http::request::Parts> for HttpParts<'a> {
    type Error = Error;

    fn try_from(parts: &'a http::request::Parts) -> Result<Self, Error> {
        Self::new(&parts.method, &parts.uri, &parts.headers)
    }
}

/// The host of a URI as [`host_header`] writes it.
fn uri_host(uri: &Uri) -> Option<&str> {
    let host = uri.authority()?.as_str().rsplit('@').next()?;
    let default = default_port(uri.scheme_str());
    let is_default = |port: &str| port.parse().is_ok_and(|port| Some(port) == default);
    match host.rsplit_once(':') {
        Some((host, port)) if is_default(port) => Some(host),
        _ => Some(host),
    }
}

/// The default port of the scheme is left off, another port stays, IPv6 keeps its
/// brackets, user-info never enters.
pub(crate) fn host_header(scheme: Option<&str>, authority: &Authority) -> String {
    let mut host = String::from(authority.host());
    let default = default_port(scheme);
    if let Some(port) = authority.port_u16().filter(|port| Some(*port) != default) {
        // Writing to a `String` cannot fail.
        let _ = write!(host, ":{port}");
    }
    host
}

fn value_of(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| Error::InvalidHeaderValue {
        index: 0,
        position: 0,
    })
}

fn with_target(uri: &Uri, target: &str) -> Result<Uri, Error> {
    let too_long = Error::TargetTooLong { limit: MAX_TARGET };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| too_long)?);
    Uri::from_parts(parts).map_err(|_| too_long)
}
