//! Bodies that are read while they are sent, and not held in memory.

use crate::client::error::{ClientError, TransportKind};
use crate::signature::hash::Hasher;
#[cfg(feature = "checksum")]
use crate::stream::ChecksumAlgorithm;
use crate::stream::StreamError;
use core::fmt;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use std::vec;

/// How much of a body is in memory while it is hashed.
const PIECE: usize = 64 * 1024;

type Reader = Box<dyn Read + Send>;

/// A body of known length that is read while it is sent, of any size: for
/// [`RequestBuilder::upload`](crate::client::RequestBuilder::upload).
///
/// - With `PUT`, S3 gets it in chunks (`aws-chunked`): each of them signed over plain http; over
///   https not signed, with a checksum behind the last (feature `checksum`; signed without it).
///   It is read once.
/// - Every other service, and S3 where it is to be [`whole`](Self::whole), gets it as it is. Its
///   SHA-256 has to be known beforehand, and so it is read twice.
/// - It is sent again, after a failure or for the sake of the clock, only where it can be read
///   again ([`new`](Self::new), [`file`](Self::file)), or nothing of it has been read yet.
/// - One that turns out to be shorter or longer, or cannot be read to its end, is never complete
///   at the service.
///
/// The time of a call counts for all of it, hashing too: see
/// [`RequestBuilder::timeout`](crate::client::RequestBuilder::timeout). It is looked at between
/// two reads; a read that blocks is not interrupted, and needs a time limit of its own.
#[derive(Clone)]
pub struct Upload {
    source: Source,
    pub(super) length: u64,
    pub(super) whole: bool,
    #[cfg(feature = "checksum")]
    pub(super) checksum: Option<ChecksumAlgorithm>,
}

#[derive(Clone)]
enum Source {
    Again(Arc<dyn Fn() -> Result<Reader> + Send + Sync>),
    Once(Arc<Mutex<Option<Reader>>>),
}

impl Upload {
    /// Of so many bytes, read from what `open` gives, anew for each time that it is sent.
    pub fn new<R: Read + Send + 'static>(
        length: u64,
        open: impl Fn() -> Result<R> + Send + Sync + 'static,
    ) -> Self {
        let open = move || open().map(|reader| Box::new(reader) as Reader);
        Self::of(length, Source::Again(Arc::new(open)))
    }

    /// Of a file, which is opened for each time that it is sent.
    ///
    /// # Errors
    /// Those of the system, and [`ErrorKind::InvalidInput`] for what has no length, such as a
    /// pipe: see [`once`](Self::once).
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_path_buf();
        let metadata = path.metadata()?;
        if !metadata.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        // One that cannot be read is told at once.
        File::open(&path)?;
        Ok(Self::new(metadata.len(), move || File::open(&path)))
    }

    /// Of so many bytes that can be read only once, such as those of a pipe or a connection.
    pub fn once(length: u64, reader: impl Read + Send + 'static) -> Self {
        let reader: Reader = Box::new(reader);
        Self::of(length, Source::Once(Arc::new(Mutex::new(Some(reader)))))
    }

    /// Not in chunks, for servers like S3 that do not take them: hashed first.
    #[must_use]
    pub fn whole(self) -> Self {
        Self {
            whole: true,
            ..self
        }
    }

    /// With this checksum behind the chunks, instead of CRC32 over https and none over plain http.
    #[cfg(feature = "checksum")]
    #[must_use]
    pub fn checksum(self, algorithm: ChecksumAlgorithm) -> Self {
        Self {
            checksum: Some(algorithm),
            ..self
        }
    }

    fn of(length: u64, source: Source) -> Self {
        Self {
            source,
            length,
            whole: false,
            #[cfg(feature = "checksum")]
            checksum: None,
        }
    }

    /// Whether it can be sent, or sent again.
    pub(super) fn is_at_hand(&self) -> bool {
        match &self.source {
            Source::Again(_) => true,
            Source::Once(reader) => locked(reader).is_some(),
        }
    }

    pub(super) fn open(
        &self,
        deadline: Option<Instant>,
    ) -> core::result::Result<Exactly, ClientError> {
        let reader = match &self.source {
            Source::Again(open) => open().map(Some),
            Source::Once(reader) => Ok(locked(reader).take()),
        };
        let reader = reader.and_then(|reader| reader.ok_or(ErrorKind::NotFound.into()));
        let reader = reader.map_err(|error| ClientError::RequestBody { kind: error.kind() })?;
        Ok(Exactly {
            reader: Some(reader),
            length: self.length,
            read: 0,
            deadline,
            home: match &self.source {
                Source::Again(_) => None,
                Source::Once(home) => Some(Arc::clone(home)),
            },
        })
    }

    /// Of all of it; for `service`, which takes no chunks.
    pub(super) fn sha256(
        &self,
        service: &str,
        deadline: Option<Instant>,
    ) -> core::result::Result<[u8; 32], ClientError> {
        if let Source::Once(_) = self.source {
            return Err(ClientError::OneTimeBody {
                service: service.into(),
            });
        }
        let mut reader = self.open(deadline)?;
        let mut hasher = Hasher::new();
        let mut piece = vec![0; PIECE];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(hasher.finish()),
                Ok(read) => hasher.put(piece.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(of_source(&error)),
            }
        }
    }
}

