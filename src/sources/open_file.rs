//! Opening what is to be read to its end.

use std::fs::File;
use std::io;
use std::path::Path;

/// A named pipe that nobody writes to would hold up whoever opens it, for ever, and is refused. A pipe
/// that is open already is not: what a shell hands over in place of a file (`<(…)`, `/dev/fd/63`).
pub(crate) fn open(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let is_pipe = std::fs::metadata(path)?.file_type().is_fifo();
        if is_pipe && !is_open_already(path) {
            let problem = "it is a named pipe, which may have nobody who writes to it: give a file";
            return Err(io::Error::other(problem));
        }
    }
    File::open(path)
}

/// On Linux it is a link to what has no path, elsewhere a device of the file descriptor's own.
#[cfg(unix)]
fn is_open_already(path: &Path) -> bool {
    let is_linux = cfg!(any(target_os = "linux", target_os = "android"));
    std::fs::canonicalize(path).is_err() || !is_linux && path.starts_with("/dev/fd")
}
