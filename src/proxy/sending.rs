//! A body on its way, whether it gets anywhere, and how long its answer may take.

use super::body::Forwarded;
use super::received::length;
use super::settings::Times;
use bytes::Bytes;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use http_body::{Body, Frame, SizeHint};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Up to this length, in bytes, a body is gone as soon as the head is.
const AT_ONCE: u64 = 65_536;
/// How often it is looked at whether a body has come that is waited for.
const LOOK: Duration = Duration::from_secs(1);

/// A body of which is known how far it got.
#[derive(Debug)]
pub(crate) struct Sending<B: Body = Forwarded> {
    body: B,
    /// Where its length is known.
    left: Option<u64>,
    noted: Option<Noted>,
}

/// How far a body got, as whoever waits for the answer sees it. A short one is over from the beginning.
#[derive(Debug)]
pub(crate) struct Progress {
    began: Instant,
    noted: Option<Noted>,
}

/// What was done last, and when.
#[derive(Clone, Debug)]
struct Noted {
    began: Instant,
    /// Microseconds since it began, and in the two lowest bits a [`Step`].
    last: Arc<AtomicU64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing is asked for yet: there may be no connection.
    Begun,
    /// The next piece does not come: its sender has a time of their own for that.
    Waits,
    /// The upstream has a piece, and asks for no other yet.
    Taken,
    /// It has the last one.
    Over,
}

/// What an upstream did not do in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// Take the next piece of the body, within [`Times::idle`].
    Body,
    /// Answer, within [`Times::answer`].
    Answer,
}

/// What `answer` gives, while the upstream takes the body in time, and answers in time from its end on.
///
/// # Errors
/// What took too long.
pub(crate) async fn within<F: Future>(
    answer: F,
    progress: &Progress,
    times: &Times,
) -> Result<F::Output, Late> {
    let mut answer = pin!(answer);
    loop {
        let (limit, late) = progress.limit(times);
        // What is done meanwhile has a limit of its own, which is not before this.
        let next = match late {
            Some(Late::Answer) => limit,
            _ => limit.min(
                progress
                    .began
                    .elapsed()
                    .saturating_add(times.idle.min(times.answer)),
            ),
        };
        // A time without an end is none.
        let Some(at) = progress.began.checked_add(next) else {
            return Ok(answer.await);
        };
        if let Ok(answer) = timeout_at(at, &mut answer).await {
            return Ok(answer);
        }
        if let Some(late) = late.filter(|_| next == limit && progress.limit(times).0 == limit) {
            return Err(late);
        }
    }
}

impl Progress {
    /// Until when the next thing has to be done, since it began, and what: `None` where that is not the
    /// upstream's to do.
    fn limit(&self, times: &Times) -> (Duration, Option<Late>) {
        let Some(noted) = &self.noted else {
            return (times.answer, Some(Late::Answer));
        };
        let last = noted.last.load(Relaxed);
        let (limit, late) = match last & 3 {
            0 => (times.connect.saturating_add(times.idle), Late::Body),
            1 => return (self.began.elapsed().saturating_add(LOOK), None),
            2 => (times.idle, Late::Body),
            _ => (times.answer, Late::Answer),
        };
        let since_began = Duration::from_micros(last >> 2).saturating_add(limit);
        (since_began, Some(late))
    }
}

impl Noted {
    fn note(&self, step: Step) {
        let micros = self.began.elapsed().as_micros();
        // Hundreds of thousands of years fit.
        let micros = u64::try_from(micros).unwrap_or(u64::MAX) << 2;
        self.last.store(micros | step as u64, Relaxed);
    }
}

impl<B: Body<Data = Bytes>> Sending<B> {
    pub(crate) fn new(body: B) -> (Self, Progress) {
        let left = body.size_hint().exact();
        let is_short = left.is_some_and(|all| all <= AT_ONCE);
        let began = Instant::now();
        let noted = (!is_short).then(|| Noted {
            began,
            last: Arc::new(AtomicU64::new(Step::Begun as u64)),
        });
        let progress = Progress {
            began,
            noted: noted.clone(),
        };
        (Self { body, left, noted }, progress)
    }

