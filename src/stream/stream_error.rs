//! Everything that can be wrong with an `aws-chunked` body.

use core::fmt;

/// Why a body was not encoded or not decoded.
///
/// Flat, `Copy` and comparable, as [`Error`](crate::Error) is. Chunks, trailers and bytes are
/// counted from zero, bytes from the first of the encoded body; the trailer belongs to the empty
/// chunk. Nothing of the body is in it, and no signature.
///
/// ```
/// use sigv4::Streaming;
/// use sigv4::stream::{ChunkDecoder, ChunkedBody, StreamError};
///
/// let body = ChunkedBody::new(Streaming::UnsignedTrailer, 5);
/// let mut decoder = ChunkDecoder::unsigned(&body).unwrap();
/// let error = decoder.decode(b"5\r\nhello world").map(|_| ());
/// assert_eq!(error, Ok(())); // `hello`
/// let error = decoder.decode(b" world").unwrap_err();
/// assert_eq!(error, StreamError::MissingLineBreak { chunk: 0, position: 8 });
/// assert_eq!(error.code(), "IncompleteBody"); // for the answer
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamError {
    /// Chunks of this size are refused by S3 where another one follows.
    ChunkSizeTooSmall {
        /// In bytes.
        size: usize,
        /// The least, in bytes.
        limit: usize,
    },
    /// An event stream is no `aws-chunked` body; or its chunks are signed, and there is no key.
    WrongPayload,
    /// A signed trailer without a name.
    NoTrailerNames,
    /// Trailers of a body of a kind that has none.
    UnexpectedTrailerNames,
    /// No name of a trailer, in lower case and there once; or that of the signature.
    InvalidTrailerName {
        /// Its place in `x-amz-trailer`.
        index: usize,
    },
    /// More trailers than one who reads them takes.
    TooManyTrailerNames {
        /// How many there may be.
        limit: usize,
    },
    /// The trailer announces a checksum that is not computed here: one of another algorithm, or any
    /// without feature `checksum`. See
    /// [`with_unchecked_checksums`](crate::stream::ChunkDecoder::with_unchecked_checksums).
    UncheckedChecksum {
        /// Its place in `x-amz-trailer`.
        index: usize,
    },
    /// To be encoded are more bytes than the head says.
    TooMuchData {
        /// How many it says.
        limit: u64,
    },
    /// A chunk that is to be encoded is not as long as the next one has to be.
    WrongChunkLength {
        /// In bytes.
        length: usize,
        /// How many bytes it has to have.
        expected: usize,
    },
    /// To be encoded were fewer bytes than the head says.
    DataMissing {
        /// How many there were.
        length: u64,
        /// How many it says.
        expected: u64,
    },
    /// The end of the body has been encoded already.
    AlreadyFinished,
    /// The trailers that are to be encoded are not those that the head announces.
    WrongTrailers,
    /// A trailer's value that is to be encoded is empty, or has a byte that is no visible ASCII.
    InvalidTrailerValue {
        /// Which of the trailers.
        index: usize,
    },

    /// A line of the body is longer than one who reads it takes.
    LineTooLong {
        /// In or behind which chunk.
        chunk: u64,
        /// Where the line begins.
        position: u64,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The line of a chunk does not begin with a length: hexadecimal digits, at most 16.
    MalformedChunkLength {
        /// Of which chunk.
        chunk: u64,
        /// Of the first byte that is none.
        position: u64,
    },
    /// The length of a chunk is not followed by `;chunk-signature=` and a signature, or, where
    /// chunks are not signed, by something.
    MalformedChunkSignature {
        /// Of which chunk.
        chunk: u64,
        /// Where it should begin.
        position: u64,
    },
    /// No CR and LF where a line or the data of a chunk end.
    MissingLineBreak {
        /// In or behind which chunk.
        chunk: u64,
        /// Of the byte that is none of the two, or not in its place.
        position: u64,
    },
    /// A signed chunk is longer than one who reads it holds.
    ChunkTooLarge {
        /// Which one.
        chunk: u64,
        /// In bytes.
        length: u64,
        /// The most, in bytes.
        limit: u64,
    },
    /// A chunk that has another one behind it is shorter than S3 takes.
    ChunkTooSmall {
        /// Which one.
        chunk: u64,
        /// In bytes.
        length: u64,
        /// The least, in bytes.
        limit: u64,
    },
    /// With this chunk, the data are longer than the head says.
    DecodedLengthExceeded {
        /// Which one.
        chunk: u64,
        /// What the head says, in bytes.
        expected: u64,
    },
    /// The data are shorter than the head says.
    DecodedLengthDiffers {
        /// In bytes.
        length: u64,
        /// What the head says, in bytes.
        expected: u64,
    },
    /// The signature of a chunk does not match, and nothing of it is handed on.
    ChunkSignatureMismatch {
        /// Which one.
        chunk: u64,
    },
    /// A line of the trailer is no lower-case name, `:` and value in visible ASCII.
    MalformedTrailer {
        /// Where the line begins.
        position: u64,
    },
    /// A trailer was not announced in `x-amz-trailer`, or is there twice.
    UnexpectedTrailer {
        /// Where the line begins.
        position: u64,
    },
    /// A trailer was announced, and is not there.
    MissingTrailer {
        /// Its place in `x-amz-trailer`.
        index: usize,
    },
    /// The signature of the trailer is not there, not behind it, or out of form.
    MalformedTrailerSignature {
        /// Where it should begin.
        position: u64,
    },
    /// The signature of the trailer does not match.
    TrailerSignatureMismatch,
    /// A checksum in the trailer is no base64 of a checksum of its algorithm.
    MalformedChecksum {
        /// Its place in `x-amz-trailer`.
        index: usize,
    },
    /// A checksum in the trailer is not that of the data.
    ChecksumMismatch {
        /// Its place in `x-amz-trailer`.
        index: usize,
    },
    /// The body ended early.
    Incomplete {
        /// In or behind which chunk.
        chunk: u64,
        /// Where it ended.
        position: u64,
    },
    /// There is something behind the end of the body.
    DataAfterEnd {
        /// Where it begins.
        position: u64,
    },
}

impl StreamError {
    /// A word for the answer to the client, as S3 and servers like it have them.
    ///
    /// Of S3's own [list](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList)
    /// are `SignatureDoesNotMatch`, `BadDigest`, `InvalidRequest`, `EntityTooLarge` and
    /// `IncompleteBody`, of which the list says that fewer bytes came than `content-length` told. S3
    /// sends `InvalidChunkSizeError` and `MalformedTrailerError`, too, which are not in it. That a
    /// line out of form and a wrong sum are an `IncompleteBody`, and which fault of a checksum is an
    /// `InvalidRequest`, is versitygw's reading of S3's answers: what S3 says is not published. That a
    /// chunk may be too long (`EntityTooLarge`) is a rule of this crate's.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ChunkSignatureMismatch { .. } | Self::TrailerSignatureMismatch => {
                "SignatureDoesNotMatch"
            }
            Self::ChunkTooSmall { .. } | Self::ChunkSizeTooSmall { .. } => "InvalidChunkSizeError",
            Self::ChunkTooLarge { .. } => "EntityTooLarge",
            Self::MalformedTrailer { .. }
            | Self::UnexpectedTrailer { .. }
            | Self::MissingTrailer { .. }
            | Self::MalformedTrailerSignature { .. }
            | Self::WrongTrailers
            | Self::AlreadyFinished
            | Self::InvalidTrailerValue { .. } => "MalformedTrailerError",
            Self::MalformedChecksum { .. }
            | Self::UncheckedChecksum { .. }
            | Self::WrongPayload
            | Self::NoTrailerNames
            | Self::UnexpectedTrailerNames
            | Self::InvalidTrailerName { .. }
            | Self::TooManyTrailerNames { .. } => "InvalidRequest",
            Self::ChecksumMismatch { .. } => "BadDigest",
            _ => "IncompleteBody",
        }
    }

    /// The status of that answer: 403 for a signature, 400 for all else.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::ChunkSignatureMismatch { .. } | Self::TrailerSignatureMismatch => 403,
            _ => 400,
        }
    }
}

