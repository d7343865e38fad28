//! Where a route goes.

use super::config_fault::ConfigFault;
use super::document::{RouteTable, Text};
use super::host_name;
use super::path_prefix;
use super::written::{Written, Wrong};
use crate::client::UrlError;
use crate::client::base_url::parse_base;
use crate::grammar::host::{default_port, is_loopback};
use crate::proxy::settings::Upstream;
use http::uri::{Authority, Scheme};
use std::format;
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;

/// What stands for the host that the caller names.
pub(super) const CALLERS_HOST: &str = "host";

/// Where a route goes, and what goes before the path.
pub(super) struct Goes {
    pub(super) upstream: Upstream,
    pub(super) add_prefix: String,
}

/// Checks all that is about the way to an upstream. Files are named from `folder`.
pub(super) fn destination(route: &RouteTable, folder: &Path) -> Result<Goes, Wrong> {
    let Some(url) = &route.upstream else {
        let setting = "upstream";
        let why = "the URL that requests go to, or \"host\" for that of each caller";
        return Err(missing(setting, why));
    };
    let roots = route.ca_file.as_ref().map(|file| folder.join(&file.value));
    let add_prefix = prefix(route.add_prefix.as_ref())?;
    if url.value == CALLERS_HOST {
        return callers_host(route, roots, add_prefix);
    }
    let fault = |error| url.wrong("upstream", ConfigFault::Url(error));
    let uri = parse_base(&url.value).map_err(fault)?;
    let scheme = uri.scheme().cloned().unwrap_or(Scheme::HTTPS);
    let authority = uri
        .authority()
        .ok_or_else(|| fault(UrlError::MissingHost))?;
    let authority =
        plain(authority.as_str(), scheme.as_str()).ok_or_else(|| fault(UrlError::InvalidHost))?;
    let add_prefix = match uri.path().trim_end_matches('/') {
        "" => add_prefix,
        path if !path_prefix::is_prefix(path) => {
            let expected = path_prefix::EXPECTED;
            return Err(url.wrong("upstream", ConfigFault::Malformed { expected }));
        }
        path => match &route.add_prefix {
            Some(other) => {
                let why = "the URL has a path that goes before each caller's already";
                let other_name = "upstream";
                let fault = ConfigFault::Beside {
                    other: other_name,
                    why,
                };
                return Err(other.wrong("add_prefix", fault));
            }
            None => path.into(),
        },
    };
    let is_plain = scheme == Scheme::HTTP;
    let allows_plain = is_on(route.plain_http.as_ref());
    if is_plain && !allows_plain && !is_loopback(authority.host()) {
        let host = authority.host().into();
        return Err(url.wrong("upstream", ConfigFault::PlainHttp { host }));
    }
    if is_plain {
        let why = "the upstream is one of http, which has no certificate";
        refuse(route.ca_file.as_ref(), "ca_file", "upstream", why)?;
    } else {
        let why = "the upstream is one of https, which agrees upon HTTP/2 by itself";
        refuse_on(route.h2c.as_ref(), "h2c", why)?;
        let why = "the upstream is one of https";
        refuse_on(route.plain_http.as_ref(), "plain_http", why)?;
    }
    let sign_host = match &route.sign_host {
        Some(text) => Some(plain(&text.value, scheme.as_str()).ok_or_else(|| {
            let expected = "expected a host, or host:port, in place of the upstream's";
            text.wrong("sign_host", ConfigFault::Malformed { expected })
        })?),
        None => None,
    };
    let upstream = Upstream::Fixed {
        scheme,
        authority,
        sign_host,
        roots,
        h2c: is_on(route.h2c.as_ref()),
    };
    Ok(Goes {
        upstream,
        add_prefix,
    })
}

/// What is about one place says nothing where each request names its own.
fn callers_host(
    route: &RouteTable,
    roots: Option<PathBuf>,
    add_prefix: String,
) -> Result<Goes, Wrong> {
    let why = "with \"host\" each request goes to the host that it names, over https";
    refuse(route.sign_host.as_ref(), "sign_host", "upstream", why)?;
    refuse_on(route.plain_http.as_ref(), "plain_http", why)?;
    refuse_on(route.h2c.as_ref(), "h2c", why)?;
    let why = "with \"host\" the host of each request tells it";
    refuse(route.service.as_ref(), "service", "upstream", why)?;
    refuse(route.region.as_ref(), "region", "upstream", why)?;
    refuse(route.region_set.as_ref(), "region_set", "upstream", why)?;
    refuse_on(route.sigv4a.as_ref(), "sigv4a", why)?;
    Ok(Goes {
        upstream: Upstream::CallersHost { roots },
        add_prefix,
    })
}

fn refuse<T>(
    written: Option<&Written<T>>,
    setting: &'static str,
    other: &'static str,
    why: &'static str,
) -> Result<(), Wrong> {
    match written {
        Some(written) => Err(written.wrong(setting, ConfigFault::Beside { other, why })),
        None => Ok(()),
    }
}

/// What is switched off says nothing.
fn refuse_on(
    written: Option<&Written<bool>>,
    setting: &'static str,
    why: &'static str,
) -> Result<(), Wrong> {
    refuse(written.filter(|on| on.value), setting, "upstream", why)
}

pub(super) fn is_on(written: Option<&Written<bool>>) -> bool {
    written.is_some_and(|written| written.value)
}

/// That a setting is missing is about its table.
pub(super) fn missing(setting: &'static str, why: &'static str) -> Wrong {
    Written::given(()).wrong("", ConfigFault::Missing { setting, why })
}

fn prefix(written: Option<&Text>) -> Result<String, Wrong> {
    match written {
        None => Ok(String::new()),
        Some(text) if path_prefix::is_prefix(&text.value) => Ok(text.value.clone()),
        Some(text) => {
            let expected = path_prefix::EXPECTED;
            Err(text.wrong("add_prefix", ConfigFault::Malformed { expected }))
        }
    }
}

/// A host in lower case, and its port where it is not the scheme's.
fn plain(text: &str, scheme: &str) -> Option<Authority> {
    let authority = Authority::try_from(text)
        .ok()
        .filter(|_| !text.contains('@'))?;
    let host = host_name::host(authority.host())?;
    let behind = text.get(authority.host().len()..)?;
    let port = match behind.strip_prefix(':') {
        None if behind.is_empty() => None,
        None => return None,
        Some(_) => Some(authority.port_u16().filter(|port| *port > 0)?),
    };
    let port = port.filter(|port| Some(*port) != default_port(Some(scheme)));
    let plain = match port {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    Authority::try_from(plain).ok()
}
