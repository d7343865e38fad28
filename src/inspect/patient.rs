//! A connection whose reader has to read.

use std::io;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// For the reader to take anything of what waits for it.
pub(super) const WRITE: Duration = Duration::from_secs(30);

/// Whoever takes nothing for that long is cut off: it holds a place that others wait for.
pub(super) struct Patient<S> {
    stream: S,
    patience: Duration,
    late: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            late: None,
        }
    }

    fn in_time<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.late = None;
            return written;
        }
        let patience = self.patience;
        let late = self.late.get_or_insert_with(|| Box::pin(sleep(patience)));
        late.as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.in_time(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.in_time(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{Patient, WRITE};
    use std::io;
    use std::prelude::rust_2024::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Instant, sleep};

    fn run(task: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(task);
    }

    #[test]
    fn who_reads_nothing_is_cut_off() {
        run(async {
            let (stream, _reader) = tokio::io::duplex(64);
            let mut stream = Patient::new(stream, WRITE);
            let begun = Instant::now();
            let error = stream.write_all(&[0; 65]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(begun.elapsed().as_secs(), WRITE.as_secs());
        });
    }

    #[test]
    fn who_reads_a_little_has_time() {
        run(async {
            let (stream, mut reader) = tokio::io::duplex(64);
            let mut stream = Patient::new(stream, WRITE);
            let reads = tokio::spawn(async move {
                for _ in 0..20 {
                    sleep(WRITE.saturating_sub(Duration::from_secs(1))).await;
                    reader.read_exact(&mut [0; 64]).await.unwrap();
                }
            });
            stream.write_all(&[0; 64 * 20]).await.unwrap();
            reads.await.unwrap();
        });
    }
}
