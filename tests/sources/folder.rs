//! Files in a folder of their own, and an environment that names them.

use sigv4::sources::Environment;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `.aws/config` and `.aws/credentials`.
    pub(crate) fn with(config: &str, credentials: &str) -> Self {
        let folder = Self::new();
        folder.put(".aws/config", config);
        folder.put(".aws/credentials", credentials);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The variables, and this folder as the home.
    pub(crate) fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let home = self.0.path().to_str().unwrap();
        let variables: HashMap<String, String> = [("HOME", home)]
            .iter()
            .chain(variables)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Environment::from_lookup(move |name| variables.get(name).map(Into::into))
    }
}
