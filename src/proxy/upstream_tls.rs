//! Whom an upstream's certificate has to be from.

use super::settings::Upstream;
use http::uri::Scheme;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::prelude::rust_2024::*;
use std::sync::{Arc, OnceLock};
use std::{format, io};

/// What TLS with an upstream begins with; none where it is not spoken. With Mozilla's roots, it is one for all.
///
/// # Errors
/// A file of certificates that cannot be used.
pub(super) fn client_config(upstream: &Upstream) -> io::Result<Option<ClientConfig>> {
    static OF_MOZILLA: OnceLock<ClientConfig> = OnceLock::new();
    let roots = match upstream {
        // What is named is read, whether it is asked or not.
        Upstream::Fixed { scheme, roots, .. } if *scheme == Scheme::HTTP && roots.is_none() => {
            return Ok(None);
        }
        Upstream::Fixed { roots, .. } | Upstream::CallersHost { roots } => roots,
    };
    if let Some(file) = roots {
        return with(trusted(file)?).map(Some);
    }
    if let Some(config) = OF_MOZILLA.get() {
        return Ok(Some(config.clone()));
    }
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let config = with(roots)?;
    Ok(Some(OF_MOZILLA.get_or_init(|| config).clone()))
}

fn with(roots: RootCertStore) -> io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Those of a file.
fn trusted(file: &Path) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let unusable = |why: &dyn core::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: {why}", file.display()),
        )
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"no certificate in it"));
    }
    Ok(roots)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn to(scheme: &str) -> Upstream {
        Upstream::Fixed {
            scheme: scheme.parse().unwrap(),
            authority: "127.0.0.1".parse().unwrap(),
            sign_host: None,
            roots: None,
            h2c: false,
        }
    }

    /// Each has Mozilla's roots, some 150 of them, and room for sessions.
    #[test]
    fn there_is_one_for_all_and_none_without_tls() {
        assert!(client_config(&to("http")).unwrap().is_none());
        let first = client_config(&to("https")).unwrap().unwrap();
        let callers_host = Upstream::CallersHost { roots: None };
        let second = client_config(&callers_host).unwrap().unwrap();
        assert!(Arc::ptr_eq(
            first.crypto_provider(),
            second.crypto_provider()
        ));
    }
}
