//! A file that is replaced as a whole, or not at all.

use crate::client::retry::random;
use core::time::Duration;
use std::format;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a new file beside the old one and puts it in its place (`rename`): whoever reads sees one
/// of both, and of a failure nothing is left but the old one. Until it is whole, it is this user's
/// alone; then it has the owner of the old one, and its mode as far as that is the owner's, as what
/// AWS's CLI writes: a token is nobody else's. Where the path is a link, the file behind it is replaced.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let old = fs::metadata(&path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    let new = path.with_file_name(format!("{name}.{process}.{:08x}{ENDING}", random()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = |mut file: File| {
        file.write_all(bytes)?;
        #[cfg(unix)]
        keep_owner(&file, &old)?;
        file.set_permissions(of_owner(&old))?;
        file.sync_all()?;
        remove_leftovers(&path, &name, &file);
        Ok(())
    };
    let written = write(options.open(&new)?).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        // What went wrong before is what counts.
        let _ = fs::remove_file(&new);
    }
    written
}

const ENDING: &str = ".tmp";
/// Nobody writes a file for so long.
const ABANDONED: Duration = Duration::from_secs(60);

#[cfg(unix)]
fn of_owner(old: &Metadata) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(old.permissions().mode() & 0o600)
}

#[cfg(not(unix))]
fn of_owner(old: &Metadata) -> Permissions {
    old.permissions()
}

/// A user's file stays the user's, whoever renews it.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid()))
}

/// What a program left behind that was stopped while it wrote.
fn remove_leftovers(path: &Path, name: &str, new: &File) {
    let written = |metadata: io::Result<Metadata>| metadata.and_then(|found| found.modified());
    let Ok(now) = written(new.metadata()) else {
        return;
    };
    let beside = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    for entry in beside.into_iter().flatten().flatten() {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let ours = found
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'));
        let age = written(entry.metadata()).map(|then| now.duration_since(then));
        if ours && found.ends_with(ENDING) && matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            // It is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}
