//! A file that is replaced as a whole, or not at all.

use crate::client::retry::random;
use std::format;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a new file beside the old one and puts it in its place (`rename`): whoever reads sees one
/// of both, and of a failure nothing is left but the old one. The mode stays; where the path is a
/// link, the file behind it is replaced.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    let new = path.with_file_name(format!("{name}.{process}.{:08x}.tmp", random()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = |mut file: File| {
        file.set_permissions(permissions)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    let written = write(options.open(&new)?).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        // What went wrong before is what counts.
        let _ = fs::remove_file(&new);
    }
    written
}
