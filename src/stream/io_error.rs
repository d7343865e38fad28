//! Errors of streams among those of `std::io`.

use crate::stream::stream_error::StreamError;
use std::io::{Error, ErrorKind};

/// With the [`StreamError`] inside: `error.get_ref()` and `downcast_ref` have it. The kind is
/// [`UnexpectedEof`](ErrorKind::UnexpectedEof) where a body ended early, else
/// [`InvalidData`](ErrorKind::InvalidData).
impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        let kind = match error {
            StreamError::Incomplete { .. } | StreamError::DataMissing { .. } => {
                ErrorKind::UnexpectedEof
            }
            _ => ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}
