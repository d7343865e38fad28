//! Where the two files are, and how they are read.
//! [Location of the shared files](https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html)

use crate::sources::environment::Environment;
use crate::sources::open_file::open;
use crate::sources::profile::problem::FileProblem;
use std::ffi::OsString;
use std::format;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// More than anybody's profiles.
const MAX_FILE: u64 = 4 * 1024 * 1024;
/// For what has no length, such as a pipe.
const FIRST_CAPACITY: u64 = 64 * 1024;

/// Where the files are; `None` where nothing tells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Locations {
    pub config: Option<PathBuf>,
    pub credentials: Option<PathBuf>,
}

impl Locations {
    pub(crate) fn of(environment: &Environment, windows: bool) -> Self {
        let home = home(environment, windows);
        let file = |variable: &str, name: &str| {
            let in_home = |tail: &[&str]| Some(below(home.clone()?, tail, windows));
            match environment.path(variable) {
                Some(path) => match path.to_str().map(|path| path.split_at_checked(1)) {
                    // As AWS's CLI reads it.
                    Some(Some(("~", tail))) if tail.starts_with(separators(windows)) => {
                        in_home(&[tail.trim_start_matches(separators(windows))])
                    }
                    _ => Some(path.into()),
                },
                None => in_home(&[".aws", name]),
            }
        };
        Self {
            config: file("AWS_CONFIG_FILE", "config"),
            credentials: file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        }
    }
}

/// `HOME`; on Windows then `USERPROFILE`, then `HOMEDRIVE` with `HOMEPATH`.
pub(crate) fn home(environment: &Environment, windows: bool) -> Option<OsString> {
    let home = environment.path("HOME");
    if home.is_some() || !windows {
        return home;
    }
    environment.path("USERPROFILE").or_else(|| {
        let mut home = environment.path("HOMEDRIVE")?;
        home.push(environment.path("HOMEPATH")?);
        Some(home)
    })
}

fn separators(windows: bool) -> &'static [char] {
    if windows { &['/', '\\'] } else { &['/'] }
}

/// With the separator of the platform that is meant, which is not this one in a test.
fn below(mut path: OsString, names: &[&str], windows: bool) -> PathBuf {
    for name in names {
        path.push(if windows { "\\" } else { "/" });
        path.push(name);
    }
    path.into()
}

/// The bytes of a file; `None` where there is none. No copy of a part is left behind.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, FileProblem> {
    match read_within(path, MAX_FILE) {
        Ok(Some(bytes)) => Ok(Some(bytes)),
        Ok(None) => Err(FileProblem::TooLarge { limit: MAX_FILE }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileProblem::Unreadable {
            problem: format!("{error}"),
        }),
    }
}

/// `None` where it is larger.
pub(crate) fn read_within(path: &Path, limit: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut file = open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Ok(None);
    }
    let with_capacity = |bytes: u64| {
        let capacity = usize::try_from(bytes).map_err(io::Error::other)?;
        Ok::<_, io::Error>(Zeroizing::new(Vec::with_capacity(capacity)))
    };
    // Room for the end, which has to be found, too.
    let mut capacity = if length == 0 { FIRST_CAPACITY } else { length }.saturating_add(64);
    let mut bytes: Zeroizing<Vec<u8>> = with_capacity(capacity)?;
    loop {
        let room = bytes.capacity().saturating_sub(bytes.len());
        let room = u64::try_from(room).map_err(io::Error::other)?;
        let read = file.by_ref().take(room).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).map_or(true, |length| length > limit) {
            return Ok(None);
        }
        if u64::try_from(read).is_ok_and(|read| read < room) {
            return Ok(Some(bytes));
        }
        // It grew meanwhile, or it did not tell its length.
        capacity = capacity.saturating_mul(2);
        let mut larger: Zeroizing<Vec<u8>> = with_capacity(capacity)?;
        larger.extend_from_slice(&bytes);
        bytes = larger;
    }
}
