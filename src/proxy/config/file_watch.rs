//! Whether files have changed: asked now and then, as that works everywhere, for links that are
//! switched (Kubernetes) and files that are replaced.

use std::fs::{Metadata, metadata};
use std::path::PathBuf;
use std::prelude::rust_2024::*;
use std::time::SystemTime;

/// What tells one state of a file from another; none where there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    modified: Option<SystemTime>,
    length: u64,
    /// Device and number: another file in its place.
    inode: (u64, u64),
    /// The time of the last change to its number, which nobody sets back.
    changed: (i64, i64),
}

/// Looks whether files have changed, and whether they rest again.
///
/// ```
/// use sigv4::proxy::FileWatch;
///
/// let mut watch = FileWatch::new(vec!["/etc/sigv4/proxy.toml".into()]);
/// assert!(!watch.has_changed());
/// ```
#[derive(Clone, Debug)]
pub struct FileWatch {
    files: Vec<PathBuf>,
    known: Vec<Option<State>>,
    /// What was there the last time, where that is not what is known.
    seen: Option<Vec<Option<State>>>,
}

impl FileWatch {
    /// As the files are now; make it before they are read, so that no change gets lost between.
    #[must_use]
    pub fn new(files: Vec<PathBuf>) -> Self {
        let known = states(&files);
        Self {
            files,
            known,
            seen: None,
        }
    }

    /// Whether any has changed since the last time that this said so, and has not changed since it
    /// was asked before: a file that is being written is not read half.
    pub fn has_changed(&mut self) -> bool {
        let now = states(&self.files);
        if now == self.known {
            self.seen = None;
            return false;
        }
        if self.seen.as_ref() == Some(&now) {
            self.known = now;
            self.seen = None;
            return true;
        }
        self.seen = Some(now);
        false
    }

    /// The files are read now, whether they have changed or not: what has changed until here is not told any
    /// more.
    pub fn note(&mut self) {
        self.known = states(&self.files);
        self.seen = None;
    }

    /// Other files from now on; of those that stay, what is known stays, too.
    pub fn watch(&mut self, files: Vec<PathBuf>) {
        let known = files.iter().map(|file| {
            let mut pairs = self.files.iter().zip(&self.known);
            match pairs.find(|(known, _)| *known == file) {
                Some((_, state)) => state.clone(),
                None => state(file),
            }
        });
        self.known = known.collect();
        self.files = files;
        self.seen = None;
    }
}

fn states(files: &[PathBuf]) -> Vec<Option<State>> {
    files.iter().map(state).collect()
}

/// Links are followed.
fn state(file: &PathBuf) -> Option<State> {
    metadata(file).ok().map(|metadata| State {
        modified: metadata.modified().ok(),
        length: metadata.len(),
        inode: inode(&metadata),
        changed: changed(&metadata),
    })
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (i64, i64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::FileWatch;
    use std::fs::{remove_file, rename, write};
    use std::vec;

    /// Once seen and once more, as it is.
    fn settles(watch: &mut FileWatch) -> bool {
        let first = watch.has_changed();
        let second = watch.has_changed();
        let third = watch.has_changed();
        assert!(!first && !third);
        second
    }

    #[test]
    fn each_change_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        write(&one, "a").unwrap();
        let mut watch = FileWatch::new(vec![one.clone()]);
        assert!(!settles(&mut watch));
        write(&one, "ab").unwrap();
        assert!(settles(&mut watch), "another length");
        write(&other, "xy").unwrap();
        rename(&other, &one).unwrap();
        assert!(settles(&mut watch), "another file of the same length");
        remove_file(&one).unwrap();
        assert!(settles(&mut watch), "no file");
        write(&one, "ab").unwrap();
        assert!(settles(&mut watch), "a file again");
        // What is being written still is not told.
        write(&one, "abc").unwrap();
        assert!(!watch.has_changed());
        write(&one, "abcd").unwrap();
        assert!(!watch.has_changed());
        assert!(watch.has_changed());
        // Who reads it in between has read it.
        write(&one, "ab").unwrap();
        assert!(!watch.has_changed());
        watch.note();
        assert!(!settles(&mut watch));
        write(&one, "abc").unwrap();
        assert!(settles(&mut watch));
        // Other files: what has changed of those that stay is told yet.
        write(&one, "abcde").unwrap();
        write(&other, "x").unwrap();
        watch.watch(vec![other, one]);
        assert!(settles(&mut watch));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_is_switched_is_a_change() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [("1", "a"), ("2", "b")] {
            std::fs::create_dir(path(name)).unwrap();
            write(path(name).join("proxy.toml"), text).unwrap();
        }
        symlink("1", path("data")).unwrap();
        symlink("data/proxy.toml", path("proxy.toml")).unwrap();
        let mut watch = FileWatch::new(vec![path("proxy.toml")]);
        symlink("2", path("new")).unwrap();
        rename(path("new"), path("data")).unwrap();
        assert!(settles(&mut watch));
    }
}
