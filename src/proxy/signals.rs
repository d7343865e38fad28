//! Signals that ask a server to end.

use super::drain::{Drain, Ended, first};
use std::io;
use std::pin::pin;
use std::time::Duration;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// SIGTERM and SIGINT; elsewhere Ctrl-C.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
}

impl Signals {
    /// From here on they end nothing by themselves. Within a runtime, before anything listens, so
    /// that none is lost.
    ///
    /// # Errors
    /// That of the system.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The next of them.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        std::future::poll_fn(|context| {
            if self.terminate.poll_recv(context).is_ready()
                || self.interrupt.poll_recv(context).is_ready()
            {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for one, or for what somebody tells. Who is gone tells nothing.
    pub(crate) async fn or_told(&mut self, told: oneshot::Receiver<Duration>) -> Option<Duration> {
        let told = async {
            match told.await {
                Ok(limit) => limit,
                Err(_) => std::future::pending().await,
            }
        };
        first(pin!(told), self.next()).await
    }

    /// Drains. `None` where a signal came, which ends it at once.
    pub(crate) async fn drain(&mut self, drain: &Drain, limit: Duration) -> Option<Ended> {
        log::info!("draining: requests have {limit:?} to end, another signal ends them at once");
        let ended = first(pin!(drain.finish(limit)), self.next()).await;
        match ended {
            None => {
                drain.cut();
                log::warn!("ended at once");
            }
            Some(Ended::Cut(count)) => log::warn!("{count} connections were cut after {limit:?}"),
            Some(Ended::Drained) => log::info!("drained"),
        }
        ended
    }
}
