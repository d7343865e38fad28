//! A body that is to be sent in pieces: its head, signed, and what signs its chunks.

use super::chunks::Chunks;
use super::encoded_body::EncodedBody;
use crate::adapter::tower::signing::{Settings, SignError};
use crate::error::Error;
use crate::request::Payload;
use crate::sign::signer::Signer;
use crate::stream::head::{
    DECODED_LENGTH_HEADER, TRAILER_HEADER, decimal, is_upload, names_aws_chunked,
};
use crate::stream::{ChunkedBody, StreamError};
use alloc::vec::Vec;
use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use http_body::{Body, SizeHint};

impl Settings {
    /// How long the data are of a body that is to be sent in pieces; `None` of others: those that
    /// are empty, and what is no upload, unless the caller says how long it is before it is
    /// encoded.
    pub(crate) fn data_length(
        &self,
        signer: &Signer,
        head: &http::Request<()>,
        hint: &SizeHint,
    ) -> Result<Option<u64>, SignError> {
        let Some(chunks) = self.chunks else {
            return Ok(None);
        };
        if !signer.profile().takes(chunks.payload(head.uri())) {
            return Err(Error::StreamingPayloadRefused.into());
        }
        let stated = stated_length(head.headers())?;
        match (stated, hint.exact()) {
            (Some(stated), Some(actual)) if stated != actual => {
                Err(SignError::LengthDiffers { stated, actual })
            }
            (None, Some(0)) => Ok(None),
            (None, _) if !is_upload(head.method().as_str(), target(head.uri())) => Ok(None),
            (Some(length), _) | (None, Some(length)) => Ok(Some(length)),
            (None, None) => Err(SignError::LengthUnknown),
        }
    }

    /// Signs the head of a body in pieces, and gives the body.
    pub(crate) fn sign_chunked<B: Body>(
        &self,
        signer: &Signer,
        head: &mut http::Request<()>,
        length: u64,
        body: B,
    ) -> Result<EncodedBody<B>, SignError> {
        let chunks = self.chunks.unwrap_or(Chunks::signed());
        let payload = chunks.payload(head.uri());
        let description = ChunkedBody::new(payload, length).with_trailers(chunks.trailer());
        let encoded_length = description.encoded_length(
            signer.profile().algorithm,
            chunks.chunk_size(),
            chunks.trailer_length(),
        );
        let too_long = StreamError::TooMuchData { limit: u64::MAX };
        let encoded_length = encoded_length.ok_or(SignError::Stream(too_long))?;
        describe(head.headers_mut(), &description, encoded_length)?;
        let at = self.now.get();
        let payload = Payload::Streaming(payload);
        let seed = self.sign_head_at(signer, head, payload, at)?;
        let chunk_signer = signer.chunk_signer_behind(seed, at);
        EncodedBody::new(body, &description, chunks.chunk_size(), chunk_signer)
            .map_err(SignError::Stream)
    }
}

fn target(uri: &http::Uri) -> &str {
    uri.path_and_query().map_or("", |target| target.as_str())
}

/// What the caller says in `x-amz-decoded-content-length`.
fn stated_length(headers: &HeaderMap) -> Result<Option<u64>, SignError> {
    let mut values = headers.get_all(DECODED_LENGTH_HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Error::RepeatedSigningHeader { index: 0 }.into());
    }
    let length = decimal(value.as_bytes());
    let malformed = Error::MalformedDecodedContentLength { index: 0 };
    length.map(Some).ok_or(malformed.into())
}

/// The headers of a body in pieces. `aws-chunked` comes behind other encodings, as they were
/// applied before it.
pub(crate) fn describe(
    headers: &mut HeaderMap,
    body: &ChunkedBody<'_>,
    encoded_length: u64,
) -> Result<(), SignError> {
    if let Some(trailers) = headers.get(TRAILER_HEADER)
        && trailers.as_bytes() != body.trailers.as_bytes()
    {
        return Err(SignError::Stream(StreamError::WrongTrailers));
    }
    for (name, value) in body.headers().iter() {
        let invalid = Error::InvalidHeaderValue {
            index: 0,
            position: 0,
        };
        let mut value = value.to_vec();
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid)?;
        if name == CONTENT_ENCODING {
            let lines = headers.get_all(CONTENT_ENCODING).iter();
            let mut codings: Vec<_> = lines.map(HeaderValue::as_bytes).collect();
            if !codings.iter().any(|coding| names_aws_chunked(coding)) {
                codings.push(&value);
            }
            value = codings.join(&b","[..]);
        }
        let value = HeaderValue::from_bytes(&value).map_err(|_| invalid)?;
        headers.insert(name, value);
    }
    headers.insert(CONTENT_LENGTH, encoded_length.into());
    // Never both: S3 says so, and so does RFC 9112, 6.2.
    headers.remove(TRANSFER_ENCODING);
    Ok(())
}
