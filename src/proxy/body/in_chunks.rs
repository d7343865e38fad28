//! Bodies in `aws-chunked`: the caller's, which is decoded, and the one that is signed anew.

use super::arrival::Arrival;
use super::body_fault::BodyFault;
use super::decoded_source::Source;
use super::forwarded::Streamed;
use crate::adapter::tower::chunked::arriving::leave_out_aws_chunked;
use crate::adapter::tower::chunked::sending::describe;
use crate::adapter::tower::{BoxError, DecodedBody, EncodedBody};
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::request::algorithm::Algorithm;
use crate::request::streaming::Streaming;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use crate::stream::computed_trailers::ComputedTrailers;
use crate::stream::head::{DECODED_LENGTH_HEADER, TRAILER_HEADER};
use crate::stream::{
    ChunkDecoder, ChunkedBody, DEFAULT_CHUNK_SIZE, StreamError, is_checksum_header,
};
use bytes::Bytes;
use http::header::HeaderMap;
use http_body::Body;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// A body that is to be sent in signed chunks, once there is a signature for the first to follow.
pub(super) struct ToChunk {
    body: Streamed,
    payload: Streaming,
    length: u64,
    trailers: String,
}

/// The data of a body that came in chunks. Signatures of chunks are the caller's, and end here as
/// that of the head does: who verifies callers gives what verifies them.
pub(super) fn decode<B>(
    body: Arrival<B>,
    headers: &mut HeaderMap,
    (payload, algorithm): (Streaming, Option<Algorithm>),
    verified: Option<ChunkDecoder>,
) -> Result<(Source<B>, String), BodyFault>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    let fields: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let chunked = ChunkedBody::read(&fields, payload).map_err(BodyFault::Head)?;
    for name in chunked.trailer_names() {
        if !is_checksum_header(name) {
            return Err(BodyFault::Trailer { name: name.into() });
        }
    }
    let decoder = match verified {
        Some(decoder) => Ok(decoder),
        // No algorithm is that of the kind without signatures.
        None => ChunkDecoder::unverified(&chunked, algorithm.unwrap_or(Algorithm::SigV4)),
    };
    // A checksum that this build does not compute goes on to who does.
    let decoder = decoder
        .map_err(BodyFault::Stream)?
        .with_unchecked_checksums();
    let trailers = String::from(chunked.trailers);
    leave_out_aws_chunked(headers);
    for name in [PAYLOAD_HASH_HEADER, DECODED_LENGTH_HEADER, TRAILER_HEADER] {
        headers.remove(name);
    }
    let source = Source::Decoded(Box::new(DecodedBody::new(body, decoder)));
    Ok((source, trailers))
}

/// Whether all of these trailers can be computed anew.
pub(super) fn are_computed(trailers: &str) -> bool {
    let body = ChunkedBody::new(Streaming::SignedTrailer, 0).with_trailers(trailers);
    ComputedTrailers::of(&body).is_ok()
}

impl ToChunk {
    /// The head is made to say how the body comes.
    pub(super) fn new(
        body: Streamed,
        length: u64,
        trailers: String,
        algorithm: Algorithm,
        headers: &mut HeaderMap,
    ) -> Result<Self, BodyFault> {
        let payload = if trailers.is_empty() {
            Streaming::Signed
        } else {
            Streaming::SignedTrailer
        };
        let chunked = ChunkedBody::new(payload, length).with_trailers(&trailers);
        let values = ComputedTrailers::of(&chunked).map_err(BodyFault::Stream)?;
        let encoded =
            chunked.encoded_length(algorithm, DEFAULT_CHUNK_SIZE, values.encoded_length());
        let too_long = StreamError::TooMuchData { limit: u64::MAX };
        let encoded = encoded.ok_or(BodyFault::Stream(too_long))?;
        describe(headers, &chunked, encoded)?;
        Ok(Self {
            body,
            payload,
            length,
            trailers,
        })
    }

    pub(super) fn payload(&self) -> Streaming {
        self.payload
    }

    /// Behind the head, which was signed so.
    pub(super) fn encode(
        self,
        signer: &Signer,
        seed: Signature,
        at: Timestamp,
    ) -> Result<EncodedBody<Streamed>, BodyFault> {
        let chunked = ChunkedBody::new(self.payload, self.length).with_trailers(&self.trailers);
        let signer = signer.chunk_signer_behind(seed, at);
        EncodedBody::new(self.body, &chunked, DEFAULT_CHUNK_SIZE, signer).map_err(BodyFault::Stream)
    }
}
