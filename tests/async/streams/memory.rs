//! A body of any length costs as much memory as a chunk.

use super::{URL, policy, signing};
use crate::served::{Request, Response, run, under};
use allocation_counter::measure;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use sigv4::stream::DEFAULT_CHUNK_SIZE;
use sigv4::tower::{Body, BoxError, Chunks};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, ServiceExt};

const LENGTH: u64 = 64 << 20;

/// Nothing but zeros, in frames that are no chunks. Nothing of it is ever in memory.
struct Zeros(u64);

static FRAME: [u8; 60_000] = [0; 60_000];

impl http_body::Body for Zeros {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = usize::try_from(self.0).unwrap().min(FRAME.len());
        self.0 -= length as u64;
        let frame = || Ok(Frame::data(Bytes::from_static(&FRAME[..length])));
        Poll::Ready((length > 0).then(frame))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

/// From one layer to the other, and as it is without them.
#[test]
fn memory_is_that_of_a_chunk() {
    let handler = tower::service_fn(|request: Request<Body>| async {
        let (mut body, mut length) = (request.into_body(), 0);
        while let Some(frame) = body.frame().await {
            length += frame?.into_data().map_or(0, |data| data.len() as u64);
        }
        assert_eq!(length, LENGTH);
        Ok::<_, BoxError>(Response::new("stored".into()))
    });
    let server = under(&policy()).stream_limit(LENGTH).layer(handler);
    let client = signing(Chunks::signed()).layer(server);
    let request = Request::put(URL).body(Zeros(LENGTH)).unwrap();
    let cost = measure(|| {
        let response = run(client.oneshot(request)).unwrap();
        assert_eq!(*response.body(), "stored");
    });
    // One that is collected, and one that is held.
    assert!(cost.bytes_max < 6 * DEFAULT_CHUNK_SIZE as u64, "{cost:?}");
}