fn locked(reader: &Mutex<Option<Reader>>) -> std::sync::MutexGuard<'_, Option<Reader>> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the error of a body that was to be sent is among ours.
pub(super) fn of_source(error: &Error) -> ClientError {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<StreamError>()) {
        return ClientError::RequestStream(*error);
    }
    match inner.and_then(|inner| inner.downcast_ref::<OfSource>()) {
        Some(late @ OfSource::TooLate) => ClientError::Transport {
            kind: TransportKind::Deadline,
            message: late.to_string(),
        },
        _ => ClientError::RequestBody { kind: error.kind() },
    }
}

/// Why the body was not read: nothing of the connection.
#[derive(Debug)]
pub(super) enum OfSource {
    /// What its reader said.
    Failed(ErrorKind),
    /// The time of the call is over.
    TooLate,
}

impl fmt::Display for OfSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(kind) => write!(f, "the body could not be read: {kind}"),
            Self::TooLate => f.write_str("the call took too long: the body was not read in time"),
        }
    }
}

impl core::error::Error for OfSource {}

/// A body that ends where it has to, or with an error. One that was not begun goes back.
pub(super) struct Exactly {
    reader: Option<Reader>,
    length: u64,
    read: u64,
    deadline: Option<Instant>,
    home: Option<Arc<Mutex<Option<Reader>>>>,
}

impl Exactly {
    fn take(&mut self, space: &mut [u8]) -> Result<usize> {
        let is_over = |deadline| Instant::now() >= deadline;
        if self.deadline.is_some_and(is_over) {
            return Err(Error::new(ErrorKind::TimedOut, OfSource::TooLate));
        }
        let Some(reader) = &mut self.reader else {
            return Ok(0);
        };
        reader.read(space).map_err(|error| match error.kind() {
            ErrorKind::Interrupted => error,
            kind => Error::new(kind, OfSource::Failed(kind)),
        })
    }

    /// Whether there is nothing behind the last byte.
    fn ends(&mut self) -> Result<bool> {
        loop {
            match self.take(&mut [0]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                taken => return taken.map(|taken| taken == 0),
            }
        }
    }
}

impl Read for Exactly {
    fn read(&mut self, space: &mut [u8]) -> Result<usize> {
        // Whatever comes of it, it has been begun.
        self.home = None;
        let read = self.take(space)?;
        self.read = self.read.saturating_add(read as u64);
        let (length, expected) = (self.read, self.length);
        // Before the last byte is given away: the one who sends it may not ask again.
        if length > expected || (read > 0 && length == expected && !self.ends()?) {
            return Err(StreamError::TooMuchData { limit: expected }.into());
        }
        if read == 0 && !space.is_empty() && length < expected {
            return Err(StreamError::DataMissing { length, expected }.into());
        }
        Ok(read)
    }
}

impl Drop for Exactly {
    fn drop(&mut self) {
        if let (Some(home), Some(reader)) = (self.home.take(), self.reader.take()) {
            *locked(&home) = Some(reader);
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
