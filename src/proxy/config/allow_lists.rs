//! What a route may be used for, where a list says so.

use super::callers::{list, region, service};
use super::config_fault::ConfigFault;
use super::destination::missing;
use super::document::{AllowTable, RouteTable};
use super::host_name;
use super::written::{Written, Wrong};
use crate::endpoint::Resolved;
use crate::proxy::settings::{Allow, Upstream};
use std::prelude::rust_2024::*;

/// What a route may be used for, where its callers choose; never more than what all callers may.
pub(super) fn allow(
    table: &RouteTable,
    of_callers: &Allow,
    upstream: &Upstream,
) -> Result<Allow, Wrong> {
    let chooses = matches!(upstream, Upstream::CallersHost { .. });
    if let (Some(written), false) = (&table.allow, chooses) {
        let other = "upstream";
        let why = "this route goes to one place only, for one service in one region";
        let lists = &written.value;
        let setting = match (&lists.hosts, &lists.services, &lists.regions) {
            (Some(_), ..) => "allow.hosts",
            (_, Some(_), _) => "allow.services",
            (.., Some(_)) => "allow.regions",
            _ => "allow",
        };
        return Err(written.wrong(setting, ConfigFault::Beside { other, why }));
    }
    let nothing = AllowTable::default();
    let own = table.allow.as_ref().map_or(&nothing, |allow| &allow.value);
    let within = |own: &Option<Written<Vec<_>>>,
                  setting,
                  read: fn(&str) -> Option<String>,
                  all: &[String]| {
        let mine = list(own.as_ref(), setting, read)?;
        let covered = |one: &&String| all.iter().any(|allowed| host_name::covers(allowed, one));
        let beyond = mine.iter().find(|one| !all.is_empty() && !covered(one));
        match (own, beyond) {
            (Some(written), Some(value)) => {
                let list = match setting {
                    "allow.services" => "resign.services",
                    "allow.regions" => "resign.regions",
                    _ => "resign.hosts",
                };
                let value = value.clone();
                Err(written.wrong(setting, ConfigFault::NotAllowed { list, value }))
            }
            _ if mine.is_empty() => Ok(all.to_vec()),
            _ => Ok(mine),
        }
    };
    let allow = Allow {
        services: within(
            &own.services,
            "allow.services",
            service,
            &of_callers.services,
        )?,
        regions: within(&own.regions, "allow.regions", region, &of_callers.regions)?,
        hosts: within(
            &own.hosts,
            "allow.hosts",
            host_name::pattern,
            &of_callers.hosts,
        )?,
    };
    if chooses && allow.hosts.is_empty() {
        let why = "\"host\" would send to whatever host a caller names; list those that are meant, \
                   for example *.amazonaws.com";
        let missing = missing("allow.hosts", why);
        return Err(match &table.upstream {
            Some(upstream) => upstream.wrong("upstream", missing.fault),
            None => missing,
        });
    }
    Ok(allow)
}

/// Whether anything at all would pass on a route that goes to one place.
pub(super) fn may_pass(scope: &Resolved, host: &str, allow: &Allow) -> Result<(), ConfigFault> {
    let not_in = |list, value: &str| {
        let value = value.into();
        Err(ConfigFault::NotAllowed { list, value })
    };
    let lacks = |list: &[String], value: &str| {
        !list.is_empty() && !list.iter().any(|one| host_name::covers(one, value))
    };
    if lacks(&allow.services, &scope.service) {
        return not_in("resign.services", &scope.service);
    }
    // A set of regions is allowed where all of it is.
    let mut regions = scope.region.split(',');
    if let Some(region) = regions.find(|region| lacks(&allow.regions, region)) {
        return not_in("resign.regions", region);
    }
    if lacks(&allow.hosts, host) {
        return not_in("resign.hosts", host);
    }
    Ok(())
}
