//! Settings that are read anew while a proxy runs: when a file has changed, and on SIGHUP.

use crate::proxy_source::Source;
use sigv4::proxy::{ConfigError, FileWatch, KeySources, Listen, Running, Settings, TlsFiles};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

/// How often files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// What is read, and what of it stays as it was at the start.
pub(crate) struct Reloads {
    source: Source,
    watch: FileWatch,
    fixed: Option<Fixed>,
}

/// What takes a restart.
#[derive(PartialEq)]
struct Fixed {
    listen: Listen,
    admin: Option<SocketAddr>,
    tls: Option<TlsFiles>,
    connections: usize,
}

impl Reloads {
    pub(crate) fn new(source: Source, watch: FileWatch) -> Self {
        Self {
            source,
            watch,
            fixed: None,
        }
    }

    pub(crate) fn watch(&mut self, files: Vec<PathBuf>) {
        self.watch.watch(files);
    }

    /// What the proxy runs with.
    pub(crate) fn started(&mut self, settings: &Settings) {
        self.fixed = Some(fixed(settings));
    }

    /// From now on, until the program ends, by a thread of its own, as reading blocks.
    pub(crate) fn start(mut self, running: Arc<Running>, mut keys: KeySources) -> io::Result<()> {
        let (now, asked) = channel();
        on_hangup(now)?;
        let thread = std::thread::Builder::new().name("sigv4 reload".into());
        let thread = thread.spawn(move || {
            loop {
                let is_asked = match asked.recv_timeout(EVERY) {
                    Ok(()) => true,
                    Err(RecvTimeoutError::Timeout) => false,
                    // The runtime has ended.
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                if is_asked {
                    self.watch.note();
                } else if !self.watch.has_changed() {
                    continue;
                }
                self.reload(&running, &mut keys);
            }
        });
        thread.map(drop)
    }

    /// All or nothing: where anything is wrong, what was in force stays so.
    fn reload(&mut self, running: &Running, keys: &mut KeySources) {
        let settings = match self.settings(keys) {
            Ok(settings) => settings,
            Err(error) => {
                running.reload_failed();
                return log::error!("not reloaded, all stays as it was: {error}");
            }
        };
        let now = fixed(&settings);
        let moved = self.fixed.as_ref().is_some_and(|fixed| *fixed != now);
        match running.reload(settings) {
            Ok(()) => {
                keys.ask();
                log::info!("reloaded");
            }
            // It has counted it.
            Err(error) => return log::error!("not reloaded, all stays as it was: {error}"),
        }
        if moved {
            log::warn!(
                "where it listens, with which files of TLS, and limits.connections, takes a restart to \
                 change"
            );
        }
    }

    fn settings(&mut self, keys: &mut KeySources) -> Result<Settings, ConfigError> {
        let config = self.source.read()?;
        self.watch.watch(config.files());
        config.settings(keys)
    }
}

/// Within a runtime.
#[cfg(unix)]
fn on_hangup(now: Sender<()>) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move { while hangup.recv().await.is_some() && now.send(()).is_ok() {} });
    Ok(())
}

/// There is no such signal; what it would be sent by is kept, as its end ends the thread.
#[cfg(not(unix))]
fn on_hangup(now: Sender<()>) -> io::Result<()> {
    tokio::spawn(async move {
        std::future::pending::<()>().await;
        drop(now);
    });
    Ok(())
}

fn fixed(settings: &Settings) -> Fixed {
    Fixed {
        listen: settings.listen.clone(),
        admin: settings.admin,
        tls: settings.tls.clone(),
        connections: settings.limits.connections,
    }
}
