//! Settings that are read anew while a proxy runs: when a file has changed, and on SIGHUP.

use crate::failure::Failure;
use crate::proxy::Source;
use sigv4::proxy::{ConfigError, FileWatch, KeySources, Listen, Running, Settings, TlsFiles};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

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
}

/// A thread that reads anew, as reading blocks.
pub(crate) struct Reloading {
    now: Sender<()>,
    thread: JoinHandle<()>,
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

    pub(crate) fn start(
        mut self,
        running: Arc<Running>,
        mut keys: KeySources,
    ) -> Result<Reloading, Failure> {
        let (now, asked) = channel();
        let thread = std::thread::Builder::new().name("sigv4 reload".into());
        let thread = thread.spawn(move || {
            loop {
                let is_asked = match asked.recv_timeout(EVERY) {
                    Ok(()) => true,
                    Err(RecvTimeoutError::Timeout) => false,
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                if self.watch.has_changed() || is_asked {
                    self.reload(&running, &mut keys);
                }
            }
        });
        let thread = thread.map_err(Failure::failed)?;
        Ok(Reloading { now, thread })
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
            Err(error) => {
                running.reload_failed();
                return log::error!("not reloaded, all stays as it was: {error}");
            }
        }
        if moved {
            log::warn!("where it listens, and with which files of TLS, takes a restart to change");
        }
    }

    fn settings(&mut self, keys: &mut KeySources) -> Result<Settings, ConfigError> {
        let config = self.source.read()?;
        self.watch.watch(config.files());
        config.settings(keys)
    }
}

impl Reloading {
    /// Whether anything has changed or not.
    pub(crate) fn now(&self) {
        // A thread that is gone has said why.
        let _ = self.now.send(());
    }

    /// Waits for what has begun.
    pub(crate) fn stop(self) {
        drop(self.now);
        let _ = self.thread.join();
    }
}

fn fixed(settings: &Settings) -> Fixed {
    Fixed {
        listen: settings.listen.clone(),
        admin: settings.admin,
        tls: settings.tls.clone(),
    }
}
