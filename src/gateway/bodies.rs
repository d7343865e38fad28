//! Bodies as they arrive, within what all of them together may take.

use super::limits::Limits;
use super::reply::Reply;
use super::room::{Permits, Room};
use super::s3::upload::Upload;
use crate::verify::refusal::reason::RefusalReason;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;
use tokio::time::{Instant, timeout};

/// The memory for bodies. A body takes of it as its bytes arrive, so a caller who sends
/// nothing holds nothing; an answer that repeats a body takes of it until it is sent, so a
/// caller who does not read holds no more than one who sends.
///
/// Each connection has a share of its own, so a short body waits for nobody. What is longer
/// takes of the room that all have in common.
pub(crate) struct Bodies {
    limits: Limits,
    /// Bytes that need no permit.
    share: usize,
    room: Room,
}

/// A body, and whether it was asked for: the first time that it is, `100 Continue` is sent to who
/// waits for it (RFC 9110, 10.1.1).
pub(crate) struct Asked<B> {
    inner: B,
    began: bool,
}

impl<B> Asked<B> {
    pub(crate) fn new(inner: B) -> Self {
        let began = false;
        Self { inner, began }
    }

    pub(crate) fn began(&self) -> bool {
        self.began
    }
}

impl<B: Body + Unpin> Body for Asked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.began = true;
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A whole body, and what it has taken of the room.
pub(crate) struct Whole {
    pub(crate) bytes: Vec<u8>,
    pub(crate) permits: Permits,
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
            room: Room::new(common),
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// The answer to one that is too long, too slow or cut off.
    pub(crate) async fn read<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
    ) -> Result<Whole, RefusalReason> {
        let announced = body.size_hint().lower();
        if usize::try_from(announced).unwrap_or(usize::MAX) > self.limits.body {
            return Err(RefusalReason::BodyTooLong);
        }
        timeout(self.limits.read, self.collect(body))
            .await
            .unwrap_or(Err(RefusalReason::BodyTooSlow))
    }

    /// The same of a body that is not kept, and so may be long: what has to come in time is each
    /// 8 KiB of it. Nothing is said of its length before it arrives.
    pub(crate) async fn receive<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
        upload: &mut Upload,
    ) -> Result<(), RefusalReason> {
        let mut permits = Permits::default();
        let mut pace = Pace::new(self.limits.read);
        while let Some(data) = pace.next(body).await? {
            let beyond = upload.held_with(data.len()).saturating_sub(self.share);
            timeout(self.limits.read, permits.cover(beyond, &self.room))
                .await
                .map_err(|_| RefusalReason::BodyTooSlow)?;
            upload.put(&data)?;
        }
        Ok(())
    }

    async fn collect<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
    ) -> Result<Whole, RefusalReason> {
        let mut bytes = Vec::new();
        let mut permits = Permits::default();
        while let Some(data) = next(body).await? {
            let length = bytes.len().saturating_add(data.len());
            if length > self.limits.body {
                return Err(RefusalReason::BodyTooLong);
            }
            let beyond = length.saturating_sub(self.share);
            permits.cover(beyond, &self.room).await;
            bytes.extend_from_slice(&data);
        }
        Ok(Whole { bytes, permits })
    }

    /// The length of the longest answer that repeats a body, in bytes.
    pub(crate) fn longest_answer(&self) -> usize {
        self.limits.body.max(self.share)
    }

    /// Permits for an answer of `length` bytes that repeats a body, to be held until it is
    /// sent.
    ///
    /// # Errors
    /// The answer where others hold what it needs for longer than a body may take.
    pub(crate) async fn room_for_answer(
        &self,
        length: usize,
        permits: &mut Permits,
    ) -> Result<(), Reply> {
        let beyond = length.saturating_sub(self.share);
        timeout(self.limits.read, permits.cover(beyond, &self.room))
            .await
            .map_err(|_| Reply::too_many())
    }

    /// Takes what is still to come of a body that nobody needs, so that its sender gets to
    /// read the answer: a connection that is closed on unread bytes is reset. It costs no
    /// memory, and what takes longer than 8 KiB may is cut off.
    pub(crate) async fn discard<B: Body<Data = Bytes> + Unpin>(limits: Limits, mut body: B) {
        let mut pace = Pace::new(limits.read);
        while let Ok(Some(_)) = pace.next(&mut body).await {}
    }
}

