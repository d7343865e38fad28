//! URLs as people paste them.

use crate::failure::Failure;

/// Longer request lines are refused by every server.
const MAX_URL: usize = 65_536;

/// What a URL says of the connection and of the request.
pub(crate) struct Url {
    pub https: bool,
    /// `wss` or `ws`: signed as `https` or `http` is, and called by its own name.
    pub websocket: bool,
    /// In lower case, IPv6 in brackets; without user, password and port.
    pub host: String,
    /// Only where it is not the default of the scheme.
    pub port: Option<u16>,
    /// Path and query as they were written; starts with `/`.
    pub target: String,
}

impl Url {
    /// Takes a URL apart. White space around it and a fragment are dropped, as browsers do.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        if text.len() > MAX_URL {
            return Err(Failure::usage(format_args!(
                "URL: {} bytes long; the limit is {MAX_URL}",
                text.len()
            )));
        }
        let wrong = |what: &str| Failure::usage(format_args!("URL: {what}"));
        let (scheme, rest) = text
            .split_once("://")
            .filter(|(scheme, _)| !scheme.contains(['/', '?', '#', '.']))
            .ok_or_else(|| wrong("it has to start with https:// or http://"))?;
        let (https, websocket) = match scheme.to_ascii_lowercase().as_str() {
            "https" => (true, false),
            "http" => (false, false),
            "wss" => (true, true),
            "ws" => (false, true),
            _ => return Err(wrong("the scheme is none of https, http, wss, ws")),
        };
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if authority.contains('@') {
            // It would end up in logs and in the shell's history.
            return Err(wrong("user or password in front of the host"));
        }
        let (host, port) = split_port(authority).ok_or_else(|| wrong("the port is no number"))?;
        if host.is_empty() {
            return Err(wrong("no host"));
        }
        if !is_host(host) {
            return Err(wrong(if host.is_ascii() {
                "the host is malformed"
            } else {
                "the host is not ASCII; write it in its xn-- form"
            }));
        }
        let default = if https { 443 } else { 80 };
        Ok(Self {
            https,
            websocket,
            host: host.to_ascii_lowercase(),
            port: port.filter(|port| *port != default),
            target: if target.starts_with('/') {
                target.to_owned()
            } else {
                format!("/{target}")
            },
        })
    }

    /// The value of the `host` header.
    pub(crate) fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    pub(crate) fn scheme(&self) -> &'static str {
        match (self.https, self.websocket) {
            (true, false) => "https",
            (false, false) => "http",
            (true, true) => "wss",
            (false, true) => "ws",
        }
    }

    /// The whole URL, with the target that goes on the wire.
    pub(crate) fn with_target(&self, target: &str) -> String {
        format!("{}://{}{target}", self.scheme(), self.authority())
    }

    /// This machine, where nobody listens on the way.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The name in the value of a `host` header.
pub(crate) fn without_port(authority: &str) -> &str {
    split_port(authority).map_or(authority, |(host, _)| host)
}

/// An IPv6 address has colons of its own, inside brackets. An empty port is none.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, "")) => Some((host, None)),
        Some((host, port)) if !port.ends_with(']') => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            let port = port.parse().ok().filter(|_| digits)?;
            Some((host, Some(port)))
        }
        _ => Some((authority, None)),
    }
}

fn is_host(host: &str) -> bool {
    let in_brackets = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match in_brackets {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    }
}
