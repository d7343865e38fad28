//! An answer's body that has been looked into: nothing of it is lost, or in another order.

use super::received::length;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::timeout;

/// What was read of a body, and then the rest of it.
pub(crate) struct Peeked<B: Body> {
    read: VecDeque<Frame<Bytes>>,
    /// What the rest broke with.
    broken: Option<B::Error>,
    rest: B,
    /// Whether the rest has been read to its end, in whatever way.
    ended: bool,
    /// What came before an error is given time to be sent: at an error, hyper drops what it has not
    /// written.
    waited: bool,
}

impl<B: Body<Data = Bytes> + Unpin> Peeked<B> {
    /// Nothing is read yet.
    pub(crate) fn new(rest: B) -> Self {
        Self {
            read: VecDeque::new(),
            broken: None,
            rest,
            ended: false,
            waited: false,
        }
    }

    /// All of its data, where there are no more than so many bytes, and they are here in time.
    pub(crate) async fn look(&mut self, limit: usize, time: Duration) -> Option<Vec<u8>> {
        if self.rest.size_hint().lower() > limit as u64 {
            return None;
        }
        timeout(time, self.read_all(limit)).await.ok()?
    }

    /// `None` where there is more, or it breaks off.
    async fn read_all(&mut self, limit: usize) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        while !self.ended && !self.rest.is_end_stream() {
            let rest = &mut self.rest;
            let next = poll_fn(|context| Pin::new(&mut *rest).poll_frame(context)).await;
            match next {
                None => self.ended = true,
                Some(Err(error)) => {
                    self.ended = true;
                    self.broken = Some(error);
                    return None;
                }
                Some(Ok(frame)) => {
                    let data = frame.data_ref().cloned().unwrap_or_default();
                    self.read.push_back(frame);
                    if data.len() > limit.saturating_sub(all.len()) {
                        return None;
                    }
                    all.extend_from_slice(&data);
                }
            }
        }
        Some(all)
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Peeked<B>
where
    B::Error: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if !self.ended {
            match ready!(Pin::new(&mut self.rest).poll_frame(context)) {
                Some(Err(error)) => {
                    self.ended = true;
                    self.broken = Some(error);
                }
                frame => return Poll::Ready(frame),
            }
        }
        if self.broken.is_some() && !self.waited {
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.broken.take().map(Err))
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.broken.is_none() && (self.ended || self.rest.is_end_stream())
    }

    /// As long as what was read and what is to come.
    fn size_hint(&self) -> SizeHint {
        let lengths = self.read.iter().map(length);
        let read = lengths.fold(0, u64::saturating_add);
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::Peeked;
    use bytes::Bytes;
    use http::HeaderMap;
    use http_body::{Body, Frame, SizeHint};
    use http_body_util::BodyExt;
    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::prelude::rust_2024::*;
    use std::task::{Context, Poll};
    use std::time::Duration;
    use std::vec;

    type Step = Option<Result<Frame<Bytes>, &'static str>>;

    /// What comes; nothing more where the last is none.
    struct Coming(VecDeque<Step>, Option<u64>);

    impl Body for Coming {
        type Data = Bytes;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
            match self.0.pop_front() {
                Some(None) => {
                    self.0.push_front(None);
                    Poll::Pending
                }
                Some(step) => Poll::Ready(step),
                None => Poll::Ready(None),
            }
        }

        fn size_hint(&self) -> SizeHint {
            self.1.map_or_else(SizeHint::default, SizeHint::with_exact)
        }
    }

    #[allow(clippy::unnecessary_wraps)] // as every step is
    fn data(text: &'static str) -> Step {
        Some(Ok(Frame::data(Bytes::from(text))))
    }

    fn looked(
        steps: Vec<Step>,
        length: Option<u64>,
    ) -> (Option<Vec<u8>>, Vec<Result<String, &'static str>>) {
        let stays_away = steps.iter().any(Option::is_none);
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
            .block_on(async {
                let mut body = Peeked::new(Coming(steps.into(), length));
                let seen = body.look(8, Duration::from_millis(20)).await;
                if stays_away {
                    body.rest.0.pop_front();
                }
                let mut after = Vec::new();
                while let Some(frame) = body.frame().await {
                    after.push(frame.map(|frame| match frame.into_data() {
                        Ok(data) => String::from_utf8_lossy(&data).into_owned(),
                        Err(_) => "trailers".to_owned(),
                    }));
                }
                assert!(body.is_end_stream() || after.last().is_some_and(Result::is_ok));
                (seen, after)
            })
    }

    #[test]
    fn nothing_is_lost() {
        let whole = vec![data("12345"), data("678")];
        let all = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| Ok((*text).to_owned()))
                .collect::<Vec<_>>()
        };
        let seen = looked(whole.clone_steps(), None);
        assert_eq!(seen, (Some(b"12345678".to_vec()), all(&["12345", "678"])));
        let mut longer = whole.clone_steps();
        longer.extend([data("9"), data("and more")]);
        let seen = looked(longer, None);
        assert_eq!(seen, (None, all(&["12345", "678", "9", "and more"])));
        // Said to be longer: not even begun.
        let seen = looked(whole.clone_steps(), Some(9));
        assert_eq!(seen, (None, all(&["12345", "678"])));
        // Too slow, and then it comes all the same.
        let slow = vec![data("12"), None, data("3")];
        assert_eq!(looked(slow, None), (None, all(&["12", "3"])));
        let broken = vec![data("12"), Some(Err("gone"))];
        let (seen, after) = looked(broken, None);
        assert_eq!(seen, None);
        assert_eq!(after, [Ok("12".to_owned()), Err("gone")]);
        let with_trailers = vec![data("12"), Some(Ok(Frame::trailers(HeaderMap::new())))];
        let seen = looked(with_trailers, None);
        assert_eq!(seen, (Some(b"12".to_vec()), all(&["12", "trailers"])));
        assert_eq!(looked(Vec::new(), None), (Some(Vec::new()), Vec::new()));
    }

    /// Frames are not `Clone`.
    trait CloneSteps {
        fn clone_steps(&self) -> Vec<Step>;
    }

    impl CloneSteps for Vec<Step> {
        fn clone_steps(&self) -> Vec<Step> {
            self.iter()
                .map(|step| {
                    let frame = step.as_ref()?.as_ref().ok()?;
                    Some(Ok(Frame::data(frame.data_ref()?.clone())))
                })
                .collect()
        }
    }
}
