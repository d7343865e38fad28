//! This crate: an upload signed and encoded.

use crate::case::{SECRET, TIME};
use crate::streams::ACCESS_KEY_ID;
use crate::streams::upload::Upload;
use sigv4::stream::{ChunkEncoder, ChunkSigner, ChunkedBody};
use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};

/// An upload as it goes on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// All of them, `host` and those of the signature among them.
    pub headers: Vec<(String, String)>,
    /// The signature of the request.
    pub seed: String,
    pub body: Vec<u8>,
}

fn signer(upload: &Upload) -> Signer {
    let mut credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
    if let Some(token) = &upload.token {
        credentials = credentials.with_session_token(token);
    }
    let profile = if upload.sigv4a {
        Profile::S3.with_sigv4a()
    } else {
        Profile::S3
    };
    Signer::new(credentials, &upload.region, "s3").with_profile(profile)
}

/// The head, and who signs the body.
///
/// # Panics
/// If this crate refuses it: every upload here is good.
#[must_use]
pub fn head(upload: &Upload) -> (Vec<(String, String)>, String, ChunkSigner) {
    let mut headers = vec![("host".to_owned(), upload.host.clone())];
    headers.extend(upload.headers.iter().cloned());
    let bytes: Vec<_> = headers
        .iter()
        .map(|(name, value)| (&**name, value.as_bytes()))
        .collect();
    let request = Request {
        method: "PUT",
        target: &upload.target,
        headers: &bytes,
        payload: Payload::Streaming(upload.payload()),
    };
    let signer = signer(upload);
    let at = Timestamp::parse(TIME).expect("a timestamp");
    let signed = signer
        .sign(&request, at)
        .unwrap_or_else(|error| panic!("{upload:?}: {error}"));
    assert_eq!(signed.target(), upload.target);
    let added = signed.headers();
    let added: Vec<_> = added
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (seed, chunks) = (signed.signature().to_string(), signer.chunk_signer(&signed));
    headers.extend(added);
    (headers, seed, chunks)
}

/// # Panics
/// If this crate refuses it: every upload here is good.
#[must_use]
pub fn encoded(upload: &Upload, all: &[u8]) -> Encoded {
    let (headers, seed, signer) = head(upload);
    let names = upload.trailer_names();
    let body = ChunkedBody::new(upload.payload(), upload.length as u64).with_trailers(&names);
    let mut encoder = ChunkEncoder::new(&body, upload.chunk_size, signer).expect("a chunk size");
    let mut encoded = Vec::new();
    for piece in upload.cut(upload.data(all)) {
        encoder
            .encode(piece, &mut encoded)
            .expect("as much as it says");
    }
    let trailers: Vec<_> = upload
        .trailers
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    encoder
        .finish(&trailers, &mut encoded)
        .expect("its trailers");
    Encoded {
        headers,
        seed,
        body: encoded,
    }
}
