//! What proxies and clients make of headers: the values that they can have had before.

use crate::request::Header;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The same headers with one value instead of what there is under a name.
pub(super) fn replaced<'a>(
    headers: &[Header<'a>],
    name: &'a str,
    value: &'a [u8],
) -> Vec<Header<'a>> {
    let others = headers.iter().copied();
    let others = others.filter(|(given, _)| !given.eq_ignore_ascii_case(name));
    others.chain([(name, value)]).collect()
}

fn text<'a>(headers: &[Header<'a>], wanted: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    Some(core::str::from_utf8(found.1).ok()?.trim())
}

/// How many entries of a list are looked at. A reading costs as much as a verification, and
/// whoever sent the request wrote the list.
const MOST_ENTRIES: usize = 8;

/// Hosts that the request can have been sent to, each with how it is said.
pub(super) fn hosts(headers: &[Header<'_>]) -> Vec<(String, String)> {
    let mut hosts = Vec::new();
    let host = text(headers, "host").unwrap_or_default();
    let bare = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
        _ => host.to_owned(),
    };
    for port in ["", ":443", ":80"] {
        let other = [&bare(host), port].concat();
        if other != host {
            hosts.push((other, "with another port in the host".to_owned()));
        }
    }
    let forwarded_port = text(headers, "x-forwarded-port");
    let mut add = |host: &str, name: &str| {
        let host = host.trim().trim_matches('"');
        if host.is_empty() {
            return;
        }
        hosts.push((host.to_owned(), format!("with the host of {name}, {host}")));
        if let Some(port) = forwarded_port {
            let host = format!("{}:{port}", bare(host));
            let hint = format!("with the host of {name} and the port of x-forwarded-port, {host}");
            hosts.push((host, hint));
        }
    };
    for name in ["x-forwarded-host", "x-original-host", "x-host"] {
        let hosts = text(headers, name).unwrap_or_default().split(',');
        for host in hosts.take(MOST_ENTRIES) {
            add(host, name);
        }
    }
    // RFC 7239, 5.3: `Forwarded: for=192.0.2.1;host=example.com`
    let forwarded = text(headers, "forwarded").unwrap_or_default();
    let pairs = (forwarded.split([',', ';'])).filter_map(|pair| pair.split_once('='));
    let named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("host"));
    for (_, host) in named.take(MOST_ENTRIES) {
        add(host, "forwarded");
    }
    if let Some(port) = forwarded_port {
        let host = format!("{}:{port}", bare(host));
        let hint = format!("with the port of x-forwarded-port in the host, {host}");
        hosts.push((host, hint));
    }
    hosts
}

/// What clients send under a name that proxies drop or write anew.
fn usual(name: &str) -> &'static [&'static str] {
    match name {
        "accept" => &[
            "*/*",
            "application/json",
            "application/json, text/plain, */*",
        ],
        "accept-encoding" => &[
            "identity",
            "gzip",
            "gzip, deflate",
            "gzip, deflate, br",
            "gzip, deflate, br, zstd",
            "gzip,deflate",
            "*",
        ],
        "content-encoding" => &["aws-chunked", "gzip,aws-chunked", "aws-chunked,gzip"],
        "connection" => &["keep-alive", "close", "Keep-Alive"],
        "content-type" => &[
            "application/json",
            "application/x-amz-json-1.0",
            "application/x-amz-json-1.1",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            "application/octet-stream",
            "text/plain",
        ],
        "x-amz-content-sha256" => &[
            "UNSIGNED-PAYLOAD",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        ],
        "expect" => &["100-continue"],
        "te" => &["trailers"],
        "transfer-encoding" => &["chunked"],
        _ => &[],
    }
}

/// The values that a signed header can have had. Nothing for a secret.
pub(super) fn values(name: &str, arrived: Option<&[u8]>, body: Option<usize>) -> Vec<Vec<u8>> {
    if name == "host" || name.ends_with("-token") {
        return Vec::new();
    }
    let mut values: Vec<String> = usual(name).iter().map(|&usual| usual.into()).collect();
    // A proxy that decodes the body drops what was said of it.
    if name == "content-length" || name == "x-amz-decoded-content-length" {
        values.extend(body.map(|length| length.to_string()));
    }
    values.push(String::new());
    if let Some(arrived) = arrived.and_then(|value| core::str::from_utf8(value).ok()) {
        values.extend(before(name, arrived.trim()));
        values.retain(|value| value != arrived.trim());
    }
    values.into_iter().map(String::into_bytes).collect()
}

/// A proxy adds an entry to a list, a parameter, or quotes; or it writes in lower case.
fn before(name: &str, arrived: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = arrived;
    for _ in 0..MOST_ENTRIES {
        let Some((list, _)) = rest.rsplit_once(',') else {
            break;
        };
        rest = list.trim_end();
        values.push(rest.to_owned());
    }
    // The same twice, or another one in front.
    let entries = arrived.split(',').skip(1).take(MOST_ENTRIES);
    values.extend(entries.map(|entry| entry.trim().to_owned()));
    if let Some((value, _)) = arrived.split_once(';') {
        values.push(value.trim_end().to_owned());
    } else if name == "content-type" {
        for charset in [
            "; charset=utf-8",
            ";charset=utf-8",
            "; charset=UTF-8",
            ";charset=UTF-8",
        ] {
            values.push(format!("{arrived}{charset}"));
        }
    }
    values.push(arrived.trim_matches('"').to_owned());
    values.push(arrived.to_ascii_lowercase());
    values
}
