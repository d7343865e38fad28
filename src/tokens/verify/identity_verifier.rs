//! Signed calls of `GetCallerIdentity` that are sent in as a proof of identity, looked at by whoever
//! gets them.

use crate::error::Error;
use crate::grammar::text::pieces;
use crate::request::algorithm::Algorithm;
use crate::request::timestamp::Timestamp;
use crate::tokens::sts;
use crate::tokens::verify::freshness::{Stale, check_freshness};
use crate::tokens::verify::identity_error::StsIdentityError;
use crate::tokens::verify::identity_headers::IdentityHeaders;
use crate::tokens::verify::sts_replay::StsReplay;
use crate::tokens::verify::sts_url::{StsUrl, UrlFault};
use crate::verify::claim::Claim;
use alloc::string::String;
use core::time::Duration;
use zeroize::Zeroizing;

/// How long a URL may be, in bytes.
const LONGEST_URL: usize = 512;

/// The one call that is replayed, in either order.
const BODIES: [&str; 2] = [sts::BODY, "Version=2011-06-15&Action=GetCallerIdentity"];

/// Looks at signed calls of STS's `GetCallerIdentity` by which callers say who they are: the method
/// that [Vault](https://developer.hashicorp.com/vault/docs/auth/aws#iam-auth-method) made known, and
/// others have.
///
/// **No check of such a call proves anything by itself**: the [`StsReplay`] has to be sent to STS,
/// whose answer names the caller. What is checked is that this answer can be believed: that STS is
/// asked and nobody else, for nothing but the caller's name, and that the caller meant this server.
/// Without the last, whoever gets such a call from somebody could send it on to others and be taken
/// for him.
///
/// Rules and their errors: [`StsIdentityError`]; vectors: `test-vectors/tokens-verify/sts-identity`.
///
/// ```
/// use sigv4::Timestamp;
/// use sigv4::tokens::{StsIdentityError, StsIdentityVerifier};
///
/// let verifier = StsIdentityVerifier::new(&["sts.us-east-1.amazonaws.com"], "vault.example.com");
/// let now = Timestamp::parse("20240102T031000Z")?;
/// let body = b"Action=GetCallerIdentity&Version=2011-06-15";
/// let headers = [
///     ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
///     ("X-Amz-Date", "20240102T030405Z"),
///     ("X-Vault-AWS-IAM-Server-ID", "vault.example.com"),
///     ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20240102/us-east-1/sts/aws4_request, \
///         SignedHeaders=content-type;host;x-amz-date;x-vault-aws-iam-server-id, \
///         Signature=1abd3ffd153fa6ee0bbfbf46c0ec7fbfaee096d4a767cca9782fb01e4cdc1425"),
/// ];
/// let replay = verifier.check("POST", "https://sts.us-east-1.amazonaws.com/", body, &headers, now)?;
/// assert_eq!(replay.access_key_id(), "AKIAIOSFODNN7EXAMPLE"); // said, not proved
/// // Send it. An answer of 200 has the caller's ARN; any other means that the call is worth nothing.
///
/// let elsewhere = verifier.check("POST", "https://sts.example.com/", body, &headers, now);
/// assert_eq!(elsewhere.unwrap_err(), StsIdentityError::EndpointNotAllowed);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StsIdentityVerifier<'a> {
    /// The hosts of STS that may be asked, in lower case: the regions' that callers come from.
    pub endpoints: &'a [&'a str],
    /// What callers have to name this server by. With `None` nothing is looked for, and **whoever
    /// receives such calls for another server can use them here**.
    pub server_id: Option<&'a str>,
    /// In which header. `X-Vault-AWS-IAM-Server-ID`.
    pub server_id_header: &'a str,
    /// Headers that a call may have beside those of AWS's SDKs; sent to STS where they are signed.
    /// None.
    pub other_headers: &'a [&'a str],
    /// How old a call may be. 15 minutes, as long as STS takes it.
    pub max_age: Duration,
    /// How far ahead of the verifier's clock a caller's may be. 5 minutes.
    pub clock_skew: Duration,
}

