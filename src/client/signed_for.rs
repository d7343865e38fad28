//! The service and the region that a request is signed for.

use crate::client::error::ClientError;
use crate::client::fallback_region::FallbackRegion;
use crate::client::signing::SigV4;
use crate::endpoint::{Destination, EndpointError, Given, Resolved, resolve};
use crate::sign::signers::algorithm_of;
use http::Request;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery};
use std::prelude::rust_2024::*;

impl SigV4 {
    /// Explicit region and service win, then those of a known host, then the region of environment,
    /// profile, instance; a region set of environment or profile counts more than the host's. There is
    /// no default: a wrong guess is a 403 without a hint.
    pub(super) fn scope(&self, request: &Request<()>) -> Result<Resolved, ClientError> {
        let uri = request.uri();
        let to = Destination {
            scheme: uri.scheme_str().unwrap_or_default(),
            host: &named_host(request),
            target: uri.path_and_query().map_or("/", PathAndQuery::as_str),
        };
        let fallback = self.fallback_region.as_deref();
        let given = |region, fallback_region| Given {
            service: self.service.as_deref(),
            region,
            algorithm: algorithm_of(self.profile),
            fallback_service: self.fallback_service,
            fallback_region,
        };
        let region = self.region.as_deref();
        #[cfg(feature = "v4a")]
        let region = match (region, fallback) {
            (None, Some(fallback))
                if resolve(&to, &given(None, Some("any")))
                    .is_ok_and(|found| found.algorithm.has_region_set()) =>
            {
                fallback.region_set()?
            }
            _ => region,
        };
        let given = |fallback_region| given(region, fallback_region);
        let found = resolve(&to, &given(fallback.and_then(FallbackRegion::known)));
        let (Err(EndpointError::MissingRegion { host, .. }), Some(fallback)) = (&found, fallback)
        else {
            return Ok(found?);
        };
        // Nobody is asked for what would not count.
        if resolve(&to, &given(Some("any"))).is_err() {
            return Ok(found?);
        }
        if let Some(error) = fallback.broken() {
            return Err(error.clone().into());
        }
        match fallback.ask() {
            Ok(Some(region)) => Ok(resolve(&to, &given(Some(&region)))?),
            Ok(None) => Ok(found?),
            Err(error) => Err(ClientError::MissingRegion {
                host: host.clone(),
                instance: Some(error),
            }),
        }
    }
}

/// The name by which AWS's hosts are recognized: what is signed as `host`, without a port.
fn named_host(request: &Request<()>) -> String {
    let header = request.headers().get(HOST);
    let from_header = header.and_then(|value| Authority::try_from(value.as_bytes()).ok());
    let authority = from_header.as_ref().or_else(|| request.uri().authority());
    authority.map_or("", Authority::host).into()
}
