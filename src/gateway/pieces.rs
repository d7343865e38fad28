//! The body of an answer.

use super::room::Permits;
use hyper::body::{Body, Buf, Bytes, Frame, SizeHint};
use std::boxed::Box;
use std::convert::Infallible;
use std::pin::Pin;
use std::string::{String, ToString};
use std::task::{Context, Poll};
use std::vec::{IntoIter, Vec};

/// A body in pieces. Others may hold the same pieces: however many callers take their time
/// over an answer, its bytes are there once.
#[derive(Debug)]
pub(crate) struct Pieces {
    to_come: IntoIter<Bytes>,
    left: u64,
    held: Option<Box<Permits>>,
}

impl Pieces {
    /// The next of them.
    #[cfg(feature = "inspect")]
    pub(crate) fn first(&self) -> Option<Bytes> {
        self.to_come.as_slice().first().cloned()
    }

    /// With what is held until the last byte is sent.
    pub(crate) fn holding(mut self, permits: Permits) -> Self {
        self.held = Some(Box::new(permits));
        self
    }
}

/// A piece on its way. Who sends it drops it after its last byte.
#[derive(Debug)]
pub(crate) struct Piece {
    bytes: Bytes,
    _held: Option<Box<Permits>>,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
    }
}

impl From<Vec<Bytes>> for Pieces {
    fn from(pieces: Vec<Bytes>) -> Self {
        let lengths = pieces.iter().map(|piece| piece.len() as u64);
        Self {
            left: lengths.fold(0, u64::saturating_add),
            to_come: pieces.into_iter(),
            held: None,
        }
    }
}

impl From<String> for Pieces {
    fn from(text: String) -> Self {
        [Bytes::from(text)].to_vec().into()
    }
}

impl From<serde_json::Value> for Pieces {
    fn from(json: serde_json::Value) -> Self {
        json.to_string().into()
    }
}

impl Body for Pieces {
    type Data = Piece;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, Infallible>>> {
        let next = self.to_come.next();
        let length = next.as_ref().map_or(0, |piece| piece.len() as u64);
        self.left = self.left.saturating_sub(length);
        let is_last = self.left == 0;
        let held = self.held.take_if(|_| is_last);
        Poll::Ready(next.map(|bytes| Ok(Frame::data(Piece { bytes, _held: held }))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
