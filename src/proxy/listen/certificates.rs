//! A certificate and its key, read again when their files change.

use super::super::config::FileWatch;
use super::super::settings::TlsFiles;
use crate::sources::lock::lock;
use rustls::ServerConfig;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{format, vec};
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::sleep;
use zeroize::Zeroizing;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// More than any chain of certificates: a device without an end must not fill the memory.
const LONGEST: u64 = 1 << 20;

/// What TLS is offered with. Handshakes that have begun, and connections, keep what they have.
#[derive(Debug)]
pub(super) struct Certificates {
    held: Arc<Mutex<Arc<ServerConfig>>>,
    watch: AbortHandle,
}

impl Certificates {
    /// Reads the files, and looks at them each second from then on. Within a runtime.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for files that cannot be used, with the file and why.
    pub(super) fn read(files: &TlsFiles) -> io::Result<Self> {
        let mut watched = Watched::new(files);
        let held = Arc::new(Mutex::new(watched.read()?));
        let shared = held.clone();
        let watch = tokio::spawn(async move {
            loop {
                sleep(LOOK).await;
                // Files of a network can be slow.
                let looked = spawn_blocking(move || {
                    let found = watched.look();
                    (watched, found)
                });
                let Ok((back, found)) = looked.await else {
                    return log::error!("the certificate is not looked at any more");
                };
                watched = back;
                if let Some(found) = found {
                    *lock(&shared) = found;
                }
            }
        });
        Ok(Self {
            held,
            watch: watch.abort_handle(),
        })
    }

    pub(super) fn current(&self) -> Arc<ServerConfig> {
        lock(&self.held).clone()
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// The files, and whether they have changed since they were last read.
#[derive(Debug)]
pub(super) struct Watched {
    files: TlsFiles,
    watch: FileWatch,
}

impl Watched {
    pub(super) fn new(files: &TlsFiles) -> Self {
        Self {
            files: files.clone(),
            watch: FileWatch::new(vec![files.certificate.clone(), files.key.clone()]),
        }
    }

    /// As the files are now. What changes while they are read is seen the next time.
    pub(super) fn read(&self) -> io::Result<Arc<ServerConfig>> {
        read(&self.files)
    }

    /// What they hold, where they have changed, rest again, and can be used. Of others a line is logged, once.
    pub(super) fn look(&mut self) -> Option<Arc<ServerConfig>> {
        if !self.watch.has_changed() {
            return None;
        }
        match self.read() {
            Ok(config) => {
                let path = self.files.certificate.display();
                log::info!("{path}: the certificate was read again");
                Some(config)
            }
            Err(error) => {
                log::error!("{error}; the former certificate stays");
                None
            }
        }
    }
}

fn read(files: &TlsFiles) -> io::Result<Arc<ServerConfig>> {
    let (path, key_path) = (&*files.certificate, &*files.key);
    let text = bytes(path)?;
    let chain = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable(path, &error))?;
    if chain.is_empty() {
        return Err(unusable(path, &"no certificate in it"));
    }
    let text = bytes(key_path)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        PemError::NoItemsFound if is_encrypted(&text) => unusable(
            key_path,
            &"the key in it is encrypted: a plain one is needed",
        ),
        PemError::NoItemsFound => unusable(key_path, &"no private key in it"),
        // What an error shows can be a line of the key.
        _ => unusable(key_path, &"no valid PEM file"),
    })?;
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => unusable(
                    key_path,
                    &format_args!("it is not the key of the certificate in {}", path.display()),
                ),
                rustls::Error::InvalidCertificate(_) => unusable(path, &error),
                _ => unusable(key_path, &error),
            })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The bytes of a file, which may hold a secret.
fn bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let taken = || {
        let file = File::open(path)?;
        let length = file.metadata()?.len().min(LONGEST).saturating_add(1);
        // Nothing moves, and what is wiped is all there was.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0)));
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    taken().map_err(|error: io::Error| unusable(path, &error))
}

fn is_encrypted(text: &[u8]) -> bool {
    let mark = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    text.windows(mark.len()).any(|part| part == mark)
}

fn unusable(path: &Path, why: &dyn Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{}: {why}", path.display()),
    )
}
