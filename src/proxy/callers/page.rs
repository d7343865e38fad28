//! Pages in browsers, which anybody may have written: not a caller, where whoever reaches the port is.

use crate::inspect::browser::{
    self, is_of_other_origin, is_of_other_site, is_of_this_machine, is_origin_of, says_who_asks,
};
use crate::proxy::answer::Refused;
use crate::proxy::cause::Cause;
use crate::proxy::named_host::{ShownHost, named_host, without_port};
use crate::proxy::settings::{Route, Upstream};
use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use std::format;
use std::prelude::rust_2024::*;

/// Of an origin: TLS may end before this port.
const SCHEMES: [&str; 2] = ["http://", "https://"];

/// Takes only names that no stranger can point at this machine (a page of a name that first led to
/// its author's server reads all answers once it leads here), and from browsers only what a page of
/// the same host and port asks for, or their user.
pub(crate) fn refuse_pages(head: &Parts, route: &Route) -> Result<(), Refused> {
    let host = named_host(head);
    let name = without_port(host);
    if !is_own(name, route) {
        let name = ShownHost(name);
        let message = format!(
            "this port is for callers on this machine, which name it by an address or localhost: give \
             the route host = \"{name}\" if that is meant"
        );
        return Err(Refused::new(Cause::NotAllowed, message));
    }
    if is_of_other_site(&head.headers) || is_of_other_origin(&head.headers, host, &SCHEMES) {
        let message = "a page of another origin asks for this, and whoever wrote it may not: require a \
                       token, or serve the page from the host and port that it calls";
        return Err(Refused::new(Cause::NotAllowed, message));
    }
    if says_who_asks(&head.headers) {
        return Ok(());
    }
    refuse_silent(head, host)
}

/// Who does not say where a request comes from: a program, or a browser that loads a picture, a script or a
/// page from a name that it does not trust enough to say so. Over http it trusts only those of the machine that
/// it runs on ([Secure Contexts](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy)).
fn refuse_silent(head: &Parts, host: &str) -> Result<(), Refused> {
    if let Some(referer) = head.headers.get(REFERER) {
        if is_origin_of(origin_of(referer.as_bytes()), host, &SCHEMES) {
            return Ok(());
        }
        let message = "a page of another origin asks for this, as its Referer says, and whoever wrote it may \
                       not: require a token";
        return Err(Refused::new(Cause::NotAllowed, message));
    }
    let name = without_port(host);
    let agent = head.headers.get(USER_AGENT);
    let is_browser = agent.is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"));
    if is_browser && !is_of_this_machine(name) {
        let name = ShownHost(name);
        let message = format!(
            "a browser, as a User-Agent of Mozilla/ says, does not tell \"{name}\" which page asks: call it as \
             localhost or a name below that, where it does, or require a token"
        );
        return Err(Refused::new(Cause::NotAllowed, message));
    }
    Ok(())
}

fn is_own(name: &str, route: &Route) -> bool {
    let is = |own: &str| own.eq_ignore_ascii_case(name);
    name.is_empty()
        || browser::is_own(name, |_| true)
        || route.host.as_deref().is_some_and(is)
        || match &route.upstream {
            Upstream::Fixed {
                authority,
                sign_host,
                ..
            } => {
                let sign_host = sign_host.as_ref().map(|host| is(host.host()));
                is(authority.host()) || sign_host.unwrap_or_default()
            }
            // Which hosts, its list says, and is asked when it is sent there.
            Upstream::CallersHost { .. } => true,
        }
}

/// That of a URL: its scheme, host and port.
fn origin_of(url: &[u8]) -> &[u8] {
    let slashes = url.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let end = slashes.map(|(at, _)| at).nth(2);
    end.and_then(|end| url.get(..end)).unwrap_or(url)
}
