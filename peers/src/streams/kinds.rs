//! Uploads with one flaw each, made of good ones; and some that are odd, and good all the same.

use crate::streams::damage::{Kind, bad, lax, odd, other_digit};

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
