//! Files with a token, which others replace: read anew each time.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::open_file::open;
use std::format;
use std::io::{self, Read};
use std::path::Path;
use std::prelude::rust_2024::*;
use std::sync::Once;
use zeroize::Zeroizing;

const LIMIT: usize = 64 * 1024;
/// A buffer that grew would leave a secret behind: room for one byte too many, and to find the
/// end.
const CAPACITY: usize = LIMIT + 64;

/// The whole file, which is the token: a line break in it, also at its end, is an error, as the
/// AWS SDKs have it (botocore's `_validate_auth_token`): sent along, it would end a header or spoil
/// the token. Errors name the place, and nothing of what is there.
pub(crate) fn read(what: &str, path: &Path) -> Result<Zeroizing<String>, CredentialsError> {
    let failed = |problem: String| {
        // What leads nowhere could be a secret in its place.
        let is_folder = |folder: &Path| folder.parent().is_some() && folder.is_dir();
        let name = if path.exists() || path.ancestors().skip(1).any(is_folder) {
            format!("{what} in {}", path.display())
        } else {
            format!("{what} in the file that is named")
        };
        CredentialsError::failed(&name, problem)
    };
    let bytes = bytes(path).map_err(|error| failed(format!("{error}")))?;
    let Ok(text) = core::str::from_utf8(&bytes) else {
        return Err(failed("the file is no UTF-8".into()));
    };
    if text.is_empty() {
        return Err(failed("the file is empty".into()));
    }
    match text.bytes().position(|byte| byte == b'\r' || byte == b'\n') {
        None => Ok(Zeroizing::new(text.into())),
        Some(position) if text.trim_end_matches(['\r', '\n']).len() == position => Err(failed(
            format!("the token ends in a line break, at byte {position}: write it without one"),
        )),
        Some(position) => Err(failed(format!(
            "a line break at byte {position}: the file is to hold the token and nothing else"
        ))),
    }
}

/// All bytes of a file that AWS's tools write for its owner alone. The log says where others may read
/// it, once for a source: those tools do not look, and a file that was copied may have lost its mode.
pub(crate) fn private(path: &Path, said: &Once) -> io::Result<Zeroizing<Vec<u8>>> {
    let bytes = bytes(path)?;
    if let Some(mode) = readable_by_others(path) {
        said.call_once(|| {
            log::warn!(
                "{} holds a token, and others than its owner may read it (mode {mode:03o}); chmod 600 \
                 keeps it theirs",
                path.display()
            );
        });
    }
    Ok(bytes)
}

/// The mode of a file that its group or everybody may read.
#[cfg(unix)]
fn readable_by_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> Option<u32> {
    None
}

/// All bytes of a file that is not too large.
fn bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
    let bound = u64::try_from(LIMIT).unwrap_or(u64::MAX);
    open(path)?
        .take(bound.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() > LIMIT {
        return Err(io::Error::other(format!("the file is over {LIMIT} bytes")));
    }
    Ok(bytes)
}
