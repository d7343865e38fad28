//! Published and recomputed uploads, byte for byte and in both directions.

use super::case::{Upload, decode};
use crate::support::{json_files, vectors};
use sha2::{Digest, Sha256};
use sigv4::stream::{ChunkEncoder, ChunkedBody, Link, Linked};
use sigv4::{Algorithm, Payload, Policy, Scope, Signature, Streaming};

fn uploads(folder: &str) -> Vec<(String, Upload)> {
    let read = |(name, path)| {
        let text = std::fs::read_to_string(path).unwrap();
        let upload = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, upload)
    };
    let files = json_files(&vectors().join(folder)).into_iter();
    files.map(read).collect()
}

/// aws-c-auth's test hangs three trailers on a request that announces none: of use for the
/// trailer's form only, which `the_strings_to_sign_are_those_published` compares.
fn is_whole(name: &str, upload: &Upload) -> bool {
    let announced = upload.headers.contains_key("x-amz-trailer");
    assert!(announced == upload.trailer.is_some() || name == "crt-three-trailers");
    announced == upload.trailer.is_some()
}

fn streaming(upload: &Upload) -> Streaming {
    Streaming::parse(&upload.payload).unwrap().0
}

#[test]
fn heads_are_signed_as_published() {
    for (name, upload) in uploads("streaming") {
        let headers = upload.headers();
        let request = upload.request(&headers, Payload::Streaming(streaming(&upload)));
        let signer = upload.signer();
        let stages = signer.stages(&request, upload.at()).unwrap();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        assert_eq!(canonical, upload.canonical_request, "{name}");
        assert_eq!(stages.string_to_sign, upload.string_to_sign, "{name}");
        let signed = signer.sign(&request, upload.at()).unwrap();
        assert_eq!(signed.signature().to_string(), upload.seed_signature);
        assert_eq!(
            signed.authorization(),
            upload.authorization.as_deref().unwrap()
        );
    }
}

/// Encoded in pieces of several lengths, and as whole chunks; then decoded again.
#[test]
fn bodies_are_encoded_as_published_and_decoded_again() {
    let mut whole = 0;
    for (name, upload) in uploads("streaming") {
        if !is_whole(&name, &upload) {
            continue;
        }
        whole += 1;
        let headers = upload.headers();
        let body = ChunkedBody::read(&headers, streaming(&upload)).unwrap();
        assert_eq!(body.decoded_length, upload.decoded_length);
        let request = upload.request(&headers, Payload::Streaming(body.payload));
        let signer = upload.signer();
        let signed = signer.sign(&request, upload.at()).unwrap();
        let pairs = upload
            .trailer
            .as_ref()
            .map_or(vec![], |trailer| trailer.pairs());
        let data = upload.data.bytes();
        let encoder =
            || ChunkEncoder::new(&body, upload.chunk_size, signer.chunk_signer(&signed)).unwrap();
        let mut expected = Vec::new();
        let mut encoding = encoder();
        let mut rest = &data[..];
        for chunk in upload.chunks.iter().filter(|chunk| chunk.length > 0) {
            let (front, tail) = rest.split_at(chunk.length);
            rest = tail;
            assert_eq!(encoding.next_chunk(), front.len());
            let line = encoding.chunk_line(front).unwrap();
            assert_eq!(line, format!("{}\r\n", chunk.line).as_bytes(), "{name}");
            expected.extend_from_slice(line);
            expected.extend_from_slice(front);
            expected.extend_from_slice(b"\r\n");
        }
        assert_eq!(encoding.next_chunk(), 0);
        encoding.finish(&pairs, &mut expected).unwrap();
        assert_eq!(expected.len(), upload.encoded_length, "{name}");
        let values = pairs.iter().map(|(_, value)| value.len()).sum();
        let length = body.encoded_length(Algorithm::SigV4, upload.chunk_size, values);
        assert_eq!(length, Some(upload.encoded_length as u64), "{name}");
        let sha256 = hex::encode(Sha256::digest(&expected));
        assert_eq!(sha256, upload.encoded_sha256.clone().unwrap(), "{name}");
        let signature = upload
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.signature.as_ref());
        if let Some(signature) = signature {
            let end = format!("\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
            assert!(expected.ends_with(end.as_bytes()), "{name}");
        }
        if let Some(encoded) = &upload.encoded {
            assert_eq!(String::from_utf8_lossy(&expected), **encoded);
        }
        for size in [1, 1_000, 8_192, 65_537, usize::MAX] {
            let (mut encoding, mut out) = (encoder(), Vec::new());
            for piece in data.chunks(size) {
                encoding.encode(piece, &mut out).unwrap();
            }
            encoding.finish(&pairs, &mut out).unwrap();
            assert!(out == expected, "{name} in pieces of {size}");
        }

        let regions = [&*upload.region];
        let mut policy = Policy::new(&regions, "s3");
        policy.streaming = true;
        let added: Vec<_> = signed
            .headers()
            .map(|(a, b)| (a.into(), b.into()))
            .collect();
        let mut decoder = upload.decoder(&added, &policy);
        let (decoded, end) = decode(&mut decoder, [&expected[..]]);
        assert_eq!(end, Ok(()), "{name}");
        assert!(decoded == data, "{name}");
        assert_eq!(decoder.trailers().collect::<Vec<_>>(), pairs, "{name}");
    }
    assert_eq!(whole, 6);
}

