//! Step 1: paths, queries, headers.

use super::example::{HOST, at, get, signer};
use super::lines::{borrowed, header_lines};
use super::services::SERVICES;
use crate::reference;
use sigv4::{CanonicalRequest, Profile};

/// Canonical lines hold nothing but what SigV4 allows, hash to the hash, and the target on
/// the wire canonicalises to itself.
fn canonical_target(target: &str) {
    for service in SERVICES {
        let profile = Profile::for_service(service);
        let headers = [HOST];
        let request = get(target, &headers);
        let Ok(canonical) = CanonicalRequest::new(&request, &profile) else {
            continue;
        };
        let bytes = canonical.to_bytes();
        assert_eq!(reference::sha256(&bytes), reference::hex(&canonical.hash()));
        let mut lines = bytes.split(|byte| *byte == b'\n').skip(1);
        let allowed = |more: &'static [u8]| {
            move |byte: &u8| {
                byte.is_ascii_alphanumeric() || b"-_.~%".contains(byte) || more.contains(byte)
            }
        };
        assert!(lines.next().unwrap().iter().all(allowed(b"/")));
        assert!(lines.next().unwrap().iter().all(allowed(b"&=")));
        if let Ok(signed) = signer(service).sign(&request, at()) {
            let again = get(signed.target(), &headers);
            let signer = signer(service);
            let twice = signer.sign(&again, at()).unwrap();
            assert_eq!(twice.target(), signed.target());
            assert_eq!(twice.signature(), signed.signature());
        }
    }
}

pub fn canonical_path(data: &[u8]) {
    canonical_target(&format!(
        "/{}",
        String::from_utf8_lossy(data).replace('?', "")
    ));
}

pub fn canonical_query(data: &[u8]) {
    canonical_target(&format!("/?{}", String::from_utf8_lossy(data)));
}

/// Whatever is accepted gives one line a name, sorted, and no header more than came in.
pub fn canonical_headers(data: &[u8]) {
    let lines = header_lines(data);
    let mut headers = borrowed(&lines);
    headers.push(HOST);
    let profile = Profile {
        non_ascii_header_values: true,
        ..Profile::DEFAULT
    };
    let request = get("/", &headers);
    let Ok(canonical) = CanonicalRequest::new(&request, &profile) else {
        return;
    };
    let names = canonical.signed_headers();
    let names: Vec<_> = names.split(';').collect();
    assert!(names.is_sorted_by(|left, right| left < right));
    assert!(names.len() <= headers.len());
    let bytes = canonical.to_bytes();
    let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), names.len() + 6);
    for (line, name) in lines[3..].iter().zip(&names) {
        assert!(line.starts_with(format!("{name}:").as_bytes()));
        assert!(!line.windows(2).any(|pair| pair == b"  "));
    }
}
