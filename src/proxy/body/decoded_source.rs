//! The caller's body, decoded where it came as `aws-chunked`.

use super::arrival::Arrival;
use super::body_fault::BodyFault;
use crate::adapter::tower::{BoxError, DecodedBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::boxed::Box;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is read of the caller's body.
pub(super) enum Source<B> {
    Plain(Arrival<B>),
    /// With the trailers of `aws-chunked`, not with those of HTTP.
    Decoded(Box<DecodedBody<Arrival<B>>>),
}

impl<B> Body for Source<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match &mut *self {
            Self::Plain(body) => Pin::new(body).poll_frame(context),
            Self::Decoded(body) => Pin::new(&mut **body)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(BodyFault::from))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Plain(body) => body.is_end_stream(),
            Self::Decoded(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Plain(body) => body.size_hint(),
            Self::Decoded(body) => body.size_hint(),
        }
    }
}
