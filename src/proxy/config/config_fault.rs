//! What can be wrong with settings.

use crate::client::UrlError;
use crate::endpoint::EndpointError;
use crate::error::Error;
use crate::gateway::PrincipalsError;
use crate::proxy::config::listen_address::ListenError;
use crate::proxy::config::setting_name::named;
use crate::sources::credentials_error::CredentialsError;
use core::fmt::{self, Display};
use std::boxed::Box;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::prelude::rust_2024::*;

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConfigFault {
    /// Not TOML, or a value of another type; in TOML's words, without the value.
    Toml {
        /// The words.
        message: String,
    },
    /// A file is larger than any of its kind.
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// A file is no UTF-8.
    NotUtf8 {
        /// Byte offset.
        position: usize,
    },
    /// A file cannot be read, in the system's words.
    Unreadable {
        /// The words.
        problem: String,
    },
    /// A value that is not written as one is.
    Malformed {
        /// How it is written.
        expected: &'static str,
    },
    /// A number or a time outside its limits.
    OutOfRange {
        /// Its limits, in words.
        limits: String,
    },
    /// A setting that has to be there.
    Missing {
        /// Its name in a file.
        setting: &'static str,
        /// Why, in words.
        why: &'static str,
    },
    /// Two settings that cannot stand beside each other.
    Beside {
        /// The other's name in a file.
        other: &'static str,
        /// Why not, in words.
        why: &'static str,
    },
    /// Nobody can listen there.
    Listen(ListenError),
    /// Other machines can reach an address.
    BeyondLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// A URL that nothing can be sent to.
    Url(UrlError),
    /// Requests would go over a network without TLS.
    PlainHttp {
        /// Where to.
        host: String,
    },
    /// A header that no rule may touch.
    ReservedHeader {
        /// Its name.
        name: String,
        /// Whose it is, in words.
        why: &'static str,
    },
    /// Two rules about one header that contradict each other.
    HeaderTwice {
        /// Its name.
        name: String,
    },
    /// Another route with the same host and prefix, or with the same name.
    RouteTwice {
        /// The line of the other; `None` where it is not known.
        line: Option<usize>,
    },
    /// An earlier route takes all that this one would.
    NeverReached {
        /// The earlier one's name.
        earlier: String,
        /// The line of the earlier one; `None` where it is not known.
        line: Option<usize>,
    },
    /// Neither settings nor host tell what to sign for.
    Endpoint {
        /// What is missing.
        error: EndpointError,
        /// Why the instance's metadata tell no region, where they were asked.
        instance: Option<Box<CredentialsError>>,
    },
    /// A service, a region or a region set that is none.
    Signing(Error),
    /// Signature Version 4A is not compiled in.
    NoSigV4a,
    /// A body rule that the service does not go with.
    Body {
        /// The rule.
        rule: &'static str,
        /// The signing name.
        service: String,
    },
    /// The allow-list has not what a route is for.
    NotAllowed {
        /// The name of the list.
        list: &'static str,
        /// What it has not.
        value: String,
    },
    /// A file of principals.
    Principals {
        /// The file.
        file: PathBuf,
        /// What is wrong in it.
        error: Box<PrincipalsError>,
    },
    /// Another file that a setting names.
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, in words.
        problem: String,
    },
    /// Credentials that can never be had as things are.
    Credentials(Box<CredentialsError>),
}

