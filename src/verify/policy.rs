//! What one who verifies accepts.

use crate::canonical::headers::Headers;
use crate::canonical::query::Query;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::Request;
use crate::request::algorithm::Algorithm;
use crate::request::profile::Profile;
use core::time::Duration;

/// What a service accepts. All checks are on; each can be relaxed by its field.
/// [How AWS checks a signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html)
///
/// A signature is made over the canonical request, and so proves no spelling of a target:
/// `/a//b`, `/x/../a/b` and `?sum=1+1` verify with the signatures of `/a/b` and `?sum=1%2B1`.
/// Route by [`Verified::path`](crate::Verified::path) and
/// [`Verified::query`](crate::Verified::query), or set `only_as_sent`.
///
/// ```
/// use core::time::Duration;
///
/// let mut policy = sigv4::Policy::new(&["eu-west-1"], "execute-api");
/// policy.clock_skew = Duration::from_secs(900);
/// policy.only_as_sent = true;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy<'a> {
    /// The regions that a credential may be scoped to. In Signature Version 4A, of which the
    /// region set must have one.
    pub regions: &'a [&'a str],
    /// The service that a credential has to be scoped to.
    pub service: &'a str,
    /// The rules of that service; [`Profile::algorithm`] is the one that is accepted.
    pub profile: Profile,
    /// Accept either algorithm, whichever the profile names. Off.
    #[cfg(feature = "v4a")]
    pub both_algorithms: bool,
    /// Accept a body that is signed piece by piece, of the kind that the profile takes
    /// ([`Profile::streaming_payload`]), in the header form; and events behind the presigned `GET` of
    /// a WebSocket. What holds then is the head: read the body as
    /// [`Verified::streaming`](crate::Verified::streaming) says. Off.
    pub streaming: bool,
    /// How far the clocks of caller and service may be apart, either way. 5 minutes;
    /// S3 and DynamoDB allow 15.
    pub clock_skew: Duration,
    /// `host` must be signed.
    pub host_signed: bool,
    /// Every `x-amz-*` header that is present must be signed.
    pub amz_headers_signed: bool,
    /// Names, in lower case, of `x-amz-*` headers that may come unsigned all the same: some
    /// clients send `x-amz-content-sha256` or `x-amz-security-token` so. A payload hash or
    /// a session token is checked in either case. None.
    pub unsigned_headers: &'a [&'a str],
    /// In the header form, a `content-type` that is present must be signed. The maker of
    /// a presigned URL cannot know it.
    pub content_type_signed: bool,
    /// Accept a raw `+` in a query as a plus sign and as a space, whichever the
    /// signature is for. Off: only the profile's reading.
    pub both_query_plus: bool,
    /// Accept a target only as a signer of this crate sends it: without dot segments and
    /// doubled slashes (where the profile removes them), each parameter spelt canonically, no
    /// raw `+`. Its order is not looked at. Off: every spelling that has this signature.
    pub only_as_sent: bool,
    /// How many headers a request may have. 100.
    pub max_headers: usize,
    /// How many query parameters a request may have. 1,000.
    pub max_parameters: usize,
    /// How long target and headers may be together, in bytes. 65,536.
    pub max_head: usize,
}

impl<'a> Policy<'a> {
    /// The strict policy for a service in some regions.
    pub fn new(regions: &'a [&'a str], service: &'a str) -> Self {
        Self {
            regions,
            service,
            profile: Profile::for_service(service),
            #[cfg(feature = "v4a")]
            both_algorithms: false,
            streaming: false,
            clock_skew: Duration::from_secs(300),
            host_signed: true,
            amz_headers_signed: true,
            unsigned_headers: &[],
            content_type_signed: true,
            both_query_plus: false,
            only_as_sent: false,
            max_headers: 100,
            max_parameters: 1_000,
            max_head: 65_536,
        }
    }

    pub(crate) fn check_algorithm(&self, algorithm: Algorithm) -> Result<(), Error> {
        #[cfg(feature = "v4a")]
        if self.both_algorithms {
            return Ok(());
        }
        if algorithm == self.profile.algorithm {
            Ok(())
        } else {
            Error::UnsupportedAlgorithm.into_err()
        }
    }

    /// The target and the headers of a request, within the limits and the grammar.
    #[inline(always)]
    pub(crate) fn read<'r>(
        &self,
        request: &Request<'r>,
    ) -> Result<(Target<'r>, Headers<'r>), Error> {
        self.check_head(request)?;
        let target = Target::parse(request.target)?;
        self.check_parameters(target.query)?;
        let headers = Headers::read(request)?;
        target.check(&self.profile)?;
        if self.only_as_sent {
            let sent = target.to_send(&self.profile);
            let same = |(left, right): &(u8, u8)| left == right;
            if *sent != *request.target {
                let position = sent
                    .bytes()
                    .zip(request.target.bytes())
                    .take_while(same)
                    .count();
                return Error::TargetNotAsSent { position }.into_err();
            }
        }
        Ok((target, headers))
    }

    /// Bounds what a hostile request can cost before anything is read.
    fn check_head(&self, request: &Request<'_>) -> Result<(), Error> {
        let (count, limit) = (request.headers.len(), self.max_headers);
        if count > limit {
            return Error::TooManyHeaders { count, limit }.into_err();
        }
        let lengths = request
            .headers
            .iter()
            .map(|(name, value)| name.len().saturating_add(value.len()));
        let bytes = lengths.fold(request.target.len(), usize::saturating_add);
        if bytes > self.max_head {
            return Error::HeadTooLarge {
                bytes,
                limit: self.max_head,
            }
            .into_err();
        }
        Ok(())
    }

    /// Before anything is sorted.
    fn check_parameters(&self, query: Query<'_>) -> Result<(), Error> {
        let limit = self.max_parameters;
        // Each takes a byte of its own.
        if query.text().len() < limit {
            return Ok(());
        }
        match query.pairs().count() {
            count if count > limit => Error::TooManyParameters { count, limit }.into_err(),
            _ => Ok(()),
        }
    }
}
