//! Signals, for what runs until it is told to stop.

use std::io;
#[cfg(unix)]
use std::task::Poll;
#[cfg(unix)]
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// SIGTERM, SIGINT; elsewhere Ctrl-C.
    End,
    /// SIGHUP.
    Hangup,
}

/// Listening to them.
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: Stream,
    #[cfg(unix)]
    interrupt: Stream,
    #[cfg(unix)]
    hangup: Option<Stream>,
}

impl Signals {
    /// From here on none ends the program by itself.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: Some(signal(SignalKind::hangup())?),
            ..Self::to_end()?
        })
    }

    /// The same but for SIGHUP, which ends the program as it always has.
    #[cfg(unix)]
    pub(crate) fn to_end() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: None,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    pub(crate) fn to_end() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next of them.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let ends = self.terminate.poll_recv(context).is_ready()
                || self.interrupt.poll_recv(context).is_ready();
            if ends {
                return Poll::Ready(Signal::End);
            }
            let hangup = self.hangup.as_mut();
            match hangup.is_some_and(|hangup| hangup.poll_recv(context).is_ready()) {
                true => Poll::Ready(Signal::Hangup),
                false => Poll::Pending,
            }
        })
        .await
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::End
    }
}