    /// Of a body that is over, nothing is asked any more: over HTTP/1 that is the last byte of its length.
    fn step(&mut self, frame: &Poll<Option<Result<Frame<Bytes>, B::Error>>>) -> Step {
        match frame {
            Poll::Pending => Step::Waits,
            Poll::Ready(Some(Ok(frame))) => {
                self.left = self.left.map(|left| left.saturating_sub(length(frame)));
                if self.left == Some(0) || frame.is_trailers() || self.body.is_end_stream() {
                    Step::Over
                } else {
                    Step::Taken
                }
            }
            Poll::Ready(_) => Step::Over,
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Sending<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if self.noted.is_some() {
            let step = self.step(&frame);
            if let Some(noted) = &self.noted {
                noted.note(step);
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for Sending<B> {
    /// Nothing more of it is taken.
    fn drop(&mut self) {
        if let Some(noted) = &self.noted {
            noted.note(Step::Over);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::convert::Infallible;
    use http_body_util::BodyExt;
    use std::future::pending;
    use std::vec;
    use tokio::time::{sleep, timeout};

    const SECOND: Duration = Duration::from_secs(1);
    const PIECE: usize = 100_000;

    /// So many pieces, of a length that is known or not; where there are none left, the next does not come.
    struct Pieces(usize, bool);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let Some(left) = self.0.checked_sub(1) else {
                return Poll::Pending;
            };
            self.0 = left;
            Poll::Ready(Some(Ok(Frame::data(vec![0; PIECE].into()))))
        }

        fn size_hint(&self) -> SizeHint {
            if self.1 {
                SizeHint::with_exact((self.0 * PIECE) as u64)
            } else {
                SizeHint::default()
            }
        }
    }

    fn times() -> Times {
        Times {
            connect: 5 * SECOND,
            answer: 300 * SECOND,
            idle: 60 * SECOND,
            tunnel: SECOND,
        }
    }

    /// What comes of an upstream that takes a piece each second, `taken` in all, and says nothing.
    async fn silent(body: Pieces, taken: usize) -> (Late, Duration) {
        let (mut body, progress) = Sending::new(body);
        let upstream = async {
            for _ in 0..taken {
                sleep(SECOND).await;
                body.frame().await.unwrap().unwrap();
            }
            pending::<()>().await;
        };
        let began = Instant::now();
        let late = within(upstream, &progress, &times()).await.unwrap_err();
        (late, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn its_times_count_from_the_last_piece() {
        for (pieces, is_known, taken, late, after) in [
            (2, true, 0, Late::Body, 65),
            (2, true, 1, Late::Body, 1 + 60),
            (2, false, 1, Late::Body, 1 + 60),
            (200, true, 199, Late::Body, 199 + 60),
            (1, true, 1, Late::Answer, 1 + 300),
            (200, true, 200, Late::Answer, 200 + 300),
            (0, true, 0, Late::Answer, 300),
        ] {
            let outcome = silent(Pieces(pieces, is_known), taken).await;
            assert_eq!(outcome, (late, after * SECOND), "{taken} of {pieces}");
        }
    }

    /// Where the one is shorter than the other, too.
    #[tokio::test(start_paused = true)]
    async fn an_answer_may_have_less_time_than_a_body() {
        for (idle, answer) in [(60, 2), (2, 60)] {
            let times = Times {
                idle: idle * SECOND,
                answer: answer * SECOND,
                ..times()
            };
            let (mut body, progress) = Sending::new(Pieces(2, true));
            let upstream = async {
                for _ in 0..2 {
                    sleep(SECOND).await;
                    body.frame().await.unwrap().unwrap();
                }
                pending::<()>().await;
            };
            let began = Instant::now();
            let late = within(upstream, &progress, &times).await;
            assert_eq!(late, Err(Late::Answer));
            assert_eq!(began.elapsed(), (2 + answer) * SECOND);
        }
    }

    /// Of a body that does not come, its sender is to blame: the time for that is in another place.
    #[tokio::test(start_paused = true)]
    async fn who_does_not_send_does_not_make_the_upstream_late() {
        let (mut body, progress) = Sending::new(Pieces(1, false));
        let upstream = async {
            body.frame().await.unwrap().unwrap();
            let next = timeout(1_000 * SECOND, body.frame()).await;
            assert!(next.is_err());
        };
        let began = Instant::now();
        assert_eq!(within(upstream, &progress, &times()).await, Ok(()));
        assert_eq!(began.elapsed(), 1_000 * SECOND);
    }

    /// A body that nobody has any more is over.
    #[tokio::test(start_paused = true)]
    async fn an_upstream_that_lets_go_of_the_body_has_its_time() {
        let (body, progress) = Sending::new(Pieces(2, true));
        let upstream = async {
            sleep(SECOND).await;
            drop(body);
            pending::<()>().await;
        };
        let began = Instant::now();
        let late = within(upstream, &progress, &times()).await;
        assert_eq!((late, began.elapsed()), (Err(Late::Answer), 301 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_without_an_end_is_none() {
        let mut times = times();
        times.answer = Duration::MAX;
        let (_body, progress) = Sending::new(Pieces(0, true));
        let outcome = within(sleep(1_000_000 * SECOND), &progress, &times).await;
        assert_eq!(outcome, Ok(()));
    }
}
