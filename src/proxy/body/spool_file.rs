//! A body on its way into a file without a name.

use super::body_fault::BodyFault;
use crate::proxy::places::{Places, Share};
use crate::signature::hash::Hasher;
use bytes::Bytes;
use log::error;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use tokio::task::spawn_blocking;

/// How much is written and read at once, in bytes.
pub(super) const PIECE: usize = 32 << 10;

/// What a body in a file has in memory, in bytes: two pieces, of which one is being written or read while
/// the other is on its way.
pub(super) const HELD: u64 = 2 * PIECE as u64;

/// A file, and the hash of what is in it. Both are made on threads that may block.
pub(super) struct SpoolFile {
    file: File,
    share: Share,
    hasher: Hasher,
    /// What is still to be written; as long as a piece at the most.
    buffer: Vec<u8>,
    length: u64,
}

/// A file that is whole, to be read from its beginning.
pub(super) struct Written {
    pub file: File,
    /// Given back with the file.
    #[allow(dead_code, reason = "it is there to be dropped")]
    pub share: Share,
    pub length: u64,
    pub sha256: [u8; 32],
}

impl SpoolFile {
    /// In that folder, or in the system's.
    pub(super) async fn new(folder: Option<&Path>, budget: &Places) -> Result<Self, BodyFault> {
        let folder = folder.map(PathBuf::from);
        let made = move || match &folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        Ok(Self {
            file: blocking(made).await?,
            share: budget.share(),
            hasher: Hasher::new(),
            buffer: Vec::with_capacity(PIECE),
            length: 0,
        })
    }

    /// The next bytes, written when there are enough of them. A body takes room as it arrives: who only
    /// announces a long one keeps nobody out.
    pub(super) async fn put(mut self, data: Bytes) -> Result<Self, BodyFault> {
        let length = data.len() as u64;
        if !self.share.take(length) {
            let limit = self.share.limit();
            return Err(BodyFault::NoRoom { limit });
        }
        self.length = self.length.saturating_add(length);
        if self.buffer.len().saturating_add(data.len()) <= PIECE {
            self.buffer.extend_from_slice(&data);
            return Ok(self);
        }
        self.write(data).await
    }

    /// All that is left is written, and the file is at its beginning.
    pub(super) async fn finish(self) -> Result<Written, BodyFault> {
        let mut whole = self.write(Bytes::new()).await?;
        let sha256 = whole.hasher.clone().finish();
        let rewound = move || whole.file.rewind().map(|()| whole);
        let whole = blocking(rewound).await?;
        Ok(Written {
            file: whole.file,
            share: whole.share,
            length: whole.length,
            sha256,
        })
    }

    async fn write(mut self, data: Bytes) -> Result<Self, BodyFault> {
        blocking(move || {
            for piece in [&self.buffer[..], &data[..]] {
                self.hasher.put(piece);
                self.file.write_all(piece)?;
            }
            self.buffer.clear();
            Ok(self)
        })
        .await
    }
}

/// Nothing here runs on the executor's thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BodyFault> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(error.into()))
        .map_err(|error| {
            error!("a body cannot be kept in a file: {error}");
            BodyFault::Spool(error)
        })
}
