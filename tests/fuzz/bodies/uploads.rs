//! Bodies that are signed, cut and changed, beside a second implementation.

use super::example::{ACCESS_KEY_ID, SECRET, TIME, at};
use crate::reference::Who;
use crate::reference::chunks::{Chunked, crc32};
use arbitrary::{Arbitrary, Unstructured};
use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier, ChunkedBody, MIN_CHUNK_SIZE,
};
use sigv4::{Scope, Signature, SigningKey, Streaming};

#[derive(Arbitrary, Debug)]
struct Upload {
    kind: u8,
    more_than_least: u16,
    inward: u16,
    outward: u16,
    times: u8,
    /// Where, how many bytes are taken out, what is put in.
    changes: Vec<(u16, u8, Vec<u8>)>,
    data: Vec<u8>,
}

const TRAILERS: [&str; 2] = ["x-amz-meta-a", "x-amz-checksum-crc32"];

/// Whatever is uploaded, in whatever pieces, is encoded as the second implementation encodes it and
/// comes back as it was. Of a changed body both say the same, and of a signed one never that it is
/// whole with other data.
pub fn sign_chunks(data: &[u8]) {
    let Ok(upload) = Upload::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    let kind = [
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ][usize::from(upload.kind % 3)];
    let mut data = upload.data.repeat(usize::from(upload.times % 16) + 1);
    data.truncate(3 * MIN_CHUNK_SIZE);
    let size = MIN_CHUNK_SIZE + usize::from(upload.more_than_least % 4_096);
    let names = TRAILERS.join(",");
    let mut head = ChunkedBody::new(kind, data.len() as u64);
    let (sum, mut trailers) = (crc32(&data), Vec::new());
    if kind.has_trailer() {
        head = head.with_trailers(&names);
        trailers = vec![(TRAILERS[0], "b"), (TRAILERS[1], &sum)];
    }

    let time = at();
    let scope = Scope::new(&time, "us-east-1", "s3").unwrap();
    let key = SigningKey::derive(SECRET, &scope);
    let seed = "0".repeat(64);
    let parsed = Signature::parse(&seed).unwrap();
    let signer = ChunkSigner::new(key.clone(), time, &scope, parsed);
    let mut encoder = ChunkEncoder::new(&head, size, signer).unwrap();
    let mut body = Vec::new();
    for piece in data.chunks(usize::from(upload.inward) + 1) {
        encoder.encode(piece, &mut body).unwrap();
    }
    encoder.finish(&trailers, &mut body).unwrap();

    let who = Who {
        access_key_id: ACCESS_KEY_ID.into(),
        secret: SECRET.into(),
        token: None,
        region: "us-east-1".into(),
        service: "s3".into(),
        time: TIME.into(),
    };
    let second = Chunked {
        who: &who,
        seed,
        chunks_are_signed: kind.is_signed(),
        trailer_is_signed: kind == Streaming::SignedTrailer,
        trailers: trailers.iter().map(|(name, _)| *name).collect(),
        length: data.len(),
    };
    assert!(body == second.write(&data, size, &trailers));
    let read = |body: &[u8]| {
        let verifier = ChunkVerifier::new(&key, time, &scope, parsed);
        let mut decoder = ChunkDecoder::new(&head, verifier).unwrap();
        let mut back = Vec::new();
        for mut piece in body.chunks(usize::from(upload.outward) + 1) {
            while !piece.is_empty() {
                let decoded = decoder.decode(piece).ok()?;
                back.extend_from_slice(decoded.data);
                piece = &piece[decoded.consumed..];
            }
        }
        decoder.finish().ok().map(|()| back)
    };
    assert!(read(&body).is_some_and(|back| back == data));
    for (place, out, put) in &upload.changes {
        let place = usize::from(*place) % (body.len() + 1);
        let end = body.len().min(place + usize::from(*out));
        body.splice(place..end, put.iter().copied());
    }
    let back = read(&body);
    assert!(back == second.read(&body).map(|opened| opened.data));
    assert!(!kind.is_signed() || back.is_none_or(|back| back == data));
}
