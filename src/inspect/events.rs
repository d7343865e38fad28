//! Each request as soon as it is over, as server-sent events
//! ([HTML](https://html.spec.whatwg.org/multipage/server-sent-events.html)).

use super::filter::Filter;
use super::inspector::Inspector;
use super::kept::Mark;
use bytes::Bytes;
use serde_json::json;
use std::format;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

/// Between signs of life, so that who has left is noticed.
const QUIET: Duration = Duration::from_secs(15);

/// How long events get before they are sent, in bytes.
const BATCH: usize = 32 << 10;

/// After finding out what it sends it rests for so many times as long: of a gateway under load one processor
/// is not the inspector's. What leaves the ring meanwhile is lost.
const REST: u32 = 9;

/// Until nobody takes them any more. What leaves the ring before it is sent is lost, and said to be.
pub(super) async fn send(
    inspector: Arc<Inspector>,
    filter: Filter,
    to: Sender<Bytes>,
    _place: OwnedSemaphorePermit,
) {
    let mut changed = inspector.ring.watch();
    let mut stream = Stream::new(filter, inspector.ring.mark());
    // Goes out with the head, so that the page knows that it is heard.
    if to.send(Bytes::from_static(b": here\n\n")).await.is_err() {
        return;
    }
    loop {
        changed.mark_unchanged();
        let (batch, is_all) = stream.batch(&inspector).await;
        if !batch.is_empty() && to.send(batch.into()).await.is_err() {
            return;
        }
        let rest = stream.rest();
        if !rest.is_zero() {
            sleep(rest).await;
        }
        if is_all && !waits(&mut changed, &to).await {
            return;
        }
    }
}

/// Until something changes; `false` where nobody hears of it.
async fn waits(changed: &mut watch::Receiver<()>, to: &Sender<Bytes>) -> bool {
    loop {
        let waited = {
            let (mut left, mut change) = (pin!(to.closed()), pin!(changed.changed()));
            let next = poll_fn(|context| match left.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(false),
                Poll::Pending => change.as_mut().poll(context).map(|change| change.is_ok()),
            });
            timeout(QUIET, next).await
        };
        if let Ok(is_heard) = waited {
            return is_heard;
        }
        if to.send(Bytes::from_static(b": here\n\n")).await.is_err() {
            return false;
        }
    }
}

/// How far one reader has come.
struct Stream {
    filter: Filter,
    /// The last that was looked at; `None` before the first, of somebody who did not say from where.
    after: Option<u64>,
    cleared: u64,
    /// On finding out.
    worked: Duration,
}

impl Stream {
    fn new(filter: Filter, mark: Mark) -> Self {
        let after = filter.after;
        // Whoever has nothing newer than what was forgotten may not have heard of it: to hear it twice does no harm.
        let knows = after.is_none_or(|after| after > mark.cleared);
        Self {
            filter,
            after,
            cleared: if knows { mark.cleared } else { 0 },
            worked: Duration::ZERO,
        }
    }

    /// How long to rest from what it did.
    fn rest(&mut self) -> Duration {
        core::mem::take(&mut self.worked).saturating_mul(REST)
    }

    /// What there is to say, and whether it is all.
    async fn batch(&mut self, inspector: &Inspector) -> (String, bool) {
        let mut batch = String::new();
        loop {
            let (record, mark) = inspector.ring.after(self.after.unwrap_or(0));
            self.say_cleared(mark, &mut batch);
            let Some(record) = record else {
                return (batch, true);
            };
            self.say_lost(record.id, &mut batch);
            self.after = Some(record.id);
            let began = Instant::now();
            if inspector.takes(&self.filter, &record) {
                batch.push_str(&event("request", Some(record.id), inspector.row(&record)));
            }
            self.worked = self.worked.saturating_add(began.elapsed());
            drop(record);
            if batch.len() > BATCH {
                return (batch, false);
            }
            yield_now().await;
        }
    }

    fn say_cleared(&mut self, mark: Mark, batch: &mut String) {
        if mark.cleared > self.cleared {
            self.cleared = mark.cleared;
            let last = json!({ "last": mark.cleared }).to_string();
            batch.push_str(&event("cleared", None, &last));
        }
    }

    /// What is between the last and the next has left the ring, unless somebody had it forgotten.
    fn say_lost(&self, next: u64, batch: &mut String) {
        let Some(after) = self.after else {
            return;
        };
        let known = after.max(self.cleared);
        let count = next.saturating_sub(known).saturating_sub(1);
        if count > 0 {
            let data = json!({ "lost": count, "oldest": next }).to_string();
            batch.push_str(&event("lost", None, &data));
        }
    }
}

/// JSON has no line ends in it.
fn event(name: &str, id: Option<u64>, data: &str) -> String {
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    format!("event: {name}\n{id}data: {data}\n\n")
}

#[cfg(all(test, feature = "proxy"))]
mod tests {
    use super::super::inspector::{Inspector, Source, tests::ring};
    use super::{Filter, Mark, REST, Stream, send};
    use std::prelude::rust_2024::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Semaphore, mpsc};
    use tokio::time::Instant;

    #[test]
    fn it_rests_nine_times_as_long_as_it_worked() {
        let mut stream = Stream::new(Filter::default(), Mark::default());
        stream.worked = Duration::from_millis(7);
        assert_eq!(stream.rest(), Duration::from_millis(63));
        assert_eq!((stream.rest(), REST), (Duration::ZERO, 9));
    }

    /// By a clock that goes on in rests alone: there is one after each batch.
    #[test]
    fn there_is_a_rest_between_batches() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(async {
            let inspector = Arc::new(Inspector::new(ring(), Source::Proxy, None));
            let place = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
            let (to, mut sent) = mpsc::channel(1);
            tokio::spawn(send(inspector, Filter::default(), to, place));
            sent.recv().await.unwrap();
            sent.recv().await.unwrap();
            for batch in 0..5 {
                let begun = Instant::now();
                sent.recv().await.unwrap();
                assert!(begun.elapsed() > Duration::ZERO, "{batch}");
            }
        });
    }
}
