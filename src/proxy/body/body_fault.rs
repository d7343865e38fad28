//! What keeps a body from being sent.

use crate::adapter::tower::{BoxError, SignError};
use crate::error::Error;
use crate::proxy::cause::Cause;
use crate::stream::StreamError;
use core::fmt;
use std::boxed::Box;
use std::io;
use std::time::Duration;

/// Why a request's body is not sent, or not to its end.
#[derive(Debug)]
pub(crate) enum BodyFault {
    /// Longer than a hashed body may be.
    TooLong { limit: u64 },
    /// All bodies in files together would be longer than they may be.
    NoRoom { limit: u64 },
    /// All bodies that are being hashed have so much memory, and none became free.
    NoMemory { limit: u64, patience: Duration },
    /// It cannot be kept in a file.
    Spool(io::Error),
    /// Nothing came for so long.
    TooSlow { idle: Duration },
    /// The caller left, or broke the rules of its pieces.
    CutOff(BoxError),
    /// It is not what the caller's `x-amz-content-sha256` says.
    HashDiffers,
    /// `x-amz-content-sha256` is no hash and none of the words in its place.
    MalformedHash,
    /// `x-amz-content-sha256` is there twice.
    HashRepeated,
    /// The head does not say what it has to of a body in `aws-chunked`.
    Head(Error),
    /// The body in `aws-chunked` is not what it has to be.
    Stream(StreamError),
    /// `x-amz-decoded-content-length` is not the length of the body.
    LengthDiffers { stated: u64, actual: u64 },
    /// Behind an `aws-chunked` body comes what is no checksum.
    Trailer { name: Box<str> },
    /// Its messages are signed with the caller's own key, one upon the other.
    SignedEvents,
    /// The caller has signed chunks, and what goes on does not say so any more.
    NoChunks,
}

impl BodyFault {
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::TooLong { .. } => Cause::TooLong,
            Self::NoRoom { .. } | Self::Spool(_) => Cause::Spool,
            Self::NoMemory { .. } => Cause::Busy,
            Self::TooSlow { .. } => Cause::SlowCaller,
            Self::SignedEvents => Cause::NotSupported,
            _ => Cause::Body,
        }
    }

    /// What a body broke with that was being sent: it stands somewhere below the client's error.
    pub(crate) fn behind<'a>(error: &'a (dyn core::error::Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(fault) = error.downcast_ref() {
                return Some(fault);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => {
                write!(
                    f,
                    "the body is longer than {limit} bytes, and so is not signed"
                )
            }
            Self::NoRoom { limit } => write!(
                f,
                "bodies that are being hashed would take more than {limit} bytes in files"
            ),
            Self::NoMemory { limit, patience } => write!(
                f,
                "bodies that are being hashed have {limit} bytes of memory together, and none became free \
                 within {patience:?}"
            ),
            // Where the file was to be is the log's to say, not a caller's to know.
            Self::Spool(error) => {
                let kind = error.kind();
                write!(f, "the body cannot be kept in a file: {kind}")
            }
            Self::TooSlow { idle } => {
                let seconds = idle.as_secs_f64();
                write!(f, "nothing of the body came for {seconds} seconds")
            }
            Self::CutOff(_) => f.write_str("the body was cut off"),
            Self::HashDiffers => {
                f.write_str("the body is not the one whose hash x-amz-content-sha256 is")
            }
            Self::MalformedHash => f.write_str(
                "x-amz-content-sha256 is neither a hash in 64 hexadecimal digits, nor \
                 UNSIGNED-PAYLOAD, nor one of the STREAMING-… words",
            ),
            Self::HashRepeated => f.write_str("x-amz-content-sha256 is there twice"),
            Self::Head(error) => write!(f, "the body is said to be aws-chunked: {error}"),
            Self::Stream(error) => write!(f, "the body is not the aws-chunked it says: {error}"),
            Self::LengthDiffers { stated, actual } => write!(
                f,
                "x-amz-decoded-content-length says {stated} bytes, the body has {actual}"
            ),
            Self::Trailer { name } => write!(
                f,
                "the trailer '{name}' behind an aws-chunked body is no checksum"
            ),
            Self::SignedEvents => f.write_str(
                "the messages of this event stream are signed with the caller's key, and would \
                 have to be signed anew one by one: send them unsigned, or directly",
            ),
            Self::NoChunks => f.write_str(
                "the caller has signed chunks, but x-amz-content-sha256 is taken off on the way here",
            ),
        }
    }
}

impl core::error::Error for BodyFault {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Spool(error) => Some(error),
            Self::CutOff(error) => Some(&**error),
            Self::Head(error) => Some(error),
            Self::Stream(error) => Some(error),
            _ => None,
        }
    }
}

/// What reading an `aws-chunked` body came to: its own fault, or that of the body that it reads.
impl From<BoxError> for BodyFault {
    fn from(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(fault) => *fault,
            Err(error) => match error.downcast::<StreamError>() {
                Ok(error) => Self::Stream(*error),
                Err(error) => Self::CutOff(error),
            },
        }
    }
}

impl From<SignError> for BodyFault {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Sign(error) => Self::Head(error),
            SignError::Stream(error) => Self::Stream(error),
            SignError::LengthDiffers { stated, actual } => Self::LengthDiffers { stated, actual },
            other => Self::CutOff(other.into()),
        }
    }
}
