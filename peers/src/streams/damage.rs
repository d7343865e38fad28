//! Uploads with one flaw each, made of good ones; and some that are odd, and good all the same.

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

const fn bad(name: &'static str, make: fn(&mut Whole<'_>) -> Option<Encoded>) -> Kind {
    Kind {
        name,
        good: false,
        swift_takes: None,
        make,
    }
}

const fn odd(name: &'static str, make: fn(&mut Whole<'_>) -> Option<Encoded>) -> Kind {
    Kind {
        good: true,
        ..bad(name, make)
    }
}

const fn lax(
    name: &'static str,
    why: &'static str,
    make: fn(&mut Whole<'_>) -> Option<Encoded>,
) -> Kind {
    Kind {
        swift_takes: Some(why),
        ..bad(name, make)
    }
}

const INT: &str = "Python's int(…, 16) reads the length";
const STRIP: &str = "white space around the signature is taken off";
const BY_NAME: &str = "trailers are kept by their names";
const LENGTH: &str = "nothing is read behind the empty line: a server stops at content-length";

pub static KINDS: &[Kind] = &[
    bad("head-signature", |whole| {
        let mut encoded = whole.encoded.clone();
        let mut headers = encoded.headers.iter_mut();
        let (_, value) = headers.find(|(name, _)| name == "authorization")?;
        *value = other_digit(value, value.len() - 1);
        Some(encoded)
    }),
    bad("data", |whole| {
        let chunk = whole.a_chunk()?;
        let bit = 1 << whole.up_to(7);
        let place = whole.up_to(usize::MAX);
        whole.checked()?.edit(|parts| {
            let data = parts.chunks[chunk].data.to_mut();
            let place = place % data.len();
            data[place] ^= bit;
        })
    }),
    bad("chunk-signature", |whole| {
        let chunk = whole.up_to(whole.parts().chunks.len() - 1);
        let digit = whole.up_to(63);
        whole.signed()?.edit(|parts| {
            let signature = parts.chunks[chunk].signature.as_mut().expect("signed");
            *signature = other_digit(signature, digit);
        })
    }),
    bad("chunks-swapped", |whole| {
        (whole.parts().chunks.len() > 3).then_some(())?;
        whole.checked()?.edit(|parts| parts.chunks.swap(0, 1))
    }),
    bad("chunk-dropped", |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| drop(parts.chunks.remove(chunk)))
    }),
    bad("chunk-repeated", |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks.insert(chunk, parts.chunks[chunk].clone()))
    }),
    bad("end-dropped", |whole| {
        whole.edit(|parts| drop(parts.chunks.pop()))
    }),
    bad("cut", |whole| {
        let length = whole.up_to(whole.encoded.body.len() - 3);
        Some(whole.with_body(whole.encoded.body[..length].to_vec()))
    }),
    lax("last-break", "it may be absent", |whole| {
        let length = whole.encoded.body.len() - 2;
        Some(whole.with_body(whole.encoded.body[..length].to_vec()))
    }),
    lax("behind-end", LENGTH, |whole| {
        Some(whole.with_body([&whole.encoded.body[..], b"x"].concat()))
    }),
    bad("line-feed-alone", |whole| {
        let ends = whole.parts().line_ends();
        let mut body = whole.encoded.body.clone();
        body.remove(ends[whole.up_to(ends.len() - 1)]);
        Some(whole.with_body(body))
    }),
    bad("data-break", |whole| {
        let chunk = whole.a_chunk()?;
        let parts = whole.parts();
        let place = parts.line_ends()[chunk] + 2 + parts.chunks[chunk].data.len();
        let mut body = whole.encoded.body.clone();
        body[place] = b'x';
        Some(whole.with_body(body))
    }),
    bad("length-longer", |whole| whole.length(|length| length + 1)),
    bad("length-shorter", |whole| whole.length(|length| length - 1)),
    bad("length-sign", |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.insert(0, '-'))
    }),
    bad("length-no-hex", |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.insert(0, 'g'))
    }),
    lax("length-0x", INT, |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.insert_str(0, "0x"))
    }),
    lax("length-plus", INT, |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.insert(0, '+'))
    }),
    lax("length-space", INT, |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.push(' '))
    }),
    bad("signature-name", |whole| {
        let chunk = whole.a_chunk()?;
        whole.signed()?.edit(|parts| {
            let chunk = &mut parts.chunks[chunk];
            let signature = chunk.signature.take().expect("signed");
            chunk.length += &format!(";signature={signature}");
        })
    }),
    bad("signature-absent", |whole| {
        let chunk = whole.a_chunk()?;
        whole
            .signed()?
            .edit(|parts| parts.chunks[chunk].signature = None)
    }),
    bad("signature-upper-case", |whole| {
        let chunk = whole.a_chunk()?;
        whole.signed()?.edit(|parts| {
            let signature = parts.chunks[chunk].signature.as_mut().expect("signed");
            signature.make_ascii_uppercase();
        })
    }),
    lax("signature-space", STRIP, |whole| {
        let chunk = whole.a_chunk()?;
        whole.signed()?.edit(|parts| {
            let signature = parts.chunks[chunk].signature.as_mut().expect("signed");
            signature.push(' ');
        })
    }),
    bad("extension", |whole| {
        let chunk = whole.a_chunk()?;
        whole.signed()?.edit(|parts| {
            let signature = parts.chunks[chunk].signature.as_mut().expect("signed");
            signature.push_str(";a=b");
        })
    }),
    bad("small-chunk", |whole| {
        (whole.data.len() > 8_191).then_some(())?;
        let size = 1 + whole.up_to(8_190);
        whole.chained(&[size, whole.data.len() - size], whole.data, whole.upload)
    }),
    bad("fewer-data", |whole| {
        let rest = whole.data.len().checked_sub(1)?;
        whole.chained(&[rest], &whole.data[..rest], whole.upload)
    }),
    bad("more-data", |whole| {
        let data = [whole.data, b"x"].concat();
        whole.chained(&[data.len()], &data, whole.upload)
    }),
    bad("checksum", |whole| {
        let mut upload = whole.upload.clone();
        let (_, value) = upload.trailers.first_mut()?;
        *value = other_digit(value, 0);
        whole.chained(&[whole.data.len()], whole.data, &upload)
    }),
    bad("checksum-base64", |whole| {
        let mut upload = whole.upload.clone();
        upload.trailers.first_mut()?.1.replace_range(..1, "*");
        whole.chained(&[whole.data.len()], whole.data, &upload)
    }),
    bad("trailer-value", |whole| {
        whole.trailer()?.edit(|parts| {
            let (_, value) = &mut parts.trailers[0];
            *value = other_digit(value, 0);
        })
    }),
    bad("trailer-signature", |whole| {
        let digit = whole.up_to(63);
        whole.signed_trailer()?.edit(|parts| {
            let (_, signature) = &mut parts.trailers[1];
            *signature = other_digit(signature, digit);
        })
    }),
    bad("trailer-signature-absent", |whole| {
        whole
            .signed_trailer()?
            .edit(|parts| drop(parts.trailers.pop()))
    }),
    bad("trailer-stripped", |whole| {
        whole.trailer()?.edit(|parts| parts.trailers.clear())
    }),
    bad("trailer-other", |whole| {
        whole.trailer()?.edit(|parts| parts.trailers[0].0.push('x'))
    }),
    bad("trailer-name-upper-case", |whole| {
        whole
            .trailer()?
            .edit(|parts| parts.trailers[0].0.make_ascii_uppercase())
    }),
    bad("trailer-behind-empty-line", |whole| {
        let place = *whole.trailer()?.parts().line_ends().last()?;
        let mut body = whole.encoded.body.clone();
        body.splice(place..place, *b"\r\n");
        Some(whole.with_body(body))
    }),
    lax("trailer-twice", BY_NAME, |whole| {
        whole
            .trailer()?
            .edit(|parts| parts.trailers.insert(0, parts.trailers[0].clone()))
    }),
    lax("trailer-signature-first", BY_NAME, |whole| {
        whole
            .signed_trailer()?
            .edit(|parts| parts.trailers.swap(0, 1))
    }),
    odd("trailer-space", |whole| {
        whole
            .trailer()?
            .edit(|parts| parts.trailers[0].1.insert(0, ' '))
    }),
    odd("lengths-upper-case", |whole| {
        whole.edit(|parts| {
            for chunk in &mut parts.chunks {
                chunk.length.make_ascii_uppercase();
            }
        })
    }),
    odd("lengths-with-zeros", |whole| {
        let chunk = whole.a_chunk()?;
        whole.edit(|parts| parts.chunks[chunk].length.insert_str(0, "00"))
    }),
    odd("other-chunks", |whole| {
        let rest = whole.data.len().checked_sub(2 * 8_192)?;
        let first = 8_192 + whole.up_to(rest);
        let sizes = [first, whole.data.len() - first];
        whole.chained(&sizes, whole.data, whole.upload)
    }),
];

