//! Bodies as they arrive, within what all of them together may take.

use super::limits::Limits;
use super::reply::Reply;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::vec::Vec;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The memory for bodies. A body takes of it as its bytes arrive, so a caller who sends
/// nothing holds nothing.
///
/// Each connection has a share of its own, so a short body waits for nobody. What is longer
/// takes of the common part; where that is used up, one body at a time may go on to its end,
/// so that bodies which wait for each other come to an end, too.
pub(crate) struct Bodies {
    limits: Limits,
    /// Bytes that need no permit.
    share: usize,
    /// A permit a byte.
    common: Semaphore,
    /// Room for one body of any length.
    last: Semaphore,
}

impl Bodies {
    /// The parts are `bodies` bytes together.
    pub(crate) fn new(limits: Limits) -> Self {
        let beside_last = limits.bodies.saturating_sub(limits.body);
        let share = (beside_last / 2)
            .checked_div(limits.connections)
            .unwrap_or_default();
        let common = beside_last.saturating_sub(share.saturating_mul(limits.connections));
        Self {
            limits,
            share,
            common: Semaphore::new(common),
            last: Semaphore::new(1),
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// The answer to one that is too long, too slow or cut off.
    pub(crate) async fn read<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
    ) -> Result<Vec<u8>, Reply> {
        let announced = body.size_hint().lower();
        if usize::try_from(announced).unwrap_or(usize::MAX) > self.limits.body {
            return Err(Reply::too_long());
        }
        timeout(self.limits.read, self.collect(body))
            .await
            .unwrap_or_else(|_| Err(Reply::request_timeout()))
    }

    async fn collect<B: Body<Data = Bytes> + Unpin>(&self, body: &mut B) -> Result<Vec<u8>, Reply> {
        let mut bytes = Vec::new();
        let mut permits = Permits::default();
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                return Err(Reply::bad_request("Bad Request"));
            };
            let Ok(data) = frame.into_data() else {
                continue; // trailers
            };
            let length = bytes.len().saturating_add(data.len());
            if length > self.limits.body {
                return Err(Reply::too_long());
            }
            permits.cover(length.saturating_sub(self.share), self).await;
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    }

    /// Takes what is still to come of a body that nobody needs, so that its sender gets to
    /// read the answer: a connection that is closed on unread bytes is reset. It costs no
    /// memory, and what takes longer than a body may is cut off.
    pub(crate) async fn discard<B: Body<Data = Bytes> + Unpin>(limits: Limits, mut body: B) {
        let all = async { while let Some(Ok(_)) = body.frame().await {} };
        let _ = timeout(limits.read, all).await;
    }
}

/// What a body has taken of the common part.
#[derive(Default)]
struct Permits<'b> {
    taken: usize,
    common: Option<SemaphorePermit<'b>>,
    last: Option<SemaphorePermit<'b>>,
}

impl<'b> Permits<'b> {
    /// Permits for so many bytes in all. Nobody closes the semaphores.
    async fn cover(&mut self, bytes: usize, bodies: &'b Bodies) {
        let more = bytes.saturating_sub(self.taken);
        if more == 0 || self.last.is_some() {
            return;
        }
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let mut common = pin!(bodies.common.acquire_many(more));
        let mut last = pin!(bodies.last.acquire());
        poll_fn(|context| {
            if let Poll::Ready(Ok(permit)) = common.as_mut().poll(context) {
                match &mut self.common {
                    Some(common) => common.merge(permit),
                    none => *none = Some(permit),
                }
                self.taken = bytes;
                return Poll::Ready(());
            }
            last.as_mut()
                .poll(context)
                .map(|permit| self.last = permit.ok())
        })
        .await;
    }
}
