//! What S3 answers to a body in pieces that is not what its head says
//! ([error responses](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList)).

use super::s3_details::Details;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::request::Request;
use crate::request::streaming::Streaming;
use crate::stream::StreamError;
use crate::stream::head::{CHECKSUM_PREFIX, TRAILER_HEADER};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};

/// The message, and what stands beside it. Code and status are those of the error.
pub(super) fn words(
    error: StreamError,
    request: &Request<'_>,
    mismatch: &'static str,
) -> (Cow<'static, str>, Details) {
    let mut details = Details::new();
    let message = match error.code() {
        "SignatureDoesNotMatch" => mismatch.into(),
        "InvalidChunkSizeError" => {
            // S3 counts from 1, and names the chunk at which it notices: a first chunk of 3 bytes
            // is `<Chunk>2</Chunk><BadChunkSize>3</BadChunkSize>` (versitygw, issue 1683).
            if let StreamError::ChunkTooSmall { chunk, length, .. } = error {
                details.push(("Chunk", chunk.saturating_add(2).to_string()));
                details.push(("BadChunkSize", length.to_string()));
            }
            "Only the last chunk is allowed to have a size less than 8192 bytes".into()
        }
        "EntityTooLarge" => "Your proposed upload exceeds the maximum allowed size".into(),
        "MalformedTrailerError" => "The request contained trailing data that was not well-formed \
                                    or did not conform to our published schema."
            .into(),
        "BadDigest" => {
            let name = checksum(error, request).unwrap_or("checksum");
            not_the_checksum(&name.to_ascii_uppercase()).into()
        }
        "InvalidRequest" => match checksum(error, request) {
            Some(name) => {
                format!("Value for {CHECKSUM_PREFIX}{name} trailing header is invalid.").into()
            }
            None => "Invalid Request".into(),
        },
        _ => "The request body terminated unexpectedly".into(),
    };
    (message, details)
}

/// Whether a request says that its body is in pieces which are signed.
pub(super) fn is_chain(request: &Request<'_>) -> bool {
    (request.headers.iter())
        .filter(|(name, _)| name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER))
        .filter_map(|(_, value)| Streaming::parse(core::str::from_utf8(value).ok()?.trim()))
        .any(|(streaming, _)| streaming.is_signed())
}

pub(super) fn not_the_checksum(algorithm: &str) -> String {
    format!("The {algorithm} you specified did not match the calculated checksum.")
}

/// The algorithm of a checksum that is wrong: what stands in `x-amz-trailer` behind
/// `x-amz-checksum-`.
fn checksum<'a>(error: StreamError, request: &Request<'a>) -> Option<&'a str> {
    let (StreamError::ChecksumMismatch { index } | StreamError::MalformedChecksum { index }) =
        error
    else {
        return None;
    };
    let mut headers = request.headers.iter();
    let (_, names) = headers.find(|(name, _)| name.eq_ignore_ascii_case(TRAILER_HEADER))?;
    let name = core::str::from_utf8(names).ok()?.split(',').nth(index)?;
    name.trim().strip_prefix(CHECKSUM_PREFIX)
}
