//! Signing and verifying an [`http::Request`].

use crate::canonical::header_name::{DATE_HEADER, Known, PAYLOAD_HASH_HEADER, REGION_SET_HEADER};
use crate::error::Error;
use crate::grammar::host::default_port;
use crate::grammar::text::find;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use crate::sign::presign::PresignedUrl;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, Method, Uri};
use smallvec::SmallVec;

/// What the `http` crate stores in a URI.
const MAX_TARGET: usize = u16::MAX as usize - 1;

/// How many headers its map holds.
const MAX_HEADERS: usize = 24_576;

const TOKEN_HEADER: &str = Profile::DEFAULT.session_token_header;

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
        let head = Head::of(request);
        let host = head.missing_host()?;
        let headers = head.headers_with(host.as_deref(), |name| {
            select(name) || self.is_written(name) || is_of_pieces(name, payload)
        });
        let unsigned = head.request(&headers, payload);
        let signed = self.sign(&unsigned, at)?;
        let signature = signed.signature();
        // All that can fail comes before the request is changed. A value each, as structs of them
        // would be copied (docs/PERFORMANCE.md).
        let host = host
            .as_deref()
            .map(str::as_bytes)
            .map(value_of)
            .transpose()?;
        let authorization = sensitive(signed.authorization())?;
        let date = value_of(signed.date())?;
        let hash = signed.payload_hash().map(value_of).transpose()?;
        let token = match signed.session_token() {
            Some((name, token)) => Some((name_of(name)?, sensitive(token)?)),
            None => None,
        };
        let region_set = signed.region_set().map(value_of).transpose()?;
        // Most targets are sent as they are given.
        let uri = if signed.target() == unsigned.target {
            None
        } else {
            Some(with_target(head.uri, signed.target())?)
        };
        drop(signed);
        drop(headers);
        let optional = [
            host.is_some(),
            hash.is_some(),
            token.is_some(),
            region_set.is_some(),
        ];
        let added = optional.into_iter().fold(2_usize, |count, is_there| {
            count.saturating_add(usize::from(is_there))
        });
        let headers = request.headers_mut();
        if headers.try_reserve(added).is_err() {
            return Err(Error::TooManyHeaders {
                count: headers.len().saturating_add(added),
                limit: MAX_HEADERS,
            });
        }
        if let Some(host) = host {
            headers.insert(HOST, host);
        }
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(const { HeaderName::from_static(DATE_HEADER) }, date);
        if let Some(hash) = hash {
            let name = const { HeaderName::from_static(PAYLOAD_HASH_HEADER) };
            headers.insert(name, hash);
        }
        if let Some((name, token)) = token {
            headers.insert(name, token);
        }
        if let Some(region_set) = region_set {
            let name = const { HeaderName::from_static(REGION_SET_HEADER) };
            headers.insert(name, region_set);
        }
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        Ok(signature)
    }

    /// A URL that carries its own signature, for this method and URI, good for `expires`
    /// (1 second to 7 days, in whole seconds) from `at` on. The request stays as it is.
    ///
    /// Signed are `host`, and `content-type` and `x-amz-*` where the request has them: whoever
    /// uses the URL has to send those that it has with the same values
    /// ([`PresignedUrl::signed_headers`]). For others see
    /// [`presign_http_selected`](Self::presign_http_selected).
    ///
    /// ```
    /// use core::time::Duration;
    /// use sigv4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
    /// let request = http::Request::put("https://examplebucket.s3.amazonaws.com/a%20b.txt")
    ///     .header("content-type", "text/plain")
    ///     .body(())?;
    /// let at = Timestamp::parse("20130524T000000Z")?;
    /// let url = signer.presign_http(&request, Payload::Unsigned, Duration::from_secs(900), at)?;
    /// assert_eq!(url.signed_headers(), "content-type;host");
    /// assert!(url.url("https").starts_with("https://examplebucket.s3.amazonaws.com/a%20b.txt?X-Amz-"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`presign`](Self::presign).
    pub fn presign_http<B>(
        &self,
        request: &http::Request<B>,
        payload: Payload<'_>,
        expires: Duration,
        at: Timestamp,
    ) -> Result<PresignedUrl, Error> {
        self.presign_http_selected(request, payload, expires, at, is_safe_to_sign)
    }

    /// As [`presign_http`](Self::presign_http), for `host` and those headers that are selected,
    /// less those that are never signed.
    ///
    /// # Errors
    /// As [`presign`](Self::presign).
    pub fn presign_http_selected<B>(
        &self,
        request: &http::Request<B>,
        payload: Payload<'_>,
        expires: Duration,
        at: Timestamp,
        select: impl Fn(&HeaderName) -> bool,
    ) -> Result<PresignedUrl, Error> {
        let head = Head::of(request);
        let host = head.missing_host()?;
        let headers = head.headers_with(host.as_deref(), |name| {
            select(name) || self.is_written(name)
        });
        self.presign(&head.request(&headers, payload), expires, at)
    }

    /// Whether a header is one that signing writes: where it is there already, it is signing's
    /// to refuse, whatever is selected.
    fn is_written(&self, name: &HeaderName) -> bool {
        if *name == HOST || *name == AUTHORIZATION {
            return true;
        }
        let name = name.as_str();
        matches!(
            Known::of(name),
            Known::Date | Known::PayloadHash | Known::SessionToken | Known::RegionSet
        ) || name.eq_ignore_ascii_case(self.profile().session_token_header)
    }
}

