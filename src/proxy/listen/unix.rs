//! A UNIX socket that its owner alone can connect to.

use super::tcp::BACKLOG;
use std::fs::{self, Permissions};
use std::future::Future;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use std::task::{Context, Poll, Waker};
use std::{format, io, pin};
use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// Read and write, for the owner: connecting takes writing.
const MODE: u32 = 0o600;

/// A socket and its file, which is removed with it.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) listener: UnixListener,
    file: SocketFile,
}

/// Which file it is: another server may have put its own there since.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Door {
    /// Nobody can connect before the permissions are right, whatever the umask: the kernel refuses
    /// connections until the socket listens, which comes last.
    ///
    /// A socket that nobody listens on is replaced.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] where somebody listens, or where there is a file that is no
    /// socket; what keeps it from being made.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut socket = UnixSocket::new_stream()?;
        if let Err(error) = socket.bind(path) {
            if error.kind() != io::ErrorKind::AddrInUse {
                return Err(error);
            }
            remove_stale(path)?;
            // One that could not be bound may be bound already, to nothing.
            socket = UnixSocket::new_stream()?;
            socket.bind(path)?;
        }
        let file = SocketFile::at(path)?;
        fs::set_permissions(path, Permissions::from_mode(MODE))?;
        let found = fs::symlink_metadata(path)?;
        if !file.is(&found) || found.permissions().mode() & 0o777 != MODE {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "its permissions cannot be limited to its owner",
            ));
        }
        let listener = socket.listen(BACKLOG)?;
        Ok(Self { listener, file })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }
}

impl SocketFile {
    fn at(path: &Path) -> io::Result<Self> {
        let found = fs::symlink_metadata(path)?;
        Ok(Self {
            path: path.into(),
            device: found.dev(),
            inode: found.ino(),
        })
    }

    fn is(&self, found: &fs::Metadata) -> bool {
        found.file_type().is_socket() && (found.dev(), found.ino()) == (self.device, self.inode)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| self.is(&found)) {
            // The next one who listens there removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a socket that refuses connections: whoever listened on it is gone.
fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |why: &str| Err(io::Error::new(io::ErrorKind::AddrInUse, why));
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return in_use("there is a file that is no socket");
    }
    // Asked once, without waiting: the kernel refuses at once, or somebody listens.
    let mut connecting = pin::pin!(UnixStream::connect(path));
    match connecting
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path)
        }
        Poll::Ready(Err(error)) if error.kind() != io::ErrorKind::WouldBlock => in_use(&format!(
            "whether somebody listens there cannot be told: {error}"
        )),
        _ => in_use("somebody listens there"),
    }
}
