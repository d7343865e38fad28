//! The rule of a route, applied to a body.

use super::arrival::Arrival;
use super::believed::Believed;
use super::body_fault::BodyFault;
use super::decoded_source::Source;
use super::forwarded::{Forwarded, Streamed};
use super::framing::frame;
use super::in_chunks::{ToChunk, are_computed, decode};
use super::read_hashed::{Room, read_hashed};
use super::stated::Stated;
use crate::adapter::tower::BoxError;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::grammar::hex::hex;
use crate::proxy::settings::{Body as Rule, Limits};
use crate::request::Payload;
use crate::request::profile::{Profile, UnsignedPayload};
use crate::request::streaming::Streaming;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use crate::signature::hash::sha256;
use crate::stream::head::{DECODED_LENGTH_HEADER, decimal};
use crate::stream::{ChunkDecoder, is_upload};
use bytes::Bytes;
use http::header::{EXPECT, HeaderMap, TRAILER};
use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http_body::Body;
use http_body_util::BodyExt;
use std::boxed::Box;
use std::string::String;
use std::time::Duration;

/// By what a body goes.
pub(crate) struct How<'a> {
    pub rule: Rule,
    pub profile: &'a Profile,
    pub limits: &'a Limits,
    pub room: Room<'a>,
    /// [`Times::idle`](crate::proxy::Times::idle).
    pub idle: Duration,
    /// Trailers may come behind a body whose length is known.
    pub is_http2: bool,
    /// What verifies the caller's chunks, where the caller's signature was verified.
    pub verified: Option<ChunkDecoder>,
}

/// A body of which is known what has to be signed.
pub(crate) struct Prepared {
    /// What the head is signed with.
    pub payload: Payload<'static>,
    body: ToSend,
}

enum ToSend {
    Ready(Forwarded),
    InChunks(Box<ToChunk>),
}

/// How a body goes upstream.
enum Treatment {
    Hashed,
    Unsigned,
    /// Signed with the hash that the caller has said.
    Believed([u8; 32]),
    /// In signed chunks of so many bytes together.
    InChunks(u64),
}

/// Makes a body ready to be signed, and the head to say what is sent: `content-length`,
/// `transfer-encoding`, `trailer`, `expect`, and of bodies in chunks their headers. The URI is the
/// one that goes upstream, with its scheme.
///
/// - A body whose hash nobody has said is hashed, under [`Believed`](Rule::Believed) too: that is
///   right with every service.
/// - A hash that the caller has said has to be right, whatever the rule is but
///   [`Unsigned`](Rule::Unsigned): it is the caller's proof that nothing was changed on the way.
/// - Chunks that the caller has signed are worth nothing upstream: they are decoded. Hashed, their
///   checksum goes with the head; streamed, they are signed anew with the same checksum.
///   `STREAMING-UNSIGNED-PAYLOAD-TRAILER` stays as it is over https where bodies are streamed.
/// - [`Chunked`](Rule::Chunked) is for uploads whose length is known, to services that take it: all
///   else is hashed.
pub(crate) async fn prepare<B>(
    body: B,
    head: &mut Parts,
    how: How<'_>,
) -> Result<Prepared, BodyFault>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let stated = Stated::read(&head.headers)?;
    // Chunks are verified as such, or nobody has verified the body.
    if how.verified.is_some() && !matches!(stated, Stated::Streaming(..)) {
        return Err(BodyFault::NoChunks);
    }
    let body = Arrival::new(body, how.idle);
    let (source, trailers) = match stated {
        Stated::Streaming(Streaming::Events, _) => return Err(BodyFault::SignedEvents),
        Stated::Streaming(Streaming::UnsignedTrailer, _) if stays_as_it_is(&body, head, &how) => {
            let payload = Payload::Streaming(Streaming::UnsignedTrailer);
            let forwarded = streamed(Source::Plain(body), head, how.is_http2);
            return Ok(Prepared::ready(payload, forwarded));
        }
        Stated::Streaming(payload, algorithm) => {
            let chunked = (payload, algorithm);
            decode(body, &mut head.headers, chunked, how.verified.clone())?
        }
        _ => (Source::Plain(body), String::new()),
    };
    if source.is_end_stream() {
        let forwarded = Forwarded::empty();
        frame(head, &forwarded);
        compare(&mut head.headers, stated, sha256(b""))?;
        return Ok(Prepared::ready(Payload::EMPTY, forwarded));
    }
    match treatment(&source, head, stated, &trailers, &how)? {
        Treatment::Hashed => {
            let is_decoded = matches!(source, Source::Decoded(_));
            // Requests without a body need no room for it in their future.
            let reading = Box::pin(read_hashed(source, how.limits, &how.room));
            let mut whole = reading.await?;
            let hash = whole.sha256;
            if is_decoded {
                for (name, value) in whole.trailers.take().iter().flatten() {
                    head.headers.append(name, value.clone());
                }
            }
            let forwarded = Forwarded::whole(whole);
            frame(head, &forwarded);
            compare(&mut head.headers, stated, hash)?;
            Ok(Prepared::ready(Payload::Sha256(hash), forwarded))
        }
        Treatment::Unsigned => {
            head.headers.remove(PAYLOAD_HASH_HEADER);
            let forwarded = streamed(source, head, how.is_http2);
            Ok(Prepared::ready(Payload::Unsigned, forwarded))
        }
        Treatment::Believed(hash) => {
            let forwarded = streamed(Believed::new(source, hash), head, how.is_http2);
            compare(&mut head.headers, stated, hash)?;
            Ok(Prepared::ready(Payload::Sha256(hash), forwarded))
        }
        Treatment::InChunks(length) => {
            let body: Streamed = match stated {
                Stated::Sha256(hash) => Box::pin(Believed::new(source, hash)),
                _ => Box::pin(source),
            };
            for name in [EXPECT, TRAILER] {
                head.headers.remove(name);
            }
            head.headers.remove(PAYLOAD_HASH_HEADER);
            let algorithm = how.profile.algorithm;
            let chunks = ToChunk::new(body, length, trailers, algorithm, &mut head.headers)?;
            Ok(Prepared {
                payload: Payload::Streaming(chunks.payload()),
                body: ToSend::InChunks(Box::new(chunks)),
            })
        }
    }
}