impl<'a> StsIdentityVerifier<'a> {
    /// For callers that use one of these endpoints and name this server.
    pub fn new(endpoints: &'a [&'a str], server_id: &'a str) -> Self {
        Self {
            endpoints,
            server_id: Some(server_id),
            server_id_header: sts::SERVER_ID_HEADER,
            other_headers: &[],
            max_age: Duration::from_secs(900),
            clock_skew: Duration::from_secs(300),
        }
    }

    /// Looks at a call, at the time `now`. STS is asked to answer in JSON, unless the caller signed
    /// another `accept`.
    ///
    /// # Errors
    /// [`StsIdentityError`].
    pub fn check(
        &self,
        method: &str,
        url: &str,
        body: &[u8],
        headers: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<StsReplay, StsIdentityError> {
        if method != "POST" {
            return Err(StsIdentityError::WrongMethod);
        }
        let host = self.host_of(url)?;
        let mut bodies = BODIES.iter().filter(|known| known.as_bytes() == body);
        let body = bodies.next().ok_or(StsIdentityError::WrongBody)?;
        let others = [self.other_headers, &[self.server_id_header]].concat();
        let headers = IdentityHeaders::read(headers, &others)?;
        headers.check(host, body)?;
        let found = headers.get(self.server_id_header);
        match (self.server_id, found) {
            (Some(_), None) => return Err(StsIdentityError::MissingServerId),
            (Some(wanted), Some(found)) if wanted != found => {
                return Err(StsIdentityError::WrongServerId);
            }
            _ => {}
        }
        let mut replay = StsReplay {
            method: "POST",
            host: host.into(),
            target: Zeroizing::new("/".into()),
            headers: headers
                .iter()
                .filter(|(name, _)| !is_added_by_clients(name))
                .map(|(name, value)| (name.to_ascii_lowercase(), Zeroizing::new(value.into())))
                .collect(),
            body,
            access_key_id: String::new(),
            region: String::new(),
            at: now,
        };
        let (access_key_id, region, at, signed) = replay.with_request(|request| {
            let claim = Claim::from_request(request).map_err(StsIdentityError::Signature)?;
            self.check_signed(&claim, &replay)?;
            let id = String::from(claim.access_key_id());
            let region = String::from(claim.scope().region());
            Ok((id, region, claim.at(), String::from(claim.signed_headers())))
        })?;
        let max_age = self.max_age.as_secs();
        check_freshness(at, now, max_age, self.clock_skew).map_err(|stale| match stale {
            Stale::Expired { limit } => StsIdentityError::Expired {
                signed: at,
                now,
                limit,
            },
            Stale::NotYet { limit } => StsIdentityError::NotYetCurrent {
                signed: at,
                now,
                limit,
            },
        })?;
        // What nobody signed and STS does not need stays here.
        replay.headers.retain(|(name, _)| {
            let is_needed =
                name == "authorization" || name == "content-type" || name.starts_with("x-amz-");
            is_needed || pieces(&signed, b';').any(|signed| signed == name)
        });
        if replay.headers().all(|(name, _)| name != "accept") {
            let json = Zeroizing::new("application/json".into());
            replay.headers.push(("accept".into(), json));
        }
        Ok(StsReplay {
            access_key_id,
            region,
            at,
            ..replay
        })
    }

    /// An endpoint that is allowed, path `/` and nothing else.
    fn host_of<'u>(&self, url: &'u str) -> Result<&'u str, StsIdentityError> {
        if url.len() > LONGEST_URL {
            return Err(StsIdentityError::TooLong {
                part: "url",
                bytes: url.len(),
                limit: LONGEST_URL,
            });
        }
        let url = StsUrl::read(url).map_err(|fault| match fault {
            UrlFault::Byte(position) => StsIdentityError::InvalidUrl { position },
            UrlFault::Scheme => StsIdentityError::NotHttps,
            UrlFault::User => StsIdentityError::UserInUrl,
            UrlFault::Port => StsIdentityError::PortInUrl,
            UrlFault::Fragment(position) => StsIdentityError::FragmentInUrl { position },
        })?;
        if !self.endpoints.contains(&url.host) {
            return Err(StsIdentityError::EndpointNotAllowed);
        }
        if url.target != "/" {
            return Err(StsIdentityError::WrongPath);
        }
        Ok(url.host)
    }

    /// A signature of Version 4 for `sts`, of the host and of the server's name, over headers that
    /// are there.
    fn check_signed(&self, claim: &Claim<'_>, replay: &StsReplay) -> Result<(), StsIdentityError> {
        let names = || pieces(claim.signed_headers(), b';');
        if self.server_id.is_some()
            && names().all(|name| !name.eq_ignore_ascii_case(self.server_id_header))
        {
            return Err(StsIdentityError::ServerIdNotSigned);
        }
        let is_there =
            |name: &str| is_added_by_clients(name) || replay.headers().any(|(of, _)| of == name);
        let fault = if claim.algorithm() != Algorithm::SigV4 {
            Some(Error::UnsupportedAlgorithm)
        } else if claim.scope().service() != "sts" {
            Some(Error::WrongService)
        } else if names().all(|name| name != "host") {
            Some(Error::HostNotSigned)
        } else {
            let missing = names().position(|name| !is_there(name));
            missing.map(|index| Error::SignedHeaderMissing { index })
        };
        fault.map_or(Ok(()), |fault| Err(StsIdentityError::Signature(fault)))
    }
}

/// Headers that follow from URL and body.
fn is_added_by_clients(name: &str) -> bool {
    name.eq_ignore_ascii_case("host") || name.eq_ignore_ascii_case("content-length")
}
