//! What a route signs for: settings, then the host, then environment and profile. What none of them
//! tells is asked for: nothing is assumed.

use super::config_fault::ConfigFault;
use super::key_sources::KeySources;
use crate::endpoint::{
    Destination, EndpointError, Given, KnownHost, Note, Resolved, recognize, resolve,
};
use crate::request::algorithm::Algorithm;
#[cfg(feature = "v4a")]
use crate::request::region_set;
use crate::request::scope::Scope;
use std::prelude::rust_2024::*;

/// What the settings of a route say.
pub(super) struct Asked<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) sigv4a: bool,
    pub(super) region_set: Option<&'a str>,
    pub(super) profile: Option<&'a str>,
}

/// Service, region and algorithm for all requests of a route.
pub(super) fn scope(
    to: &Destination<'_>,
    asked: &Asked<'_>,
    keys: &KeySources,
) -> Result<Resolved, ConfigFault> {
    check(asked)?;
    // One route, one service: the path of a request to come decides nothing here.
    let known = recognize(to.host);
    let services: Vec<_> = known.iter().flat_map(KnownHost::services).collect();
    if asked.service.is_none() && services.len() > 1 {
        return Err(endpoint(EndpointError::MissingService {
            host: to.host.into(),
            aws: true,
            services,
        }));
    }
    let of_option = match Algorithm::WITH_REGION_SET {
        _ if !asked.sigv4a && asked.region_set.is_none() => None,
        Some(algorithm) => Some(algorithm),
        None => return Err(ConfigFault::NoSigV4a),
    };
    let mut given = Given {
        service: asked.service,
        region: asked.region_set.or(asked.region),
        algorithm: of_option,
        fallback_service: None,
        fallback_region: None,
    };
    let mut found = resolve(to, &given);
    let would_be = resolve(to, &in_any_region(given));
    let configured_set;
    let has_region_set = match &would_be {
        Ok(found) => found.algorithm.has_region_set(),
        Err(_) => of_option.is_some(),
    };
    if has_region_set && given.region.is_none() {
        configured_set = keys
            .region_set(asked.profile)
            .map_err(|error| ConfigFault::Credentials(error.into()))?;
        given.region = configured_set.as_deref();
        found = resolve(to, &given);
    }
    let configured;
    if matches!(found, Err(EndpointError::MissingRegion { .. })) {
        configured = keys
            .region(asked.profile)
            .map_err(|error| ConfigFault::Credentials(error.into()))?;
        given.fallback_region = configured.as_deref();
        found = resolve(to, &given);
    }
    let of_instance;
    let mut instance = None;
    if matches!(found, Err(EndpointError::MissingRegion { .. })) && would_be.is_ok() {
        of_instance = keys
            .region_of_instance(asked.profile)
            .unwrap_or_else(|why| {
                instance = Some(why.into());
                None
            });
        given.fallback_region = of_instance.as_deref();
        found = resolve(to, &given);
    }
    found.map_err(|error| ConfigFault::Endpoint { error, instance })
}

/// What the caller of the program may want to hear.
pub(super) fn say(notes: &Resolved, route: &str, host: &str) {
    for note in &notes.notes {
        match note {
            Note::OtherService { host: other } => log::warn!(
                "route {route}: signing for {}, though {host} is a host of {other}",
                notes.service
            ),
            Note::OtherRegion { host: other } => log::warn!(
                "route {route}: signing for {}, though {host} is in {other}",
                notes.region
            ),
            // Nothing is assumed here.
            Note::AssumedService => {}
        }
    }
}

fn check(asked: &Asked<'_>) -> Result<(), ConfigFault> {
    if let Some(service) = asked.service {
        Scope::check_service(service).map_err(ConfigFault::Signing)?;
    }
    if let Some(region) = asked.region {
        Scope::check(region, "any").map_err(ConfigFault::Signing)?;
    }
    #[cfg(feature = "v4a")]
    if let Some(set) = asked.region_set {
        region_set::check(set).map_err(ConfigFault::Signing)?;
    }
    Ok(())
}

fn endpoint(error: EndpointError) -> ConfigFault {
    let instance = None;
    ConfigFault::Endpoint { error, instance }
}

fn in_any_region(given: Given<'_>) -> Given<'_> {
    Given {
        fallback_region: Some("any"),
        ..given
    }
}
