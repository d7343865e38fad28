//! A body, read into memory.

use alloc::vec::Vec;
use bytes::{Buf, Bytes};
use core::future::poll_fn;
use core::pin::pin;
use http_body::Body;

/// Why a body is not there.
pub(crate) enum NotCollected<E> {
    /// It is longer than the limit.
    TooLong,
    Read(E),
}

/// The whole body, up to a limit, so that a stream without an end cannot fill the memory.
/// Trailers are not kept: no signature covers them.
pub(crate) async fn collect<B: Body>(
    body: B,
    limit: usize,
) -> Result<Bytes, NotCollected<B::Error>> {
    if is_longer(&body, limit) {
        return Err(NotCollected::TooLong);
    }
    let mut body = pin!(body);
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(mut data) = frame.map_err(NotCollected::Read)?.into_data() else {
            continue;
        };
        let length = first.len().saturating_add(all.len());
        if data.remaining() > limit.saturating_sub(length) {
            return Err(NotCollected::TooLong);
        }
        // Most come in one piece, which need not be copied.
        if length == 0 {
            first = data.copy_to_bytes(data.remaining());
            continue;
        }
        if all.is_empty() {
            all = core::mem::take(&mut first).into();
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            all.extend_from_slice(chunk);
            let taken = chunk.len();
            data.advance(taken);
        }
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

/// Takes what is still to come of a body that nobody needs, up to a limit, so that its sender
/// gets to read the answer: a connection that is closed on unread bytes is reset, and hyper reads once.
/// Nothing is taken where it would not do.
pub(crate) async fn discard<B: Body>(body: B, limit: usize) {
    if is_longer(&body, limit) {
        return;
    }
    let mut body = pin!(body);
    let mut left = limit;
    while let Some(Ok(frame)) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let length = frame.data_ref().map_or(0, Buf::remaining);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// Whether a body says so itself.
pub(crate) fn is_longer(body: &impl Body, limit: usize) -> bool {
    usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit)
}
