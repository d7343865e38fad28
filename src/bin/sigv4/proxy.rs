//! `sigv4 proxy`: a reverse proxy that signs, until Ctrl-C.

use crate::failure::{Failure, print, words};
use crate::provided;
use crate::proxy_arguments::{Arguments, source};
use crate::proxy_source::Source;
use crate::reloads::Reloads;
use sigv4::client::{Environment, ProviderConfig};
use sigv4::proxy::{ConfigError, FileWatch, KeySources, Listen, Proxy};
use std::io::{self, ErrorKind};

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
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
    let settings = settings.map_err(|error| failure(&error))?;
    let listen = settings.listen.clone();
    let scheme = if settings.tls.is_some() {
        "https"
    } else {
        "http"
    };
    reloads.started(&settings);
    let ended = Proxy::new(settings).run(|running| {
        keys.ask();
        let at = match running.listen() {
            Listen::Tcp(address) => format!("{scheme}://{address}"),
            socket @ Listen::Unix(_) => socket.to_string(),
        };
        let admin = match running.admin() {
            Some(address) => format!("# /health, /ready and /metrics: http://{address}\n"),
            None => String::new(),
        };
        print(format_args!("{admin}# listening, stop with Ctrl-C\n{at}\n"))
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
            Failure::usage(format_args!("cannot listen on {listen}: {}", words(&error)))
        }
    })
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
