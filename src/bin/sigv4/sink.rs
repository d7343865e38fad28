//! Where the answer goes: to stdout, or to a file.

use crate::failure::{Failure, print_bytes, words};
use crate::terminal::Escaping;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Head and body of an answer, in pieces.
pub(crate) enum Sink {
    Stdout,
    /// Without controls, and with a line end at the end.
    Terminal(Escaping),
    File(Output),
}

/// A file that can be written to, and still has what it had.
pub(crate) struct Output {
    path: PathBuf,
    file: File,
    created: bool,
}

impl Sink {
    /// Opened before anything is sent: what could not be kept should not be asked for.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(match io::stdout().is_terminal() {
                true => Self::Terminal(Escaping::default()),
                false => Self::Stdout,
            });
        };
        let unusable = |error: io::Error| {
            Failure::usage(format_args!("{}: {}", path.display(), words(&error)))
        };
        let new = OpenOptions::new().write(true).create_new(true).open(path);
        let (file, created) = match new {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let file = OpenOptions::new().write(true).open(path);
                (file.map_err(unusable)?, false)
            }
            new => (new.map_err(unusable)?, true),
        };
        Ok(Self::File(Output {
            path: path.to_owned(),
            file,
            created,
        }))
    }

    /// There is an answer: what the file had goes.
    pub(crate) fn begin(&mut self) -> Result<(), Failure> {
        let Self::File(output) = self else {
            return Ok(());
        };
        let metadata = output.file.metadata();
        let emptied = metadata.and_then(|metadata| match metadata.is_file() {
            true => output.file.set_len(0),
            false => Ok(()),
        });
        emptied.map_err(|error| output.lost(&error))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => print_bytes(bytes),
            Self::Terminal(escaping) => print_bytes(escaping.piece(bytes).as_bytes()),
            Self::File(output) => {
                let written = output.file.write_all(bytes);
                written.map_err(|error| output.lost(&error))
            }
        }
    }

    /// After all of it, of which this was the last byte. A prompt starts on a line of its own.
    pub(crate) fn end(self, last: Option<u8>) -> Result<(), Failure> {
        match self {
            Self::Terminal(escaping) => {
                let mut rest = escaping.end();
                if last.is_some_and(|byte| byte != b'\n') {
                    rest.push('\n');
                }
                print_bytes(rest.as_bytes())
            }
            Self::Stdout | Self::File(_) => Ok(()),
        }
    }

    /// Nothing came that is to be kept: there is no file where there was none.
    pub(crate) fn abandon(self) {
        if let Self::File(output) = self
            && output.created
        {
            // An empty file does no harm.
            let _ = std::fs::remove_file(output.path);
        }
    }
}

impl Output {
    fn lost(&self, error: &io::Error) -> Failure {
        Failure::failed(format_args!(
            "{}: {}; the request was sent",
            self.path.display(),
            words(error)
        ))
    }
}

/// Whether stdout and stderr end in the same place, as with `2>&1`.
#[cfg(unix)]
pub(crate) fn is_one_log() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let place = |fd: io::Result<std::os::fd::OwnedFd>| {
        let metadata = File::from(fd.ok()?).metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    let stdout = place(io::stdout().as_fd().try_clone_to_owned());
    stdout.is_some() && stdout == place(io::stderr().as_fd().try_clone_to_owned())
}

/// Elsewhere, nothing tells.
#[cfg(not(unix))]
pub(crate) fn is_one_log() -> bool {
    false
}
