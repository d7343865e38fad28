//! Files that are read from, and what is said of those that cannot be.

use crate::failure::{Failure, words};
use std::fs::File;
use std::io;
use std::path::Path;

/// A folder can be opened on Unix, but not read: better said at once.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

pub(crate) fn about(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format_args!("{}: {}", path.display(), words(error)))
}
