//! What makes an upload with a flaw of a good one.

use crate::streams::encoded::{Encoded, head};
use crate::streams::parts::{Chunk, Parts, TRAILER_SIGNATURE};
use crate::streams::upload::Upload;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use sigv4::Streaming;
use std::borrow::Cow;

/// What is done to an upload.
pub struct Kind {
    pub name: &'static str,
    /// Good all the same: both have to take it.
    pub good: bool,
    /// Why Swift takes what this crate refuses.
    pub swift_takes: Option<&'static str>,
    make: fn(&mut Whole<'_>) -> Option<Encoded>,
}

/// The upload that it is done to.
pub struct Whole<'a> {
    pub upload: &'a Upload,
    pub encoded: &'a Encoded,
    pub data: &'a [u8],
    pub random: &'a mut ChaCha8Rng,
}

impl Kind {
    /// `None` where it cannot be done to this upload.
    #[must_use]
    pub fn make(&self, whole: &mut Whole<'_>) -> Option<Encoded> {
        (self.make)(whole)
    }
}

pub(super) const fn bad(name: &'static str, make: fn(&mut Whole<'_>) -> Option<Encoded>) -> Kind {
    Kind {
        name,
        good: false,
        swift_takes: None,
        make,
    }
}

pub(super) const fn odd(name: &'static str, make: fn(&mut Whole<'_>) -> Option<Encoded>) -> Kind {
    Kind {
        good: true,
        ..bad(name, make)
    }
}

pub(super) const fn lax(
    name: &'static str,
    why: &'static str,
    make: fn(&mut Whole<'_>) -> Option<Encoded>,
) -> Kind {
    Kind {
        swift_takes: Some(why),
        ..bad(name, make)
    }
}

impl<'a> Whole<'a> {
    pub(super) fn up_to(&mut self, most: usize) -> usize {
        self.random.random_range(0..=most)
    }

    pub(super) fn parts(&self) -> Parts<'a> {
        Parts::of(&self.encoded.body)
    }

    /// One that has data.
    pub(super) fn a_chunk(&mut self) -> Option<usize> {
        let last = self.parts().chunks.len().checked_sub(2)?;
        Some(self.up_to(last))
    }

    pub(super) fn signed(&self) -> Option<&Self> {
        self.upload.payload().is_signed().then_some(self)
    }

    pub(super) fn trailer(&self) -> Option<&Self> {
        (!self.upload.trailers.is_empty()).then_some(self)
    }

    pub(super) fn signed_trailer(&self) -> Option<&Self> {
        (self.upload.payload() == Streaming::SignedTrailer).then_some(self)
    }

    /// Whose data somebody checks.
    pub(super) fn checked(&self) -> Option<&Self> {
        self.signed().or(self.trailer())
    }

    pub(super) fn with_body(&self, body: Vec<u8>) -> Encoded {
        Encoded {
            body,
            ..self.encoded.clone()
        }
    }

    pub(super) fn edit(&self, edit: impl FnOnce(&mut Parts<'_>)) -> Option<Encoded> {
        let mut parts = self.parts();
        edit(&mut parts);
        Some(self.with_body(parts.body()))
    }

    /// With another length in the line of a chunk than it has.
    pub(super) fn length(&mut self, change: fn(usize) -> usize) -> Option<Encoded> {
        let chunk = self.a_chunk()?;
        self.edit(|parts| {
            let chunk = &mut parts.chunks[chunk];
            chunk.length = format!("{:x}", change(chunk.data.len()));
        })
    }

    /// These data in chunks of these sizes, each of them and the trailers signed as they have to
    /// be behind the head of the upload.
    pub(super) fn chained(
        &self,
        sizes: &[usize],
        mut data: &[u8],
        upload: &Upload,
    ) -> Option<Encoded> {
        let (_, seed, mut signer) = head(self.upload);
        assert_eq!(seed, self.encoded.seed, "the head is the same");
        let signed = self.signed().is_some();
        let mut chunks = Vec::new();
        for size in sizes.iter().copied().filter(|size| *size > 0).chain([0]) {
            let (chunk, rest) = data.split_at(size);
            data = rest;
            let signature = signed.then(|| signer.sign_chunk(&Sha256::digest(chunk).into()));
            chunks.push(Chunk {
                length: format!("{size:x}"),
                signature: signature.map(|signature| signature.to_string()),
                data: Cow::Borrowed(chunk),
            });
        }
        let mut trailers = upload.trailers.clone();
        if self.signed_trailer().is_some() {
            let (name, value) = trailers.first()?;
            let digest = Sha256::digest(format!("{name}:{value}\n"));
            let signature = signer.sign_trailer(&digest.into()).to_string();
            trailers.push((TRAILER_SIGNATURE.to_owned(), signature));
        }
        Some(self.with_body(Parts { chunks, trailers }.body()))
    }
}

/// With another letter or digit at that place.
pub(super) fn other_digit(text: &str, place: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
    String::from_utf8(bytes).expect("ASCII")
}