impl Prepared {
    fn ready(payload: Payload<'static>, body: Forwarded) -> Self {
        let body = ToSend::Ready(body);
        Self { payload, body }
    }

    /// The body behind the head that was signed with [`payload`](Self::payload).
    pub(crate) fn behind(
        self,
        signer: &Signer,
        seed: Signature,
        at: Timestamp,
    ) -> Result<Forwarded, BodyFault> {
        match self.body {
            ToSend::Ready(body) => Ok(body),
            ToSend::InChunks(chunks) => {
                let encoded = chunks.encode(signer, seed, at)?;
                let encoded = BodyExt::map_err(encoded, BodyFault::from);
                Ok(Forwarded::streamed(Box::pin(encoded), false))
            }
        }
    }
}

/// Unsigned chunks need nothing of us, where they may arrive as they are.
fn stays_as_it_is(body: &impl Body, head: &Parts, how: &How<'_>) -> bool {
    matches!(how.rule, Rule::Unsigned | Rule::Believed)
        && head.uri.scheme() == Some(&Scheme::HTTPS)
        && how.profile.takes(Streaming::UnsignedTrailer)
        && body.size_hint().exact().is_some()
}

fn treatment<B>(
    source: &Source<B>,
    head: &Parts,
    stated: Stated,
    trailers: &str,
    how: &How<'_>,
) -> Result<Treatment, BodyFault>
where
    Source<B>: Body,
{
    let unsigned = how.profile.unsigned_payload;
    if unsigned == UnsignedPayload::Required {
        return Ok(Treatment::Unsigned);
    }
    let length = source.size_hint().exact();
    let takes_chunks = how.profile.takes(Streaming::Signed) && are_computed(trailers);
    Ok(match (how.rule, stated, length) {
        (Rule::Hashed, ..) => Treatment::Hashed,
        (Rule::Unsigned, Stated::Streaming(..), _) if trailers.is_empty() => Treatment::Unsigned,
        (_, Stated::Streaming(..), Some(length @ 1..)) if takes_chunks => {
            Treatment::InChunks(length)
        }
        (_, Stated::Streaming(..), _) => Treatment::Hashed,
        (Rule::Unsigned, ..) => Treatment::Unsigned,
        (Rule::Believed, Stated::Sha256(hash), _) => Treatment::Believed(hash),
        (Rule::Believed, Stated::Unsigned, _) if unsigned == UnsignedPayload::Allowed => {
            Treatment::Unsigned
        }
        (Rule::Believed, ..) => Treatment::Hashed,
        (Rule::Chunked, ..) => match upload_length(length, head)? {
            Some(length @ 1..) if takes_chunks => Treatment::InChunks(length),
            _ => Treatment::Hashed,
        },
    })
}

/// How long an upload is, where anybody says it; nothing of what is none.
fn upload_length(actual: Option<u64>, head: &Parts) -> Result<Option<u64>, BodyFault> {
    let target = head.uri.path_and_query().map_or("", PathAndQuery::as_str);
    if !is_upload(head.method.as_str(), target) {
        return Ok(None);
    }
    let stated = head.headers.get(DECODED_LENGTH_HEADER);
    let stated = stated.and_then(|value| decimal(value.as_bytes()));
    match (stated, actual) {
        (Some(stated), Some(actual)) if stated != actual => {
            Err(BodyFault::LengthDiffers { stated, actual })
        }
        _ => Ok(actual.or(stated)),
    }
}

fn streamed<B>(body: B, head: &mut Parts, is_http2: bool) -> Forwarded
where
    B: Body<Data = Bytes, Error = BodyFault> + Send + 'static,
{
    // Whoever announces trailers gets them through, where any can come: over HTTP/1.1 none do behind a body
    // with a length (RFC 9112, 6.3), and a body without one is more than S3 takes.
    let can_follow = is_http2 || body.size_hint().exact().is_none();
    let open = can_follow && head.headers.contains_key(TRAILER);
    let forwarded = Forwarded::streamed(Box::pin(body), open);
    frame(head, &forwarded);
    forwarded
}

/// What the caller says of the hash is right, and goes on where it is written as signing writes it.
fn compare(headers: &mut HeaderMap, stated: Stated, sha256: [u8; 32]) -> Result<(), BodyFault> {
    if matches!(stated, Stated::Sha256(stated) if stated != sha256) {
        return Err(BodyFault::HashDiffers);
    }
    let value = headers.get(PAYLOAD_HASH_HEADER);
    if value.is_some_and(|value| value.as_bytes() != hex(&sha256)) {
        headers.remove(PAYLOAD_HASH_HEADER);
    }
    Ok(())
}
