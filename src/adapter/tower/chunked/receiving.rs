//! A body in pieces, on its way to a handler.

use super::arriving::{Arriving, Broken};
use super::awaited::{Awaited, TooSlow};
use super::decoded_body::DecodedBody;
use crate::adapter::http::HttpParts;
use crate::adapter::tower::BoxError;
use crate::adapter::tower::body::Body;
use crate::adapter::tower::reading::leftover;
use crate::adapter::tower::refused::{NO_REQUEST, Refused};
use crate::adapter::tower::rules::Rules;
use crate::adapter::tower::verified::Verified;
use crate::adapter::tower::verifying::{Arrived, Settings};
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::error::Error;
use crate::request::streaming::Streaming;
use crate::request::{Payload, Request};
use crate::stream::decoder::MAX_CHUNK;
use crate::stream::head::{CHECKSUM_PREFIX, TRAILER_HEADER};
use crate::stream::{ChunkDecoder, ChunkedBody, StreamError};
use crate::verify::claim::Claim;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::RefusalReason;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::HeaderValue;
use http::request::Parts;
use http_body::{Frame, SizeHint};

/// What every marker of a body in pieces begins with. Such a body is no handler's to read as it is.
const MARKER: &[u8] = b"STREAMING-";

/// The longest signed chunk that is held whatever the limit for bodies in memory is, in bytes:
/// botocore's are as long as this.
const CHUNK: usize = 1_024 * 1_024;

impl Settings {
    /// Whether a body is in pieces, and is verified while it is read.
    pub(in crate::adapter::tower) fn takes_in_pieces(&self, claim: &Claim<'_>) -> bool {
        let stated = claim.content_sha256.as_deref();
        self.rules.streaming() && stated.and_then(Streaming::parse).is_some()
    }

    /// Who decodes the body of a request that carries no signature: such a body can only be in
    /// pieces without signatures (S3 clients of AWS's common runtime send those).
    pub(in crate::adapter::tower) fn decoder_of_anonymous(
        &self,
        parts: &HttpParts<'_>,
    ) -> Result<Option<ChunkDecoder>, Error> {
        let headers = parts.request(Payload::Unsigned).headers;
        let stated = headers.iter().enumerate();
        let mut stated =
            stated.filter(|(_, (name, _))| name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER));
        let Some((_, (_, value))) = stated.next() else {
            return Ok(None);
        };
        // One of the two would be read here, and the other one by the handler.
        if let Some((index, _)) = stated.next() {
            return Err(Error::RepeatedSigningHeader { index });
        }
        let begin = value.get(..MARKER.len()).unwrap_or_default();
        if !begin.eq_ignore_ascii_case(MARKER) {
            return Ok(None);
        }
        let streaming = core::str::from_utf8(value).ok().and_then(Streaming::parse);
        let streaming = streaming.map(|(streaming, _)| streaming).filter(|kind| {
            self.rules.streaming() && !kind.is_signed() && self.rules.profile().takes(*kind)
        });
        let streaming = streaming.ok_or(Error::StreamingPayloadRefused)?;
        let body = ChunkedBody::read(headers, streaming)?;
        let decoder = ChunkDecoder::unsigned(&body);
        decoder
            .map(Some)
            .map_err(|_| Error::StreamingPayloadRefused)
    }

    /// The body is verified while its handler reads it. One that is too long, or has a checksum that
    /// nobody would compute, is not read.
    pub(in crate::adapter::tower) fn begin<P, B>(
        &self,
        decoder: ChunkDecoder,
        head: &Parts,
        body: &mut Option<B>,
        caller: Option<Verified<P>>,
    ) -> Result<Arrived<P>, RefusalReason>
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let limit = self.stream_limit.unwrap_or(self.body_limit as u64);
        if decoder.decoded_length() > limit {
            return Err(RefusalReason::BodyTooLong);
        }
        // Others would reach the handler as trailers, and be taken for headers there.
        // https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1
        let mut names = (head.headers.get_all(TRAILER_HEADER).iter())
            .flat_map(|names| names.as_bytes().split(|byte| *byte == b','));
        if names.any(|name| !name.trim_ascii().starts_with(CHECKSUM_PREFIX.as_bytes())) {
            return Err(Error::StreamingPayloadRefused.into());
        }
        let max_chunk = MAX_CHUNK.min(self.body_limit.max(CHUNK) as u64);
        let decoder = decoder.with_max_chunk(max_chunk);
        let decoder = if self.unchecked_checksums {
            decoder.with_unchecked_checksums()
        } else if let Err(error @ StreamError::UncheckedChecksum { .. }) = decoder.finish() {
            return Err(error.into());
        } else {
            decoder
        };
        let body = body.take().ok_or(RefusalReason::BodyCutOff)?;
        let arriving = Arc::new(Arriving::new(decoder.decoded_length()));
        let body = Awaited::new(body, self.sleep.clone(), self.deadline);
        let body = ArrivingBody {
            body: Some(DecodedBody::new(body, decoder)),
            rules: self.rules.clone(),
            trailers: head.headers.get(TRAILER_HEADER).cloned(),
            access_key_id: caller.as_ref().map(|caller| caller.access_key_id().into()),
            limit: self.body_limit,
            arriving: Arc::clone(&arriving),
        };
        Ok(Arrived {
            body: Body::boxed(body),
            stream: Some(arriving),
            caller,
        })
    }
}

/// Decodes, and keeps account of what it is refused for.
struct ArrivingBody<B> {
    /// `None` once it broke.
    body: Option<DecodedBody<Awaited<B>>>,
    rules: Rules,
    /// The names that answers say.
    trailers: Option<HeaderValue>,
    access_key_id: Option<String>,
    limit: usize,
    arriving: Arc<Arriving>,
}

impl<B> ArrivingBody<B>
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    /// The error that a handler gets; the layer gets the same.
    fn break_off(&mut self, error: BoxError) -> Refused {
        let (reason, useful) = match error.downcast_ref::<StreamError>() {
            // There is nothing more.
            Some(error @ StreamError::Incomplete { .. }) => ((*error).into(), false),
            Some(error) => ((*error).into(), true),
            None if error.is::<TooSlow>() => (RefusalReason::BodyTooSlow, false),
            None => (RefusalReason::BodyCutOff, false),
        };
        let trailers = self.trailers.as_ref().map(HeaderValue::as_bytes);
        let headers = [(TRAILER_HEADER, trailers.unwrap_or_default())];
        let headers = headers.get(usize::from(trailers.is_none())..);
        let request = Request {
            headers: headers.unwrap_or_default(),
            ..NO_REQUEST
        };
        let refusal = self
            .rules
            .with(|policy| Refusal::of(reason, &request, policy));
        let refused = Refused {
            refusal,
            access_key_id: self.access_key_id.clone(),
            source: Some(Arc::new(error)),
        };
        let body = self.body.take().filter(|_| useful);
        let limit = self.limit;
        let rest = body.map(|body| Box::pin(leftover(body.into_inner(), limit)) as _);
        self.arriving.breaks(Broken {
            refused: refused.clone(),
            rest,
        });
        refused
    }
}

impl<B> http_body::Body for ArrivingBody<B>
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(body).poll_frame(context);
        frame.map_err(|error| BoxError::from(self.break_off(error)))
    }

    fn is_end_stream(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_ref();
        body.map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}
