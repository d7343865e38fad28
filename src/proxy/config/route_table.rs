//! Routes: each by itself, then beside the others.

use super::allow_lists::{allow, may_pass};
use super::body_rule::body;
use super::config_fault::ConfigFault;
use super::destination::{Goes, destination, is_on};
use super::document::RouteTable;
use super::found_scope::{Asked, say, scope};
use super::header_rules::header_rules;
use super::host_name;
use super::key_sources::KeySources;
use super::limit_values::{route_limits, times};
use super::path_prefix;
use super::trusted::roots;
use super::written::{Written, Wrong};
use crate::endpoint::{Destination, Resolved};
use crate::proxy::settings::{Allow, Limits, Route, Upstream};
use http::uri::Authority;
use std::path::Path;
use std::prelude::rust_2024::*;

/// A route, by itself.
pub(super) fn route(
    table: &RouteTable,
    of_callers: &Allow,
    of_all: &Limits,
    resigns: bool,
    keys: &mut KeySources,
    folder: &Path,
) -> Result<Route, Wrong> {
    let host = match &table.host {
        None => None,
        Some(text) => Some(host_name::host(&text.value).ok_or_else(|| {
            let expected = "expected a host such as search.localhost, without a port";
            text.wrong("host", ConfigFault::Malformed { expected })
        })?),
    };
    let prefix = match &table.prefix {
        None => "/".into(),
        Some(text) if text.value == "/" || path_prefix::is_prefix(&text.value) => {
            text.value.clone()
        }
        Some(text) => {
            let expected = path_prefix::EXPECTED;
            return Err(text.wrong("prefix", ConfigFault::Malformed { expected }));
        }
    };
    let name = match &table.name {
        None => [host.as_deref().unwrap_or_default(), &prefix].concat(),
        Some(text) if is_name(&text.value) => text.value.clone(),
        Some(text) => {
            let expected = "expected up to 64 letters, digits, and -_.:/";
            return Err(text.wrong("name", ConfigFault::Malformed { expected }));
        }
    };
    let strip_prefix = match &table.strip_prefix {
        Some(on) if on.value && prefix == "/" => {
            let setting = "prefix";
            let why = "there is none that could be taken off";
            let fault = ConfigFault::Missing { setting, why };
            return Err(on.wrong("strip_prefix", fault));
        }
        on => is_on(on.as_ref()),
    };
    let Goes {
        upstream,
        add_prefix,
    } = destination(table, folder)?;
    roots(table, &upstream)?;
    let allow = allow(table, of_callers, &upstream)?;
    let profile = table.profile.as_ref().map(|profile| profile.value.as_str());
    let scope = match signed_host(&upstream) {
        Some((scheme, host)) => Some(scope_of(table, (scheme, host), &add_prefix, keys)?),
        None => None,
    };
    let body = body(table, scope.as_ref())?;
    if let (Some(scope), Some((_, host))) = (&scope, signed_host(&upstream)) {
        may_pass(scope, host, of_callers).map_err(|fault| about_scope(table, fault))?;
        say(scope, &name, host);
    }
    let headers = header_rules(&table.headers)?;
    let times = times(&table.times)?;
    let limits = route_limits(&table.limits, of_all, resigns)?;
    let keys = keys.of(profile).map_err(|error| {
        let fault = ConfigFault::Credentials(error.into());
        match &table.profile {
            Some(profile) => profile.wrong("profile", fault),
            None => Written::given(()).wrong("", fault),
        }
    })?;
    Ok(Route {
        name,
        host,
        prefix,
        strip_prefix,
        add_prefix,
        upstream,
        scope,
        profile: None,
        keys,
        headers,
        body,
        allow,
        times,
        limits,
    })
}

/// What is wrong with a route because of one before it, and which one that is.
pub(super) fn beside(
    earlier: &[(&Route, Option<usize>)],
    route: &Route,
    written: &Written<RouteTable>,
) -> Result<(), Wrong> {
    for (other, line) in earlier {
        let line = *line;
        let reaches = other.host.is_none() || other.host == route.host;
        let fault = if (&other.host, &other.prefix) == (&route.host, &route.prefix) {
            ConfigFault::RouteTwice { line }
        } else if reaches && path_prefix::covers(&other.prefix, &route.prefix) {
            let earlier = other.name.clone();
            ConfigFault::NeverReached { earlier, line }
        } else if other.name == route.name {
            return Err(match &written.value.name {
                Some(name) => name.wrong("name", ConfigFault::RouteTwice { line }),
                None => written.wrong("name", ConfigFault::RouteTwice { line }),
            });
        } else {
            continue;
        };
        let table = &written.value;
        return Err(match (&table.prefix, &table.host) {
            (Some(prefix), _) => prefix.wrong("prefix", fault),
            (None, Some(host)) => host.wrong("host", fault),
            (None, None) => written.wrong("route", fault),
        });
    }
    Ok(())
}

fn scope_of(
    table: &RouteTable,
    (scheme, host): (&str, &str),
    add_prefix: &str,
    keys: &KeySources,
) -> Result<Resolved, Wrong> {
    if let (Some(region), Some(_)) = (&table.region, &table.region_set) {
        let other = "region_set";
        let why = "Signature Version 4A is for a set of regions in place of one";
        return Err(region.wrong("region", ConfigFault::Beside { other, why }));
    }
    let to = Destination {
        scheme,
        host,
        target: if add_prefix.is_empty() {
            "/"
        } else {
            add_prefix
        },
    };
    let text = |written: &Option<Written<String>>| written.as_ref().map(|text| text.value.clone());
    let (service, region) = (text(&table.service), text(&table.region));
    let (region_set, profile) = (text(&table.region_set), text(&table.profile));
    let asked = Asked {
        service: service.as_deref(),
        region: region.as_deref(),
        sigv4a: is_on(table.sigv4a.as_ref()),
        region_set: region_set.as_deref(),
        profile: profile.as_deref(),
    };
    scope(&to, &asked, keys).map_err(|fault| about_scope(table, fault))
}

/// What is wrong stands where the value does that it is about.
fn about_scope(table: &RouteTable, fault: ConfigFault) -> Wrong {
    use crate::error::Error;
    let (written, setting) = match &fault {
        ConfigFault::Signing(Error::InvalidRegion { .. }) => (table.region.as_ref(), "region"),
        ConfigFault::Signing(Error::InvalidRegionSet { .. }) => {
            (table.region_set.as_ref(), "region_set")
        }
        ConfigFault::Signing(_) => (table.service.as_ref(), "service"),
        ConfigFault::NoSigV4a => (table.region_set.as_ref(), "sigv4a"),
        _ => (table.upstream.as_ref(), "upstream"),
    };
    match written {
        Some(written) => written.wrong(setting, fault),
        None => Written::given(()).wrong(setting, fault),
    }
}

/// The host that is signed, without its port.
fn signed_host(upstream: &Upstream) -> Option<(&str, &str)> {
    match upstream {
        Upstream::Fixed {
            scheme,
            authority,
            sign_host,
            ..
        } => {
            let signed: &Authority = sign_host.as_ref().unwrap_or(authority);
            Some((scheme.as_str(), signed.host()))
        }
        Upstream::CallersHost { .. } => None,
    }
}

/// As metrics and log lines take it.
fn is_name(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(part)
}
