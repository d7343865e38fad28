//! One request and its answer, from the first byte to the last: what is counted of it, and its
//! line in the log.

use super::answer::Refused;
use super::cause::Cause;
use super::drain::IsOver;
use super::ending::{Broken, Ending, Side};
use super::idle::Open;
use super::inbound::Wire;
use super::listen::stream::Peer;
use super::log_line::LogLine;
use super::metrics::of_route::OfRoute;
use super::metrics::registry::Metrics;
use super::metrics::shared::Counted;
use super::received::{Received, length};
use super::recorded::Recorded;
use super::request_id::{REQUEST_ID, RequestId, RequestIds};
use crate::inspect::ring::Ring;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::{Method, Response, StatusCode, Uri};
use http_body::{Body, Frame, SizeHint};
use std::borrow::Cow;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::oneshot;

/// What is counted and named for all requests.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) metrics: Metrics,
    /// Of the server: an exchange must not keep what its tunnel waits for.
    drain: IsOver,
    ids: RequestIds,
    /// Where what passes is kept to be looked at.
    seen: Option<Arc<Ring>>,
}

/// One request, until the last byte of its answer. Counted and logged when it is dropped.
#[derive(Debug)]
pub(crate) struct Exchange {
    observed: Arc<Observed>,
    id: RequestId,
    began: Instant,
    from: Peer,
    wire: Arc<Wire>,
    /// Where they could be read.
    asked: Option<(Method, Uri)>,
    route: Arc<OfRoute>,
    caller: Option<String>,
    status: Option<StatusCode>,
    received: Option<Arc<AtomicU64>>,
    sent: u64,
    upstream: Option<Duration>,
    refused: Option<(Cause, Cow<'static, str>)>,
    explained: Option<&'static str>,
    /// None where it is whole.
    ending: Option<Ending>,
    /// Where it goes on behind its answer.
    tunnel: Option<oneshot::Sender<Self>>,
    recorded: Option<Box<Recorded>>,
    _in_flight: Counted,
    _open: Open,
}

/// The body of an answer, whose bytes are counted, and whose end is the exchange's.
#[derive(Debug)]
pub(crate) struct Sent<B> {
    body: B,
    /// Where it ends with the answer.
    exchange: Option<Exchange>,
}

impl Observed {
    pub(crate) fn new(metrics: Metrics, drain: IsOver, seen: Option<Arc<Ring>>) -> Self {
        Self {
            metrics,
            drain,
            ids: RequestIds::new(),
            seen,
        }
    }

    /// A request whose head has arrived, or something in its place.
    pub(crate) fn begin(
        self: &Arc<Self>,
        (from, wire): (Peer, &Arc<Wire>),
        asked: Option<(Method, Uri)>,
        open: Open,
    ) -> Exchange {
        Exchange {
            id: self.ids.next(),
            began: Instant::now(),
            from,
            wire: wire.clone(),
            asked,
            route: self.metrics.unrouted().clone(),
            caller: None,
            status: None,
            received: None,
            sent: 0,
            upstream: None,
            refused: None,
            explained: None,
            // Until something else is known.
            ending: Some(Ending::LEFT),
            tunnel: None,
            recorded: self.seen.is_some().then(|| Box::new(Recorded::begin())),
            _in_flight: self.metrics.in_flight(),
            _open: open,
            observed: self.clone(),
        }
    }
}

impl Exchange {
    /// It is this route's.
    pub(crate) fn takes(&mut self, route: &Arc<OfRoute>) {
        self.route = route.clone();
    }

    /// Who signed it, once that is proven.
    pub(crate) fn is_of(&mut self, caller: impl Into<String>) {
        self.caller = Some(caller.into());
    }

    /// It was signed.
    pub(crate) fn signed_since(&mut self, began: Instant) {
        self.route.signed(began.elapsed());
    }

    /// The upstream has begun its answer to what was sent from then on.
    pub(crate) fn answered_since<B>(&mut self, began: Instant, response: &Response<B>) {
        let time = began.elapsed();
        self.upstream = Some(time);
        self.route.began(time);
        if let Some(recorded) = &mut self.recorded {
            recorded.answered(response.status(), response.headers());
        }
    }

    /// The proxy answers it itself.
    pub(crate) fn refused(&mut self, refused: Refused) {
        self.observed.metrics.refused(refused.cause);
        if let Some(recorded) = &mut self.recorded {
            recorded.refused(&refused);
        }
        if let Some(caller) = refused.caller {
            self.is_of(caller);
        }
        self.refused = Some((refused.cause, refused.message));
    }

    /// What the upstream's refusal was about, where that is known.
    pub(crate) fn explained(&mut self, why: Option<&'static str>) {
        self.explained = why;
    }

    /// It goes on behind its answer, and is had from here as soon as there is one.
    pub(crate) fn tunnels(&mut self) -> oneshot::Receiver<Self> {
        let (sender, receiver) = oneshot::channel();
        self.tunnel = Some(sender);
        receiver
    }