impl fmt::Display for StreamError {
    #[allow(clippy::too_many_lines)] // an arm for each variant
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ChunkSizeTooSmall { size, limit } => {
                write!(f, "chunks of {size} bytes: {limit} is the least")
            }
            Self::WrongPayload => f.write_str("not aws-chunked, or signed and without a key"),
            Self::NoTrailerNames => f.write_str("a signed trailer without a name"),
            Self::UnexpectedTrailerNames => {
                f.write_str("trailers of a body of a kind that has none")
            }
            Self::InvalidTrailerName { index } => {
                write!(f, "trailer {index}: no lower-case name, or there twice")
            }
            Self::TooManyTrailerNames { limit } => write!(f, "more trailers than {limit}"),
            Self::UncheckedChecksum { index } => {
                write!(f, "trailer {index}: a checksum that is not computed here")
            }
            Self::TooMuchData { limit } => {
                write!(f, "more data than the {limit} bytes that the head says")
            }
            Self::WrongChunkLength { length, expected } => {
                write!(f, "a chunk of {length} bytes: the next one has {expected}")
            }
            Self::DataMissing { length, expected } => {
                write!(f, "{length} bytes of data: the head says {expected}")
            }
            Self::AlreadyFinished => f.write_str("the body has ended already"),
            Self::WrongTrailers => f.write_str("the trailers are not those that are announced"),
            Self::InvalidTrailerValue { index } => {
                write!(
                    f,
                    "trailer {index}: the value is empty, or no visible ASCII"
                )
            }
            Self::LineTooLong {
                chunk,
                position,
                limit,
            } => write!(
                f,
                "chunk {chunk}: the line at byte {position} is longer than {limit} bytes"
            ),
            Self::MalformedChunkLength { chunk, position } => write!(
                f,
                "chunk {chunk}: no length in at most 16 hexadecimal digits at byte {position}"
            ),
            Self::MalformedChunkSignature { chunk, position } => write!(
                f,
                "chunk {chunk}: the signature is missing, out of form, or not expected at byte {position}"
            ),
            Self::MissingLineBreak { chunk, position } => {
                write!(f, "chunk {chunk}: no CR LF at byte {position}")
            }
            Self::ChunkTooLarge {
                chunk,
                length,
                limit,
            } => write!(f, "chunk {chunk}: {length} bytes, allowed are {limit}"),
            Self::ChunkTooSmall {
                chunk,
                length,
                limit,
            } => write!(
                f,
                "chunk {chunk}: {length} bytes, and not the last: {limit} is the least"
            ),
            Self::DecodedLengthExceeded { chunk, expected } => write!(
                f,
                "chunk {chunk}: more data than the {expected} bytes of x-amz-decoded-content-length"
            ),
            Self::DecodedLengthDiffers { length, expected } => write!(
                f,
                "{length} bytes of data: x-amz-decoded-content-length says {expected}"
            ),
            Self::ChunkSignatureMismatch { chunk } => {
                write!(f, "chunk {chunk}: the signature does not match")
            }
            Self::MalformedTrailer { position } => {
                write!(
                    f,
                    "no lower-case name and value of a trailer at byte {position}"
                )
            }
            Self::UnexpectedTrailer { position } => write!(
                f,
                "a trailer that was not announced, or a second one, at byte {position}"
            ),
            Self::MissingTrailer { index } => {
                write!(f, "trailer {index} was announced and is not there")
            }
            Self::MalformedTrailerSignature { position } => write!(
                f,
                "the signature of the trailer is missing or out of form at byte {position}"
            ),
            Self::TrailerSignatureMismatch => {
                f.write_str("the signature of the trailer does not match")
            }
            Self::MalformedChecksum { index } => {
                write!(
                    f,
                    "trailer {index}: no base64 of a checksum of its algorithm"
                )
            }
            Self::ChecksumMismatch { index } => {
                write!(f, "trailer {index}: not the checksum of the data")
            }
            Self::Incomplete { chunk, position } => {
                write!(f, "chunk {chunk}: the body ended early, at byte {position}")
            }
            Self::DataAfterEnd { position } => {
                write!(
                    f,
                    "something behind the end of the body, at byte {position}"
                )
            }
        }
    }
}

impl core::error::Error for StreamError {}
