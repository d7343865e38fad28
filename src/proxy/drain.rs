//! How a server ends: what has begun goes on for a while, nothing else begins.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long those that were cut may take to let go.
const LAST: Duration = Duration::from_secs(1);

/// Where a server is on its way to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// Connections end after the request that they have.
    Draining,
    /// They end now.
    Over,
}

/// What tells connections to end, and knows when they have.
#[derive(Clone, Debug)]
pub(crate) struct Drain(Arc<watch::Sender<Phase>>);

/// Whether what has not ended by itself was cut, for those who must not keep the server.
#[derive(Clone, Debug)]
pub(crate) struct IsOver(Weak<watch::Sender<Phase>>);

/// A connection's, or a tunnel's: it counts until it is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Guard(watch::Receiver<Phase>);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Each connection by itself.
    Drained,
    /// So many were cut, as their time was over.
    Cut(usize),
}

impl Drain {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Serving)))
    }

    /// For a connection, or for what goes on behind it after an upgrade.
    pub(crate) fn guard(&self) -> Guard {
        Guard(self.0.subscribe())
    }

    /// Whether it has begun.
    pub(crate) fn is_draining(&self) -> bool {
        *self.0.borrow() != Phase::Serving
    }

    /// Whether it is over, to be asked without keeping it.
    pub(crate) fn is_over(&self) -> IsOver {
        IsOver(Arc::downgrade(&self.0))
    }

    /// Connections end after the request that they have. Whoever accepts stops by
    /// [`Guard::draining`].
    pub(crate) fn begin(&self) {
        self.reach(Phase::Draining);
    }

    /// Connections and tunnels end now.
    pub(crate) fn cut(&self) {
        self.reach(Phase::Over);
    }

    fn reach(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let is_further = *now < phase;
            *now = phase.max(*now);
            is_further
        });
    }

    /// Begins, waits until all guards are gone, and cuts what is left when the time is over.
    pub(crate) async fn finish(&self, limit: Duration) -> Ended {
        self.begin();
        if timeout(limit, self.0.closed()).await.is_ok() {
            return Ended::Drained;
        }
        let left = self.0.receiver_count();
        self.cut();
        // What has not let go is dropped with the runtime.
        let _ = timeout(LAST, self.0.closed()).await;
        if left == 0 {
            Ended::Drained
        } else {
            Ended::Cut(left)
        }
    }
}

impl IsOver {
    pub(crate) fn holds(&self) -> bool {
        let phase = self.0.upgrade();
        phase.is_none_or(|phase| *phase.borrow() == Phase::Over)
    }
}

impl Guard {
    async fn reached(&mut self, phase: Phase) {
        // Without a server there is nothing to serve: that is its end, too.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }

    /// Until nothing more may begin.
    pub(crate) async fn draining(&mut self) {
        self.reached(Phase::Draining).await;
    }

    /// Runs a connection to its end. `shut` is called once when it may not take another request, as with
    /// hyper's `graceful_shutdown`: also when `unused` is over; and it is cut when `left` is over
    /// then. `None` where it was cut.
    pub(crate) async fn serve<C: Future>(
        mut self,
        connection: C,
        (unused, left): (impl Future<Output = ()>, impl Future<Output = ()>),
        shut: impl FnOnce(Pin<&mut C>),
    ) -> Option<C::Output> {
        let mut connection = pin!(connection);
        let end = async {
            first(pin!(self.draining()), unused).await;
        };
        let ended = first(connection.as_mut(), end).await;
        if ended.is_some() {
            return ended;
        }
        shut(connection.as_mut());
        first(pin!(self.until_cut(connection)), left)
            .await
            .flatten()
    }

    /// Runs what has no next request, as a tunnel. `None` where it was cut.
    pub(crate) async fn until_cut<F: Future>(mut self, future: F) -> Option<F::Output> {
        first(pin!(future), self.reached(Phase::Over)).await
    }
}

/// What a future gives, or `None` where `other` is over first.
pub(crate) async fn first<F: Future>(
    mut future: Pin<&mut F>,
    other: impl Future<Output = ()>,
) -> Option<F::Output> {
    let mut other = pin!(other);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        other.as_mut().poll(context).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{Pending, pending};
    use std::prelude::rust_2024::*;
    use tokio::sync::oneshot;
    use tokio::time::sleep;

    const LIMIT: Duration = Duration::from_secs(30);

    fn never() -> (Pending<()>, Pending<()>) {
        (pending(), pending())
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_begun_ends_by_itself() {
        let drain = Drain::new();
        let (answer, request) = oneshot::channel::<u8>();
        let (told, is_told) = oneshot::channel();
        let connection = tokio::spawn(drain.guard().serve(request, never(), |_| {
            let _ = told.send(());
        }));
        let ending = tokio::spawn({
            let drain = drain.clone();
            async move { drain.finish(LIMIT).await }
        });
        is_told.await.unwrap();
        assert!(drain.is_draining() && !ending.is_finished());
        answer.send(7).unwrap();
        assert_eq!(ending.await.unwrap(), Ended::Drained);
        assert_eq!(connection.await.unwrap(), Some(Ok(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_end_is_cut_when_the_time_is_over() {
        let drain = Drain::new();
        let began = tokio::time::Instant::now();
        let connection = tokio::spawn(drain.guard().serve(pending::<()>(), never(), |_| ()));
        let tunnel = tokio::spawn(drain.guard().until_cut(pending::<()>()));
        assert_eq!(drain.finish(LIMIT).await, Ended::Cut(2));
        assert_eq!(began.elapsed(), LIMIT);
        assert_eq!(connection.await.unwrap(), None);
        assert_eq!(tunnel.await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_used_is_shut_and_then_cut() {
        let drain = Drain::new();
        let began = tokio::time::Instant::now();
        let times = || (sleep(LIMIT), sleep(2 * LIMIT));
        let mut shut = false;
        let served = drain
            .guard()
            .serve(pending::<()>(), times(), |_| shut = true);
        assert_eq!(served.await, None);
        assert_eq!((shut, began.elapsed()), (true, 2 * LIMIT));
        // It ends by itself before it is cut.
        let (began, mut shut) = (tokio::time::Instant::now(), false);
        let ends = sleep(LIMIT + LAST);
        let served = drain.guard().serve(ends, times(), |_| shut = true);
        assert_eq!(served.await, Some(()));
        assert_eq!((shut, began.elapsed()), (true, LIMIT + LAST));
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_lets_go_holds_nobody_up() {
        let drain = Drain::new();
        let guard = drain.guard();
        assert_eq!(drain.finish(LIMIT).await, Ended::Cut(1));
        drop(guard);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_waited_for_where_nothing_is_open() {
        let drain = Drain::new();
        let began = tokio::time::Instant::now();
        drop(drain.guard());
        assert_eq!(drain.finish(LIMIT).await, Ended::Drained);
        assert!(began.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_late_is_told_at_once() {
        let drain = Drain::new();
        let is_over = drain.is_over();
        drain.begin();
        drain.guard().draining().await;
        assert!(!is_over.holds());
        drain.cut();
        assert!(is_over.holds());
        assert_eq!(drain.guard().until_cut(pending::<()>()).await, None);
        // It does not go back.
        drain.begin();
        assert_eq!(drain.guard().until_cut(pending::<()>()).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_gone_ends_what_it_had() {
        let drain = Drain::new();
        let (guard, is_over) = (drain.guard(), drain.is_over());
        assert!(!is_over.holds());
        drop(drain);
        assert!(is_over.holds());
        assert_eq!(guard.until_cut(pending::<()>()).await, None);
    }
}
