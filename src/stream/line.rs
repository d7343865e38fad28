//! The lines of an `aws-chunked` body: `hex-length[;chunk-signature=…]` and `name:value`.

use crate::grammar::text::{LOWER_CASE_TOKEN, are_all_in, trim};
use crate::request::algorithm::Algorithm;
use crate::signature::Signature;
use crate::stream::head::{CHUNK_SIGNATURE, wire_length};
use crate::stream::stream_error::StreamError;

/// The line of a chunk.
pub(super) struct ChunkLine {
    pub length: u64,
    /// Where chunks are signed.
    pub signature: Option<Signature>,
}

impl ChunkLine {
    /// Digits of either case, nothing else; then exactly the signature, and nothing where chunks
    /// are not signed. The line begins at that place of the body.
    pub(super) fn parse(
        line: &[u8],
        algorithm: Option<Algorithm>,
        chunk: u64,
        begin: u64,
    ) -> Result<Self, StreamError> {
        let count = line.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let count = count.count();
        let (digits, rest) = line.split_at_checked(count).unwrap_or_default();
        let number = core::str::from_utf8(digits).unwrap_or_default();
        let length = u64::from_str_radix(number, 16).ok();
        let at = |offset: usize| begin.saturating_add(offset as u64);
        let malformed = |offset: usize| StreamError::MalformedChunkLength {
            chunk,
            position: at(offset),
        };
        let length = length
            .filter(|_| count <= 16)
            .ok_or(malformed(count.min(16)))?;
        let unsigned = StreamError::MalformedChunkSignature {
            chunk,
            position: at(count),
        };
        match (rest.first(), algorithm) {
            (None, None) => Ok(Self {
                length,
                signature: None,
            }),
            (None, Some(_)) | (Some(b';'), None) => Err(unsigned),
            (Some(b';'), Some(algorithm)) => {
                let text = rest.strip_prefix(CHUNK_SIGNATURE.as_bytes());
                let text = text.and_then(|text| core::str::from_utf8(text).ok());
                let signature = text.and_then(|text| signature(text, algorithm));
                Ok(Self {
                    length,
                    signature: Some(signature.ok_or(unsigned)?),
                })
            }
            (Some(_), _) => Err(malformed(count)),
        }
    }
}

/// A signature as it stands on the wire, with Signature Version 4A filled up with `*`.
pub(super) fn signature(text: &str, algorithm: Algorithm) -> Option<Signature> {
    if text.len() != wire_length(algorithm) {
        return None;
    }
    match algorithm {
        Algorithm::SigV4 => Signature::parse(text),
        #[cfg(feature = "v4a")]
        Algorithm::SigV4a => Signature::parse_sigv4a(text.trim_end_matches('*')),
    }
}

/// A name in lower case and its value, which is not empty.
pub(super) fn trailer(line: &[u8]) -> Option<(&str, &str)> {
    let line = core::str::from_utf8(line).ok()?;
    let (name, value) = line.split_once(':')?;
    let value = trim(value);
    let is_name = !name.is_empty() && are_all_in(&LOWER_CASE_TOKEN, name);
    let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t';
    (is_name && !value.is_empty() && value.bytes().all(visible)).then_some((name, value))
}
