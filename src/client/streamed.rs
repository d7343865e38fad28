//! How a body is signed and framed that is read while it is sent.
//! [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)

use crate::client::error::ClientError;
use crate::client::signing::SigV4;
use crate::request::profile::{Profile, StreamingPayload};
use crate::request::streaming::Streaming;
#[cfg(feature = "checksum")]
use crate::stream::ChecksumAlgorithm;
use crate::stream::ChunkedBody;
#[cfg(feature = "checksum")]
use crate::stream::head::is_checksum_header;
use crate::stream::head::{is_upload, names_aws_chunked};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, HeaderValue};
use http::{HeaderMap, Request};
use std::prelude::rust_2024::*;

/// What a request brings along in its extensions: a body of so many bytes.
#[derive(Clone)]
pub(crate) struct Streamed {
    pub length: u64,
    /// Of a body that is sent as it is.
    pub sha256: Option<[u8; 32]>,
    #[cfg(feature = "checksum")]
    pub checksum: Option<ChecksumAlgorithm>,
}

impl Streamed {
    /// Over https, a checksum vouches for the body, unless one is given as a header; over plain
    /// http, the signatures of the chunks do, and a checksum is for those who ask for one.
    pub(super) fn body(&self, request: &Request<()>) -> Result<ChunkedBody<'static>, ClientError> {
        let https = request.uri().scheme_str() == Some("https");
        let trailer = self.trailer(https, request.headers())?;
        let payload = match (trailer, https) {
            ("", _) => Streaming::Signed,
            (_, true) => Streaming::UnsignedTrailer,
            (_, false) => Streaming::SignedTrailer,
        };
        Ok(ChunkedBody::new(payload, self.length).with_trailers(trailer))
    }

    #[cfg(feature = "checksum")]
    fn trailer(&self, https: bool, headers: &HeaderMap) -> Result<&'static str, ClientError> {
        let mut names = headers.keys();
        let given = names.find(|name| is_checksum_header(name.as_str()));
        // S3 takes one.
        if let (Some(name), Some(algorithm)) = (given, self.checksum) {
            return Err(ClientError::InvalidRequest {
                part: std::format!("the header {name} beside {}", algorithm.header()),
            });
        }
        // What current SDKs send unless told otherwise.
        let default = Some(ChecksumAlgorithm::Crc32).filter(|_| https && given.is_none());
        let algorithm = self.checksum.or(default);
        Ok(algorithm.map_or("", ChecksumAlgorithm::header))
    }

    #[cfg(not(feature = "checksum"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    fn trailer(&self, _: bool, _: &HeaderMap) -> Result<&'static str, ClientError> {
        Ok("")
    }
}

/// The headers of such a body, none of which may be there already but for another encoding,
/// which was applied before.
pub(super) fn describe(headers: &mut HeaderMap, body: &ChunkedBody<'_>) -> Result<(), ClientError> {
    for (name, value) in body.headers().iter() {
        let invalid = || ClientError::InvalidRequest {
            part: std::format!("the header {name}, which an upload writes"),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        let mut value = value.to_vec();
        if name == CONTENT_ENCODING {
            let lines = headers.get_all(CONTENT_ENCODING).iter();
            let mut codings: Vec<_> = lines.map(HeaderValue::as_bytes).collect();
            if codings.iter().any(|coding| names_aws_chunked(coding)) {
                return Err(invalid());
            }
            codings.push(&value);
            value = codings.join(&b","[..]);
        } else if headers.contains_key(&name) {
            return Err(invalid());
        }
        let value = HeaderValue::from_bytes(&value).map_err(|_| invalid())?;
        headers.insert(name, value);
    }
    Ok(())
}

impl SigV4 {
    /// The service, unless it takes the body of this request in chunks.
    pub(super) fn service_without_chunks(
        &self,
        request: &Request<()>,
    ) -> Result<Option<String>, ClientError> {
        let service = self.scope(request)?.service;
        let profile = self.profile.unwrap_or(Profile::for_service(&service));
        let takes = profile.streaming_payload == StreamingPayload::Chunked;
        let target = request.uri().path_and_query();
        let target = target.map_or("", |target| target.as_str());
        let is_upload = is_upload(request.method().as_str(), target);
        Ok(Some(service).filter(|_| !takes || !is_upload))
    }

    /// How a body is sent that is not held in memory: one that says so, and, to a service that
    /// takes chunks, one of known length that is over the limit.
    pub(super) fn streamed(&self, request: &Request<()>) -> Result<Option<Streamed>, ClientError> {
        if let Some(streamed) = request.extensions().get::<Streamed>() {
            return Ok(Some(streamed.clone()));
        }
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        match length.filter(|length| *length > self.body_limit) {
            Some(length) if self.service_without_chunks(request)?.is_none() => Ok(Some(Streamed {
                length,
                sha256: None,
                #[cfg(feature = "checksum")]
                checksum: None,
            })),
            _ => Ok(None),
        }
    }
}
