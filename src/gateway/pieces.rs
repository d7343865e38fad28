//! The body of an answer.

use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::string::ToString;
use std::task::{Context, Poll};
use std::vec::{IntoIter, Vec};

/// A body in pieces. Others may hold the same pieces: however many callers take their time
/// over an answer, its bytes are there once.
#[derive(Debug)]
pub(crate) struct Pieces {
    pieces: IntoIter<Bytes>,
    left: u64,
}

impl From<Vec<Bytes>> for Pieces {
    fn from(pieces: Vec<Bytes>) -> Self {
        let lengths = pieces.iter().map(|piece| piece.len() as u64);
        Self {
            left: lengths.fold(0, u64::saturating_add),
            pieces: pieces.into_iter(),
        }
    }
}

impl From<serde_json::Value> for Pieces {
    fn from(json: serde_json::Value) -> Self {
        [Bytes::from(json.to_string())].to_vec().into()
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.pieces.next();
        let length = next.as_ref().map_or(0, |piece| piece.len() as u64);
        self.left = self.left.saturating_sub(length);
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
