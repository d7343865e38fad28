//! Tokens by which callers of a Kubernetes cluster on EKS say who they are, looked at by the
//! cluster.

use crate::endpoint::are_of_one_partition;
use crate::grammar::base64_decode::{Base64, decode_base64};
use crate::request::timestamp::Timestamp;
use crate::tokens::eks_token::{CLUSTER_HEADER, LONGEST, PREFIX};
use crate::tokens::verify::eks_parameters::{EksParameters, MAX_AGE};
use crate::tokens::verify::eks_token_error::EksTokenError;
use crate::tokens::verify::freshness::{Stale, check_freshness};
use crate::tokens::verify::sts_host::is_sts_host;
use crate::tokens::verify::sts_replay::StsReplay;
use crate::tokens::verify::sts_url::{StsUrl, UrlFault};
use alloc::string::String;
use alloc::vec;
use core::time::Duration;
use zeroize::Zeroizing;

/// Looks at EKS tokens as [aws-iam-authenticator](https://github.com/kubernetes-sigs/aws-iam-authenticator)
/// does, up to the call of STS that answers for each.
///
/// A token is the URL of a presigned call of `GetCallerIdentity`. **No check of it proves anything
/// by itself**: the cluster has to send the [`StsReplay`] to STS, whose answer
/// names the caller. What is checked is that this answer can be believed: that STS is asked and
/// nobody else, for nothing but the caller's name, and that the caller meant this cluster, whose
/// name is under the signature and is put in by the cluster itself.
///
/// Rules and their errors: [`EksTokenError`]; vectors: `test-vectors/tokens-verify/eks`. Stricter than
/// aws-iam-authenticator where STS or another reader of the URL might see something else: line
/// breaks in the token, bits behind its last byte, a user or a fragment in the URL, `;` in the query,
/// a scheme in upper case,
/// another version, a date in the future, a host whose region is none by the pattern of any
/// partition (which of its regions there are is not looked up: new ones come); and what STS refuses for
/// certain (no signature, a signed header that it is not going to get) is refused at once.
///
/// ```
/// use sigv4::Timestamp;
/// use sigv4::tokens::EksVerifier;
///
/// # let token = "k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtd2VzdC0yLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lBSU9TRk9ETk43RVhBTVBMRSUyRjIwMjQwMTAyJTJGdXMtd2VzdC0yJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNDAxMDJUMDMwNDA1WiZYLUFtei1TaWduZWRIZWFkZXJzPWhvc3QlM0J4LWs4cy1hd3MtaWQmWC1BbXotRXhwaXJlcz02MCZYLUFtei1TaWduYXR1cmU9MGI5N2QzMjNkMWVjZDNhZGM3NGI4MGNhYjY2NTEyOWRkNTlmYzc0NjI2ZmQwYWZiMzBlMGJiOTczNGUxYmNkZA";
/// let verifier = EksVerifier::new("my-cluster", "us-west-2")?;
/// let now = Timestamp::parse("20240102T031000Z")?;
/// let replay = verifier.check(token, now)?;
/// assert_eq!(replay.method(), "GET");
/// assert_eq!(replay.host(), "sts.us-west-2.amazonaws.com");
/// let headers: Vec<_> = replay.headers().collect();
/// assert_eq!(headers, [("accept", "application/json"), ("x-k8s-aws-id", "my-cluster")]);
/// // Send it. An answer of 200 has the caller's ARN; any other means that the token is worth nothing.
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EksVerifier<'a> {
    cluster: &'a str,
    region: &'a str,
    /// How far ahead of the verifier's clock a token's may be. 5 minutes.
    pub clock_skew: Duration,
}

