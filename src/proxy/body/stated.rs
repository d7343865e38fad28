//! What the caller says of a body in `x-amz-content-sha256`.
//! [Payload options](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html)

use super::body_fault::BodyFault;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::canonical::payload::PayloadHash;
use crate::request::algorithm::Algorithm;
use crate::request::streaming::Streaming;
use http::HeaderMap;

/// Signed by the caller or not: it is the caller's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    Nothing,
    Sha256([u8; 32]),
    Unsigned,
    /// In pieces, and by which algorithm they are signed, where they are.
    Streaming(Streaming, Option<Algorithm>),
}

impl Stated {
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, BodyFault> {
        let mut values = headers.get_all(PAYLOAD_HASH_HEADER).iter();
        let Some(value) = values.next() else {
            return Ok(Self::Nothing);
        };
        if values.next().is_some() {
            return Err(BodyFault::HashRepeated);
        }
        let text = value.to_str().map_err(|_| BodyFault::MalformedHash)?;
        if text == PayloadHash::UNSIGNED {
            return Ok(Self::Unsigned);
        }
        if let Some((streaming, algorithm)) = Streaming::parse(text) {
            return Ok(Self::Streaming(streaming, algorithm));
        }
        let mut sha256 = [0; 32];
        hex::decode_to_slice(text, &mut sha256).map_err(|_| BodyFault::MalformedHash)?;
        Ok(Self::Sha256(sha256))
    }
}