    /// What has passed behind its answer, in bytes, and how that ended before its end.
    pub(crate) fn passed(&mut self, received: u64, sent: u64, ending: Option<Ending>) {
        self.ending = ending;
        let counted = self.received.get_or_insert_default();
        counted.fetch_add(received, Relaxed);
        self.sent = self.sent.saturating_add(sent);
    }

    /// Its head can be read.
    pub(crate) fn arrived<B>(&mut self, request: &http::Request<B>) {
        if let Some(recorded) = &mut self.recorded {
            recorded.arrived(request);
        }
    }

    /// What is sent upstream, signature and all, for whoever looks.
    pub(crate) fn passes(
        &mut self,
        request: &http::Request<()>,
        payload: Payload<'static>,
        at: Timestamp,
    ) {
        if let Some(recorded) = &mut self.recorded {
            recorded.signed(request, payload, at);
        }
    }

    /// Where the body of a refusal is left for whoever looks.
    pub(crate) fn recorded(&mut self) -> Option<&mut Recorded> {
        self.recorded.as_deref_mut()
    }

    /// What is known of an end that came without a word: a connection was dropped.
    fn told(&self, ending: Ending) -> Ending {
        match self.wire.untaken() {
            Some(limit) if ending.side == Side::Caller => Ending::untaken(Side::Caller, limit),
            None if ending == Ending::LEFT && self.observed.drain.holds() => Ending::CUT,
            _ => ending,
        }
    }

    /// Counts the bytes of its body.
    pub(crate) fn receiving<B: Body>(&mut self, body: B) -> Received<B> {
        let comes = !body.is_end_stream();
        let count = comes.then(|| self.received.get_or_insert_default().clone());
        Received::new(body, count)
    }

    /// Its answer, with its name.
    pub(crate) fn answer<B: Body>(mut self, mut response: Response<B>) -> Response<Sent<B>> {
        let status = response.status();
        self.status = Some(status);
        if let Some(id) = self.id.header() {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let is_head = matches!(&self.asked, Some((method, _)) if method == Method::HEAD);
        let has_no_body = is_head
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if has_no_body || is_over(response.body()) {
            self.ending = None;
        }
        let exchange = match self.tunnel.take() {
            // Where the tunnel is gone already, it ends here.
            Some(tunnel) => tunnel.send(self).err(),
            None => Some(self),
        };
        response.map(|body| Sent { body, exchange })
    }
}

/// What nginx logs where the caller left before there was an answer.
const LEFT: u16 = 499;

impl Drop for Exchange {
    fn drop(&mut self) {
        let left = || StatusCode::from_u16(LEFT).unwrap_or(StatusCode::BAD_REQUEST);
        let status = self.status.unwrap_or_else(left);
        let received = self
            .received
            .as_ref()
            .map_or(0, |count| count.load(Relaxed));
        let asked = self.asked.as_ref();
        let method = asked.map(|(method, _)| method);
        self.route.answered(method, status, received, self.sent);
        let ending = self.ending.take().map(|ending| self.told(ending));
        if let Some(ending) = &ending {
            self.observed.metrics.broke_off(ending.side);
        }
        if let (Some(ring), Some(recorded)) = (&self.observed.seen, self.recorded.take()) {
            let caller = self.caller.as_deref();
            let (took, ending) = (self.began.elapsed(), ending.as_ref());
            ring.put(recorded.seen(took, self.status, caller, received, ending));
        }
        if log::max_level() < log::Level::Warn {
            return;
        }
        let line = LogLine {
            at: Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::EPOCH),
            id: self.id,
            from: self.from,
            caller: self.caller.as_deref(),
            method,
            target: asked.map(|(_, target)| target),
            route: self.route.name(),
            status,
            received,
            sent: self.sent,
            time: self.began.elapsed(),
            upstream: self.upstream,
            ending: ending.as_ref(),
            explained: self.explained,
            refused: self
                .refused
                .as_ref()
                .map(|(cause, message)| (*cause, &**message)),
        };
        log::log!(line.level(), "{line}");
    }
}

impl<B: Body<Data = Bytes, Error = Broken> + Unpin> Body for Sent<B> {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = &mut *self;
        let frame = Pin::new(&mut this.body).poll_frame(context);
        let Some(exchange) = &mut this.exchange else {
            return frame;
        };
        match &frame {
            Poll::Pending => {}
            Poll::Ready(None) => exchange.ending = None,
            Poll::Ready(Some(Err(error))) => exchange.ending = Some(error.ending()),
            Poll::Ready(Some(Ok(frame))) => {
                exchange.sent = exchange.sent.saturating_add(length(frame));
                if is_over(&this.body) {
                    exchange.ending = None;
                }
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

/// Whether nothing follows. With a length, HTTP/1.1 asks for no more than that, and the word of HTTP/2 that it
/// was all may come in a frame of its own.
fn is_over(body: &impl Body) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}