/// Each link, from the one that is published before it.
fn compare_links(name: &str, upload: &Upload, scope: &Scope<'_>, parse: fn(&str) -> Signature) {
    let data = upload.data.bytes();
    let sha256 = |bytes: &[u8]| <[u8; 32]>::from(Sha256::digest(bytes));
    let mut previous = parse(&upload.seed_signature);
    let mut rest = &data[..];
    let at = upload.at();
    for chunk in &upload.chunks {
        let Some(expected) = &chunk.string_to_sign else {
            continue;
        };
        let (front, tail) = rest.split_at(chunk.length);
        rest = tail;
        let link = Link {
            at,
            scope: *scope,
            previous,
            content: Linked::Chunk {
                sha256: sha256(front),
            },
        };
        assert_eq!(link.to_string(), *expected, "{name}");
        previous = parse(chunk.signature.as_ref().unwrap());
    }
    let Some(expected) = upload
        .trailer
        .as_ref()
        .and_then(|trailer| trailer.string_to_sign.as_ref())
    else {
        return;
    };
    let canonical = &upload.trailer.as_ref().unwrap().canonical;
    let link = Link {
        at,
        scope: *scope,
        previous,
        content: Linked::Trailer {
            sha256: sha256(canonical.as_bytes()),
        },
    };
    assert_eq!(link.to_string(), *expected, "{name}");
}

#[test]
fn the_strings_to_sign_are_those_published() {
    for (name, upload) in uploads("streaming") {
        let at = upload.at();
        let scope = Scope::new(&at, &upload.region, "s3").unwrap();
        compare_links(&name, &upload, &scope, |text| {
            Signature::parse(text).unwrap()
        });
    }
}

/// Its signatures are made without randomness (RFC 6979), so that they can be compared.
#[cfg(feature = "v4a")]
#[test]
fn sigv4a_is_as_published() {
    use sigv4::stream::{ChunkDecoder, ChunkSigner, ChunkVerifier};
    use sigv4::{PublicKey, SigningKey};

    let parse = |text: &str| Signature::parse_sigv4a(text).unwrap();
    for (name, upload) in uploads("streaming-v4a") {
        let at = upload.at();
        let scope = Scope::sigv4a(&at, "s3").unwrap();
        compare_links(&name, &upload, &scope, parse);
        let (id, secret) = (&upload.access_key_id, &upload.secret_access_key);
        let key = SigningKey::derive_sigv4a(id, secret).unwrap();
        let headers = upload.headers();
        let body = ChunkedBody::read(&headers, streaming(&upload)).unwrap();
        let seed = parse(&upload.seed_signature);
        let signer = ChunkSigner::new(key.clone(), at, &scope, seed);
        let mut encoder = ChunkEncoder::new(&body, upload.chunk_size, signer).unwrap();
        let mut out = Vec::new();
        let data = upload.data.bytes();
        encoder.encode(&data, &mut out).unwrap();
        let trailer = upload.trailer.as_ref().unwrap();
        encoder.finish(&trailer.pairs(), &mut out).unwrap();
        assert_eq!(out.len(), upload.encoded_length);
        let length = body.encoded_length(Algorithm::SigV4a, upload.chunk_size, 9);
        assert_eq!(length, Some(upload.encoded_length as u64));
        let text = String::from_utf8(out.clone()).unwrap();
        for line in upload.chunks.iter().map(|chunk| &chunk.line) {
            assert!(text.contains(&format!("{line}\r\n")), "{name}: {line}");
        }
        let signature = trailer.signature.as_ref().unwrap();
        let line = format!("x-amz-trailer-signature:{signature:*<144}\r\n\r\n");
        assert!(text.ends_with(&line), "{name}");

        let stages = upload
            .signer()
            .with_profile(sigv4::Profile::S3.with_sigv4a())
            .stages(
                &upload.request(&headers, Payload::Streaming(body.payload)),
                at,
            )
            .unwrap();
        assert_eq!(stages.string_to_sign, upload.string_to_sign);
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        assert_eq!(canonical, upload.canonical_request);

        // By the secret, and by one who knows none.
        let public = PublicKey::derive(id, secret).unwrap();
        for verifier in [
            ChunkVerifier::new(&key, at, &scope, seed),
            ChunkVerifier::new(&public, at, &scope, seed),
        ] {
            let mut decoder = ChunkDecoder::new(&body, verifier.clone()).unwrap();
            let (decoded, end) = decode(&mut decoder, out.chunks(1_000));
            assert_eq!((decoded == data, end), (true, Ok(())));
            // Filled up with something else, elsewhere, or not at all.
            let padded = &upload.chunks[1].line;
            for other in [
                padded.replace('*', "0"),
                padded.trim_end_matches('*').into(),
                padded.replace('*', "") + "*",
                padded
                    .replace("signature=", "signature=**")
                    .trim_end_matches('*')
                    .into(),
            ] {
                let changed = text.replace(padded, &other);
                assert_ne!(changed, text);
                let mut decoder = ChunkDecoder::new(&body, verifier.clone()).unwrap();
                let (decoded, end) = decode(&mut decoder, [changed.as_bytes()]);
                assert_eq!(decoded.len(), 65_536);
                let position = text.find(padded).unwrap() as u64 + 3;
                let error =
                    sigv4::stream::StreamError::MalformedChunkSignature { chunk: 1, position };
                assert_eq!(end, Err(error));
            }
        }
    }
}
