//! A secret access key in a file.

use crate::failure::{Failure, words};
use crate::hidden;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// More than any secret; a device without an end must not fill the memory.
const MOST: u64 = 64 * 1024;

/// The secret without the line end that an editor puts after it. Anything else that no editor
/// shows would be signed with, and the service would merely say that the signature is wrong.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let about =
        |problem: &dyn Display| Failure::credentials(format_args!("{}: {problem}", path.display()));
    // As large as it gets, so that no part of it stays behind where it grew.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(MOST).unwrap_or(0)));
    let file = File::open(path).map_err(|error| about(&words(&error)))?;
    let readable = readable_by_others(&file).map_err(|error| about(&words(&error)))?;
    file.take(MOST)
        .read_to_end(&mut bytes)
        .map_err(|error| about(&words(&error)))?;
    if u64::try_from(bytes.len()).map_or(true, |length| length >= MOST) {
        return Err(about(&"too long for a secret"));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| about(&format_args!("no UTF-8 at byte {}", error.valid_up_to())))?;
    let secret = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text);
    if let Some(found) = hidden::find(secret) {
        return Err(about(&found));
    }
    if secret.is_empty() {
        return Err(about(&"empty"));
    }
    if readable {
        log::warn!(
            "{}: every user of this machine can read it; chmod 600 keeps it yours",
            path.display()
        );
    }
    Ok(Zeroizing::new(secret.to_owned()))
}

/// A pipe or a terminal is nobody's file.
#[cfg(unix)]
fn readable_by_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &File) -> io::Result<bool> {
    Ok(false)
}
