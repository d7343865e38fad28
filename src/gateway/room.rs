//! The memory for bodies, and for the answers that repeat them.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that are taken as they come to be there.
///
/// Where the common part is used up, one taker at a time may go on to its end, so that
/// takers which wait for each other come to an end, too.
pub(crate) struct Room {
    /// A permit a byte.
    common: Arc<Semaphore>,
    /// Room for one taker, of any length: it gives back what it has of the common part.
    last: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(common: usize) -> Self {
        Self {
            common: Semaphore::new(common).into(),
            last: Semaphore::new(1).into(),
        }
    }
}

/// What one request has taken of the room, until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    taken: usize,
    common: Option<OwnedSemaphorePermit>,
    last: Option<OwnedSemaphorePermit>,
}

impl Permits {
    /// Permits for so many bytes in all. Nobody closes the semaphores.
    pub(crate) async fn cover(&mut self, bytes: usize, room: &Room) {
        let more = bytes.saturating_sub(self.taken);
        if more == 0 || self.last.is_some() {
            return;
        }
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let mut common = pin!(Arc::clone(&room.common).acquire_many_owned(more));
        let mut last = pin!(Arc::clone(&room.last).acquire_owned());
        poll_fn(|context| {
            if let Poll::Ready(Ok(permit)) = common.as_mut().poll(context) {
                match &mut self.common {
                    Some(common) => common.merge(permit),
                    none => *none = Some(permit),
                }
                self.taken = bytes;
                return Poll::Ready(());
            }
            last.as_mut().poll(context).map(|permit| {
                self.last = permit.ok();
                self.common = None;
            })
        })
        .await;
    }
}