/// What says that a body is in pieces is signed with it.
fn is_of_pieces(name: &HeaderName, payload: Payload<'_>) -> bool {
    matches!(payload, Payload::Streaming(_)) && *name == CONTENT_ENCODING
}

/// The head of a request that is to be signed.
#[derive(Clone, Copy)]
struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

/// On the stack for most requests.
type Headers<'a> = SmallVec<[Header<'a>; 16]>;

impl<'a> Head<'a> {
    fn of<B>(request: &'a http::Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
        }
    }

    /// The URI's host, where no header names one.
    fn missing_host(self) -> Result<Option<Cow<'a, str>>, Error> {
        if self.headers.contains_key(HOST) {
            return Ok(None);
        }
        let authority = self.uri.authority().ok_or(Error::MissingHost)?;
        let text = authority.as_str();
        let has = |sign| find(text.as_bytes(), sign).is_some();
        Ok(Some(if has(b':') || has(b'@') {
            host_header(self.uri.scheme_str(), authority).into()
        } else {
            text.into()
        }))
    }

    fn headers_with<'s>(
        self,
        host: Option<&'s str>,
        is_sent: impl Fn(&HeaderName) -> bool,
    ) -> Headers<'s>
    where
        'a: 's,
    {
        let mut sent = Headers::new();
        for (name, value) in self.headers {
            if is_sent(name) {
                sent.push((name.as_str(), value.as_bytes()));
            }
        }
        sent.extend(host.map(|host| ("host", host.as_bytes())));
        sent
    }

    fn request<'s>(self, headers: &'s [Header<'s>], payload: Payload<'s>) -> Request<'s>
    where
        'a: 's,
    {
        Request {
            method: self.method.as_str(),
            target: self.uri.path_and_query().map_or("", PathAndQuery::as_str),
            headers,
            payload,
        }
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

/// That of the built-in profiles need not be read.
fn name_of(text: &str) -> Result<HeaderName, Error> {
    if text == TOKEN_HEADER {
        return Ok(const { HeaderName::from_static(TOKEN_HEADER) });
    }
    HeaderName::from_bytes(text.as_bytes()).map_err(|_| Error::InvalidHeaderName { index: 0 })
}

/// Not shown by those who print headers.
fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = value_of(text.as_bytes())?;
    value.set_sensitive(true);
    Ok(value)
}

fn value_of(text: &[u8]) -> Result<HeaderValue, Error> {
    HeaderValue::from_bytes(text).map_err(|_| Error::InvalidHeaderValue {
        index: 0,
        position: 0,
    })
}

pub(crate) fn with_target(uri: &Uri, target: &str) -> Result<Uri, Error> {
    let too_long = Error::TargetTooLong { limit: MAX_TARGET };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| too_long)?);
    Uri::from_parts(parts).map_err(|_| too_long)
}
