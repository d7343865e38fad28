//! An upstream of HTTP/2 without TLS whose answers end as those of most servers do: in an empty frame of its
//! own behind the data.

use crate::harness::route;
use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sigv4::proxy::{Route, Upstream};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpListener;

/// So many bytes, of a length that is known.
struct Zeros(u64);

const PIECE: u64 = 16 << 10;

impl Body for Zeros {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static ZEROS: [u8; PIECE as usize] = [0; PIECE as usize];
        let length = self.0.min(PIECE);
        self.0 -= length;
        let piece = || Frame::data(Bytes::from_static(&ZEROS[..length as usize]));
        Poll::Ready((length > 0).then(|| Ok(piece())))
    }

    // Whether it is over is seen when it is asked for more.
    fn is_end_stream(&self) -> bool {
        false
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

/// Its port. The answers have the length that the target is worth.
pub async fn h2_upstream(length: impl Fn(&str) -> u64 + Clone + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let length = length.clone();
            let service = service_fn(move |request: http::Request<_>| {
                let _: &hyper::body::Incoming = request.body();
                let length = length(request.uri().path());
                let answer = Response::builder().header("content-length", length);
                async move { Ok::<_, Infallible>(answer.body(Zeros(length)).unwrap()) }
            });
            let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
        }
    });
    port
}

/// The way there.
pub fn over_h2(port: u16) -> Route {
    let mut route = route(port);
    if let Upstream::Fixed { h2c, .. } = &mut route.upstream {
        *h2c = true;
    }
    route
}