impl ConfigFault {
    /// In words; settings are named as options or as a file has them.
    pub(super) fn say(&self, f: &mut fmt::Formatter<'_>, of_options: bool) -> fmt::Result {
        let name = |setting| in_a_sentence(named(setting, of_options), of_options);
        match self {
            Self::Toml { message } => f.write_str(message),
            Self::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Self::NotUtf8 { position } => write!(f, "no UTF-8 at byte {position}"),
            Self::Unreadable { problem } => f.write_str(problem),
            Self::Malformed { expected } => f.write_str(expected),
            Self::OutOfRange { limits } => f.write_str(limits),
            Self::Missing { setting, why } => write!(f, "{} is missing: {why}", name(setting)),
            Self::Beside { other, why } => write!(f, "not beside {}: {why}", name(other)),
            Self::Listen(error) => error.fmt(f),
            Self::BeyondLoopback { address } => write!(
                f,
                "cannot listen on {address}: other machines can reach it; {} allows that",
                allowed("beyond_loopback", of_options)
            ),
            Self::Url(UrlError::QueryInBase) => f.write_str("an upstream has no query"),
            Self::Url(UrlError::Fragment) => f.write_str("an upstream has no fragment ('#')"),
            Self::Url(error) => error.fmt(f),
            Self::PlainHttp { host } => write!(
                f,
                "whoever is on the way to {host} could read what is signed and sent; {} allows \
                 that",
                allowed("plain_http", of_options)
            ),
            Self::ReservedHeader { name, why } => write!(f, "{name} {why}"),
            Self::HeaderTwice { name } => {
                write!(f, "{name} has another rule that contradicts this one")
            }
            Self::RouteTwice { line: Some(line) } => {
                write!(f, "the route in line {line} has the same")
            }
            Self::RouteTwice { line: None } => f.write_str("another route has the same"),
            Self::NeverReached { earlier, line } => {
                write!(f, "no request gets here: route {earlier}")?;
                if let Some(line) = line {
                    write!(f, " (line {line})")?;
                }
                f.write_str(" takes them all; the first that matches is taken")
            }
            Self::Endpoint { error, instance } => endpoint(f, error, instance.as_deref(), &name),
            Self::Signing(error) => error.fmt(f),
            Self::NoSigV4a => f.write_str("not compiled in (feature v4a)"),
            Self::Body { rule, service } => body(f, rule, service),
            Self::NotAllowed { list, value } => {
                write!(f, "{value} is not in {}, so nothing would pass", name(list))
            }
            Self::Principals { file, error } => write!(f, "{}: {error}", file.display()),
            Self::File { file, problem } => write!(f, "{}: {problem}", file.display()),
            Self::Credentials(error) => error.fmt(f),
        }
    }
}

fn allowed(setting: &'static str, of_options: bool) -> String {
    let name = named(setting, of_options);
    let is_on = if of_options { "" } else { " = true" };
    in_a_sentence([&name, is_on].concat(), of_options)
}

/// An option is told from words by its hyphens.
fn in_a_sentence(name: String, of_options: bool) -> String {
    if of_options {
        name
    } else {
        ["`", &name, "`"].concat()
    }
}

fn body(f: &mut fmt::Formatter<'_>, rule: &str, service: &str) -> fmt::Result {
    match rule {
        "unsigned" => write!(f, "{service} takes no unsigned payload"),
        _ => write!(f, "{service} takes no body in signed chunks"),
    }
}

/// As `EndpointError` says it, with the name of what has to be given.
fn endpoint(
    f: &mut fmt::Formatter<'_>,
    error: &EndpointError,
    instance: Option<&CredentialsError>,
    name: &dyn Fn(&'static str) -> String,
) -> fmt::Result {
    match error {
        EndpointError::MissingService { host, services, .. } if !services.is_empty() => write!(
            f,
            "{host} serves {}: give one with {}",
            services.join(" and "),
            name("service")
        ),
        EndpointError::MissingService {
            host, aws: true, ..
        } => write!(
            f,
            "{host} is one of AWS's hosts, but its name does not tell the service; give its \
             signing name with {}",
            name("service")
        ),
        EndpointError::MissingService { host, .. } => write!(
            f,
            "{host} tells no service: give its signing name with {} (execute-api for API Gateway)",
            name("service")
        ),
        EndpointError::MissingRegion { host, .. } => {
            write!(f, "{host} tells no region: give it with {}", name("region"))?;
            f.write_str(" or AWS_REGION")?;
            match instance {
                Some(why) => write!(f, " (instance metadata passed over: {why})"),
                None => Ok(()),
            }
        }
        EndpointError::NoSignature { .. } => write!(
            f,
            "{error}; to sign all the same give {} and {}",
            name("service"),
            name("region")
        ),
        error => error.fmt(f),
    }
}
