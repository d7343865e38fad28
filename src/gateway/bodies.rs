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
use std::vec::Vec;
use tokio::time::timeout;

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

    /// The same of a body that is not kept. Nothing is said of its length before it arrives.
    pub(crate) async fn receive<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
        upload: &mut Upload,
    ) -> Result<(), RefusalReason> {
        let all = async {
            let mut permits = Permits::default();
            while let Some(data) = next(body).await? {
                let beyond = upload.held_with(data.len()).saturating_sub(self.share);
                permits.cover(beyond, &self.room).await;
                upload.put(&data)?;
            }
            Ok(())
        };
        timeout(self.limits.read, all)
            .await
            .unwrap_or(Err(RefusalReason::BodyTooSlow))
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
    /// memory, and what takes longer than a body may is cut off.
    pub(crate) async fn discard<B: Body<Data = Bytes> + Unpin>(limits: Limits, mut body: B) {
        let all = async { while let Some(Ok(_)) = body.frame().await {} };
        let _ = timeout(limits.read, all).await;
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
