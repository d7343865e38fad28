//! What the steps make of a request: its refusal, its canonical lines, its wire target.

use crate::support::example::{EMPTY_SHA256, HOST, at, get, hour};
use sigv4::{CanonicalRequest, Error, Header, Profile, Request, Signer};

/// The error of both forms, which is the same.
pub fn refused(signer: &Signer, request: &Request<'_>) -> Error {
    let header = signer.sign(request, at()).map(|_| ()).unwrap_err();
    let query = signer.presign(request, hour(), at()).map(|_| ());
    assert_eq!(query.unwrap_err(), header);
    assert_eq!(signer.stages(request, at()).unwrap_err(), header);
    let stages = signer.presign_stages(request, hour(), at());
    assert_eq!(stages.unwrap_err(), header);
    header
}

/// The canonical request of a target and headers as they are given.
pub fn canonical(profile: &Profile, target: &str, headers: &[Header<'_>]) -> String {
    let request = get(target, headers);
    let canonical = CanonicalRequest::new(&request, profile).unwrap();
    let text = String::from_utf8(canonical.to_bytes()).unwrap();
    assert_eq!(canonical.to_string(), text);
    text
}

pub fn canonical_path(profile: &Profile, path: &str) -> String {
    let text = canonical(profile, path, &[HOST]);
    text.split('\n').nth(1).unwrap().to_owned()
}

pub fn canonical_query(query: &str) -> String {
    let text = canonical(&Profile::DEFAULT, &format!("/?{query}"), &[HOST]);
    text.split('\n').nth(2).unwrap().to_owned()
}

/// The header lines but for that of `host`, and the list of names.
pub fn canonical_headers(headers: &[Header<'_>]) -> (Vec<String>, String) {
    let mut all = headers.to_vec();
    all.push(HOST);
    let text = canonical(&Profile::DEFAULT, "/", &all);
    let lines: Vec<_> = text.split('\n').skip(3).map(String::from).collect();
    let [headers @ .., empty, names, hash] = lines.as_slice() else {
        panic!("too few lines");
    };
    assert_eq!((empty.as_str(), hash.as_str()), ("", EMPTY_SHA256));
    let others = headers.iter().filter(|line| !line.starts_with("host:"));
    (others.cloned().collect(), names.clone())
}

pub fn wire(signer: &Signer, target: &str) -> String {
    let headers = [HOST];
    let request = get(target, &headers);
    let signed = signer.sign(&request, at()).unwrap();
    let url = signer.presign(&request, hour(), at()).unwrap();
    assert!(url.target().starts_with(signed.target()));
    signed.target().to_owned()
}

/// The parameters of a presigned URL, without the signature.
pub fn parameters(url: &str) -> Vec<&str> {
    let (_, query) = url.split_once('?').unwrap();
    let mut all: Vec<_> = query.split('&').collect();
    assert!(all.pop().unwrap().starts_with("X-Amz-Signature="));
    all
}