impl<'a> EksVerifier<'a> {
    /// For a cluster by its name, in a region. Endpoints of STS in the region's partition are
    /// taken: `sts` and `sts-fips` of each of its regions, those for both kinds of IP addresses,
    /// and in the partition `aws` the one without a region.
    ///
    /// # Errors
    /// [`EksTokenError::InvalidCluster`], [`EksTokenError::UnknownRegion`].
    pub fn new(cluster: &'a str, region: &'a str) -> Result<Self, EksTokenError> {
        let wrong = cluster.bytes().position(|byte| !byte.is_ascii_graphic());
        if let Some(position) = wrong.or(cluster.is_empty().then_some(0)) {
            return Err(EksTokenError::InvalidCluster { position });
        }
        if !are_of_one_partition(region, region) {
            return Err(EksTokenError::UnknownRegion);
        }
        Ok(Self {
            cluster,
            region,
            clock_skew: Duration::from_secs(300),
        })
    }

    /// Looks at a token, at the time `now`.
    ///
    /// # Errors
    /// [`EksTokenError`].
    pub fn check(&self, token: &str, now: Timestamp) -> Result<StsReplay, EksTokenError> {
        let url = decoded(token)?;
        let url = StsUrl::read(&url).map_err(fault_of_url)?;
        // The verifier's own request would go anywhere else.
        if !is_sts_host(url.host, self.region) {
            return Err(EksTokenError::NotStsHost);
        }
        if url.path != "/" {
            return Err(EksTokenError::WrongPath);
        }
        let parameters = EksParameters::read(&url)?;
        parameters.check_action()?;
        parameters.check_signed_headers()?;
        parameters.check_expires()?;
        let at = parameters.at()?;
        // STS takes it for 15 minutes, to the second.
        check_freshness(at, now, MAX_AGE, self.clock_skew).map_err(|stale| match stale {
            Stale::Expired { limit } => EksTokenError::Expired {
                signed: at,
                now,
                limit,
            },
            Stale::NotYet { limit } => EksTokenError::NotYetCurrent {
                signed: at,
                now,
                limit,
            },
        })?;
        let (access_key_id, region) = parameters.claimed(&at)?;
        let header = |name: &str, value: &str| (name.into(), Zeroizing::new(value.into()));
        Ok(StsReplay {
            method: "GET",
            host: url.host.into(),
            target: Zeroizing::new(url.target.into()),
            // With the cluster's own name, whatever the caller had in mind.
            headers: vec![
                header("accept", "application/json"),
                header(CLUSTER_HEADER, self.cluster),
            ],
            body: "",
            access_key_id: access_key_id.into(),
            region: region.into(),
            at,
        })
    }
}

/// At most 4,096 bytes, the prefix, and base64 of URLs without padding, of which nothing is
/// overlooked.
fn decoded(token: &str) -> Result<Zeroizing<String>, EksTokenError> {
    if token.len() > LONGEST {
        return Err(EksTokenError::TooLong {
            bytes: token.len(),
            limit: LONGEST,
        });
    }
    let text = token
        .strip_prefix(PREFIX)
        .ok_or(EksTokenError::MissingPrefix)?;
    let bytes = decode_base64(text, Base64::Url).map_err(|at| EksTokenError::InvalidBase64 {
        position: PREFIX.len().saturating_add(at),
    })?;
    match String::from_utf8(bytes) {
        Ok(url) => Ok(Zeroizing::new(url)),
        Err(fault) => {
            let position = fault.utf8_error().valid_up_to();
            // Wiped, too.
            drop(Zeroizing::new(fault.into_bytes()));
            Err(EksTokenError::InvalidUrl { position })
        }
    }
}

fn fault_of_url(fault: UrlFault) -> EksTokenError {
    match fault {
        UrlFault::Byte(position) => EksTokenError::InvalidUrl { position },
        UrlFault::Scheme => EksTokenError::NotHttps,
        UrlFault::User => EksTokenError::UserInUrl,
        UrlFault::Port => EksTokenError::PortInUrl,
        UrlFault::Fragment(position) => EksTokenError::FragmentInUrl { position },
    }
}
