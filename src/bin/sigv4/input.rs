//! Files that are read from, and what is said of those that cannot be.

use crate::failure::{Failure, words};
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A folder can be opened on Unix, but not read: better said at once.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// What is read of a file while it is sent: its errors are not those of the connection.
pub(crate) struct OfFile<R>(pub R);

/// What the system said of it, if it is such an error.
pub(crate) fn unread(error: &io::Error) -> Option<String> {
    let unread = error.get_ref()?.downcast_ref::<Unread>()?;
    Some(words(&unread.0))
}

impl<R: Read> Read for OfFile<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => io::Error::other(Unread(error)),
        })
    }
}

#[derive(Debug)]
struct Unread(io::Error);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Unread {}

pub(crate) fn about(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format_args!("{}: {}", path.display(), words(error)))
}