impl<'a> Whole<'a> {
    fn up_to(&mut self, most: usize) -> usize {
        self.random.random_range(0..=most)
    }

    fn parts(&self) -> Parts<'a> {
        Parts::of(&self.encoded.body)
    }

    /// One that has data.
    fn a_chunk(&mut self) -> Option<usize> {
        let last = self.parts().chunks.len().checked_sub(2)?;
        Some(self.up_to(last))
    }

    fn signed(&self) -> Option<&Self> {
        self.upload.payload().is_signed().then_some(self)
    }

    fn trailer(&self) -> Option<&Self> {
        (!self.upload.trailers.is_empty()).then_some(self)
    }

    fn signed_trailer(&self) -> Option<&Self> {
        (self.upload.payload() == Streaming::SignedTrailer).then_some(self)
    }

    /// Whose data somebody checks.
    fn checked(&self) -> Option<&Self> {
        self.signed().or(self.trailer())
    }

    fn with_body(&self, body: Vec<u8>) -> Encoded {
        Encoded {
            body,
            ..self.encoded.clone()
        }
    }

    fn edit(&self, edit: impl FnOnce(&mut Parts<'_>)) -> Option<Encoded> {
        let mut parts = self.parts();
        edit(&mut parts);
        Some(self.with_body(parts.body()))
    }

    /// With another length in the line of a chunk than it has.
    fn length(&mut self, change: fn(usize) -> usize) -> Option<Encoded> {
        let chunk = self.a_chunk()?;
        self.edit(|parts| {
            let chunk = &mut parts.chunks[chunk];
            chunk.length = format!("{:x}", change(chunk.data.len()));
        })
    }

    /// These data in chunks of these sizes, each of them and the trailers signed as they have to
    /// be behind the head of the upload.
    fn chained(&self, sizes: &[usize], mut data: &[u8], upload: &Upload) -> Option<Encoded> {
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
fn other_digit(text: &str, place: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
    String::from_utf8(bytes).expect("ASCII")
}
