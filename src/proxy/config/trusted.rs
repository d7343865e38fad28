//! Authorities that a route trusts in the place of the built-in ones.

use super::document::RouteTable;
use super::named_file::{about, read};
use super::written::Wrong;
use crate::proxy::settings::Upstream;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::prelude::rust_2024::*;

/// More than all authorities there are.
const MOST_OF_ROOTS: u64 = 8 << 20;

/// A file of authorities that cannot be read, or has none, is known now and not with the first request.
pub(super) fn roots(table: &RouteTable, upstream: &Upstream) -> Result<(), Wrong> {
    let (Upstream::Fixed { roots, .. } | Upstream::CallersHost { roots }) = upstream;
    let (Some(path), Some(written)) = (roots, &table.ca_file) else {
        return Ok(());
    };
    let fault = |fault| written.wrong("ca_file", fault);
    let bytes = read(path, MOST_OF_ROOTS).map_err(fault)?;
    let mut number = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let mut store = rustls::RootCertStore::empty();
        if !certificate.is_ok_and(|certificate| store.add(certificate).is_ok()) {
            return Err(fault(about(path, "not PEM, or a certificate that is none")));
        }
        number = number.saturating_add(1);
    }
    match number {
        0 => Err(fault(about(path, "no certificate in it"))),
        _ => Ok(()),
    }
}
