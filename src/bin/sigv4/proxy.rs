//! `sigv4 proxy`: a reverse proxy that signs, until Ctrl-C.

use crate::failure::{Failure, print, words};
use crate::open_files;
use crate::provided;
use crate::proxy_arguments::Arguments;
use crate::proxy_given::source;
use crate::proxy_source::Source;
use crate::reloads::Reloads;
use sigv4::client::{Environment, ProviderConfig};
use sigv4::proxy::{Callers, ConfigError, FileWatch, KeySources, Listen, Proxy, Route, Upstream};
use std::io::{self, ErrorKind};
use std::sync::Arc;

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let inspect = arguments.inspected.inspect;
    let source = source(arguments)?;
    let mut keys = KeySources::new(ProviderConfig::new(Environment::new()));
    // Before they are read: what changes meanwhile is read again.
    let watch = FileWatch::new(match &source {
        Source::File { file, .. } => vec![file.clone()],
        Source::Options(config) => config.files(),
    });
    let config = source.read().map_err(|error| failure(&error))?;
    let mut reloads = Reloads::new(source, watch);
    reloads.watch(config.files());
    let settings = config.settings(&mut keys);
    let mut settings = settings.map_err(|error| failure(&error))?;
    settings.inspect = inspect;
    let beyond = inspect.filter(|at| !at.ip().is_loopback() && !settings.beyond_loopback);
    if let Some(address) = beyond {
        return Err(Failure::usage(format_args!(
            "--inspect: cannot listen on {address}: other machines can reach it; --beyond-loopback \
             allows that"
        )));
    }
    let at = match settings.admin {
        Some(admin) => format!("{} and {admin}", settings.listen),
        None => settings.listen.to_string(),
    };
    let at = match inspect {
        Some(inspect) => format!("{at} and {inspect}"),
        None => at,
    };
    let scheme = settings.tls.as_ref().map_or("http", |_| "https");
    let is_open = matches!(settings.callers, Callers::Anybody);
    let routes = settings.routes.clone();
    reloads.started(&settings);
    open_files::allow(&settings);
    let ended = Proxy::new(settings).run(|running| {
        say(&routes, running.listen(), is_open);
        keys.ask();
        let at = match running.listen() {
            Listen::Tcp(address) => format!("{scheme}://{address}"),
            socket @ Listen::Unix(_) => socket.to_string(),
        };
        let admin = match running.admin() {
            Some(address) => format!("# /health, /ready and /metrics: http://{address}\n"),
            None => String::new(),
        };
        let inspector = match running.inspector() {
            Some(url) => format!("# inspector: {url}\n"),
            None => String::new(),
        };
        print(format_args!(
            "{admin}{inspector}# listening, stop with Ctrl-C\n{at}\n"
        ))
        .map_err(End::Failure)?;
        reloads.start(running, keys).map_err(End::Listening)
    });
    ended.map_err(|end| match end {
        End::Failure(failure) => failure,
        // It names what cannot be used.
        End::Listening(error) if error.kind() == ErrorKind::InvalidInput => {
            Failure::usage(words(&error))
        }
        End::Listening(error) => {
            Failure::usage(format_args!("cannot listen on {at}: {}", words(&error)))
        }
    })
}

/// What is signed for, and who may have it signed.
fn say(routes: &[Arc<Route>], listen: &Listen, is_open: bool) {
    for route in routes {
        let to = match &route.upstream {
            Upstream::Fixed {
                scheme, authority, ..
            } => format!("{scheme}://{authority}{}", route.add_prefix),
            Upstream::CallersHost { .. } => "the host that each request names".into(),
        };
        let scope = match &route.scope {
            Some(scope) => format!("for {} in {}", scope.service, scope.region),
            None => "for what that host tells".into(),
        };
        log::info!("route {}: to {to}, signed {scope}", route.name);
    }
    let Listen::Tcp(address) = listen else {
        return;
    };
    if is_open && !address.ip().to_canonical().is_loopback() {
        log::warn!(
            "whoever reaches {address} has requests signed: neither a token nor a signature is \
             asked for"
        );
    }
}

/// Why nothing is proxied.
enum End {
    Listening(io::Error),
    Failure(Failure),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Listening(error)
    }
}

pub(crate) fn failure(error: &ConfigError) -> Failure {
    match error.credentials() {
        Some(why) => provided::in_words(why, error),
        None => Failure::usage(error),
    }
}