/// For less than this, in bytes, a sender gets no more time.
const PROGRESS: usize = 8_192;

/// How much of its time a sender has left. What is done with its bytes is none of it.
pub(crate) struct Pace {
    time: Duration,
    left: Duration,
    came: usize,
}

impl Pace {
    pub(crate) fn new(time: Duration) -> Self {
        Self {
            time,
            left: time,
            came: 0,
        }
    }

    /// The next bytes; `None` behind the last. What is there already is taken at any time.
    pub(crate) async fn next<B: Body<Data = Bytes> + Unpin>(
        &mut self,
        body: &mut B,
    ) -> Result<Option<Bytes>, RefusalReason> {
        let asked = Instant::now();
        let data = timeout(self.left, next(body))
            .await
            .map_err(|_| RefusalReason::BodyTooSlow)??;
        self.left = self.left.saturating_sub(asked.elapsed());
        self.came = self
            .came
            .saturating_add(data.as_ref().map_or(0, Bytes::len));
        if self.came >= PROGRESS {
            *self = Self::new(self.time);
        }
        Ok(data)
    }
}

/// The next bytes; `None` behind the last.
async fn next<B: Body<Data = Bytes> + Unpin>(body: &mut B) -> Result<Option<Bytes>, RefusalReason> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| RefusalReason::BodyCutOff)?;
        // Anything else is trailers.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::boxed::Box;
    use std::convert::Infallible;
    use std::vec;
    use tokio::time::{Sleep, sleep};

    const READ: Duration = Duration::from_secs(10);

    /// So many pieces of `length` bytes, each of which takes its time.
    struct Slow {
        pieces: usize,
        length: usize,
        every: Duration,
        sleep: Option<Pin<Box<Sleep>>>,
    }

    impl Body for Slow {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let every = self.every;
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(every)));
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
            let Some(left) = self.pieces.checked_sub(1) else {
                return Poll::Ready(None);
            };
            self.pieces = left;
            let bytes = vec![b'x'; self.length].into();
            Poll::Ready(Some(Ok(Frame::data(bytes))))
        }
    }

    /// What becomes of such a body, and after which time.
    fn received(pieces: usize, length: usize, every: u64) -> (Result<(), RefusalReason>, Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let limits = Limits {
            read: READ,
            ..Limits::default()
        };
        let mut body = Slow {
            pieces,
            length,
            every: Duration::from_secs(every),
            sleep: None,
        };
        runtime.block_on(async {
            let begun = Instant::now();
            let mut upload = Upload::new(None, false, &[], limits.body).unwrap();
            let outcome = Bodies::new(limits).receive(&mut body, &mut upload).await;
            (outcome, begun.elapsed())
        })
    }

    #[test]
    fn what_has_to_come_in_time_is_8_kib() {
        let (outcome, took) = received(100, PROGRESS, 9);
        assert_eq!(outcome, Ok(()));
        assert_eq!(took.as_secs(), 909);
        let (outcome, took) = received(100, PROGRESS / 2, 4);
        assert_eq!((outcome, took.as_secs()), (Ok(()), 404));
        for (pieces, length, every) in [(100, PROGRESS - 1, 9), (100_000, 1, 1), (1, 1, 11)] {
            let (outcome, took) = received(pieces, length, every);
            assert_eq!(outcome, Err(RefusalReason::BodyTooSlow), "{length}");
            assert_eq!(took.as_secs(), READ.as_secs(), "{length}");
        }
    }
}
