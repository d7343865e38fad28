//! What to sign for: what the caller says, then what the host's name tells.

use crate::endpoint::host::{KnownHost, Takes, recognize};
use crate::request::algorithm::Algorithm;
#[cfg(feature = "v4a")]
use crate::request::region_set;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where a request goes to.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// For example `https` or `wss`.
    pub scheme: &'a str,
    /// The host that is signed, without a port.
    pub host: &'a str,
    /// Path and query.
    pub target: &'a str,
}

/// What the caller says of service and region.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Signed for, whatever the host.
    pub service: Option<&'a str>,
    /// Signed for, whatever the host; with Signature Version 4A a region set.
    pub region: Option<&'a str>,
    /// Signed by, whatever the host. Without it, a host that takes Signature Version 4A only is
    /// signed for by that (feature `v4a`), any other by Version 4.
    pub algorithm: Option<Algorithm>,
    /// For a host that is none of AWS's, or that AWS names for what a customer runs.
    pub fallback_service: Option<&'a str>,
    /// For a host that is none of AWS's, or whose service is known but no region stands in
    /// its name; the environment's, for example.
    pub fallback_region: Option<&'a str>,
}

/// What to sign for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// The signing name.
    pub service: String,
    /// The region; with Signature Version 4A the region set.
    pub region: String,
    /// How to sign.
    pub algorithm: Algorithm,
    /// What the caller may want to hear.
    pub notes: Vec<Note>,
}

/// What is not as the host's name says, or not proved by it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The host's name tells no service, and it is none of AWS's own: the service is
    /// [`Given::fallback_service`].
    AssumedService,
    /// The service that was given is not the host's.
    OtherService {
        /// The host's.
        host: &'static str,
    },
    /// The region that was given is not the host's.
    OtherRegion {
        /// The host's.
        host: String,
    },
}

/// Why a request to a host cannot be signed as things are. The host's name is in each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// No service was given, and the name tells none.
    MissingService {
        /// The host.
        host: String,
        /// It is under one of AWS's domains.
        aws: bool,
        /// Signing names between which scheme and target do not decide.
        services: Vec<&'static str>,
    },
    /// No region was given, and the name tells none.
    MissingRegion {
        /// The host.
        host: String,
        /// It is under one of AWS's domains.
        aws: bool,
    },
    /// The host takes `AWS4-ECDSA-P256-SHA256` only: no other signature is any good there. Either
    /// the other one is asked for, or this one is not compiled in (feature `v4a`).
    SigV4aOnly {
        /// The host.
        host: String,
        /// The signing name.
        service: &'static str,
    },
    /// The host takes no signature of this kind.
    NoSignature {
        /// The host.
        host: String,
        /// How it knows its callers.
        why: &'static str,
    },
}

/// Service and region for a request: those that are given, then those that the host's name
/// tells ([`recognize`]), then the fallbacks where they may be used.
///
/// A region in the name of a host of AWS's counts more than the environment's. For a host of
/// AWS's that tells no service none is assumed.
///
/// # Errors
/// [`EndpointError`]: what has to be given, or that nothing that is given would help.
pub fn resolve(to: &Destination<'_>, given: &Given<'_>) -> Result<Resolved, EndpointError> {
    resolve_known(to, given, recognize(to.host).as_ref())
}

/// As [`resolve`], for who knows already what [`recognize`] says of the host.
pub(crate) fn resolve_known(
    to: &Destination<'_>,
    given: &Given<'_>,
    known: Option<&KnownHost>,
) -> Result<Resolved, EndpointError> {
    let host = || String::from(to.host);
    let takes = known.map_or(Takes::SigV4, |known| known.takes);
    let of_host = known.and_then(|known| known.service_for(to.scheme, to.target));
    let everywhere = takes == Takes::SigV4aOnly;
    let of_takes = Algorithm::WITH_REGION_SET.filter(|_| everywhere);
    let algorithm = given.algorithm.or(of_takes).unwrap_or_default();
    if everywhere && !algorithm.has_region_set() {
        return Err(EndpointError::SigV4aOnly {
            host: host(),
            service: of_host.unwrap_or_default(),
        });
    }
    let mut notes = Vec::new();
    let service = match (given.service, takes) {
        (Some(service), _) => {
            notes.extend(other_service(known, of_host, service));
            service
        }
        (None, Takes::NoSignature(why)) => {
            return Err(EndpointError::NoSignature { host: host(), why });
        }
        (None, Takes::SigV4 | Takes::SigV4aOnly) => {
            match (of_host, known, given.fallback_service) {
                (Some(service), ..) => service,
                (None, known, Some(service)) if known.is_none_or(KnownHost::is_of_customers) => {
                    notes.push(Note::AssumedService);
                    service
                }
                _ => {
                    return Err(EndpointError::MissingService {
                        host: host(),
                        aws: known.is_some(),
                        services: known.into_iter().flat_map(KnownHost::services).collect(),
                    });
                }
            }
        }
    };
    let in_host = known.and_then(|known| known.region.as_deref());
    // The name of a host that no table has may hide a region.
    let may_fall_back = known.is_none() || of_host.is_some();
    let fallback = match given.fallback_region.filter(|_| may_fall_back) {
        // Such hosts are for every region.
        _ if everywhere => Some("*"),
        fallback => fallback,
    };
    let Some(region) = given.region.or(in_host).or(fallback) else {
        return Err(EndpointError::MissingRegion {
            host: host(),
            aws: known.is_some(),
        });
    };
    let covers = |in_host: &&str| covers(algorithm, region, in_host);
    if let Some(in_host) = in_host.filter(|in_host| !covers(in_host)) {
        notes.push(Note::OtherRegion {
            host: in_host.into(),
        });
    }
    Ok(Resolved {
        service: service.into(),
        region: region.into(),
        algorithm,
        notes,
    })
}

/// Whether what is signed for is good in a region.
fn covers(algorithm: Algorithm, region: &str, there: &str) -> bool {
    match algorithm {
        Algorithm::SigV4 => region == there,
        #[cfg(feature = "v4a")]
        Algorithm::SigV4a => region_set::contains(region, there),
    }
}

fn other_service(
    known: Option<&KnownHost>,
    of_host: Option<&'static str>,
    given: &str,
) -> Option<Note> {
    let mut services = known?.services();
    let host = of_host.or_else(|| known?.services().next())?;
    (!services.any(|service| service == given)).then_some(Note::OtherService { host })
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingService { host, services, .. } if !services.is_empty() => {
                write!(f, "{host} serves ")?;
                for (index, service) in services.iter().enumerate() {
                    let between = if index == 0 { "" } else { " and " };
                    write!(f, "{between}{service}")?;
                }
                f.write_str(", and the path does not say which: give the service")
            }
            Self::MissingService {
                host, aws: true, ..
            } => write!(
                f,
                "{host} is one of AWS's, but its name does not tell the service: give its signing \
                 name"
            ),
            Self::MissingService { host, .. } => write!(
                f,
                "no service known for {host}: give one (execute-api for API Gateway)"
            ),
            Self::MissingRegion { host, aws: true } => {
                write!(f, "the name of {host} tells no region: give one")
            }
            Self::MissingRegion { host, .. } => {
                write!(f, "no region known for {host}: give one, or set AWS_REGION")
            }
            Self::SigV4aOnly { host, service } => write!(
                f,
                "{host} ({service}) takes Signature Version 4A only \
                 (AWS4-ECDSA-P256-SHA256), no signature of Version 4"
            ),
            Self::NoSignature { host, why } => write!(f, "{host} takes no signature: {why}"),
        }
    }
}

impl core::error::Error for EndpointError {}
