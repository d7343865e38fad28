//! The two bodies by themselves: whatever their frames are, what is in them is the same.

use super::refused::{base64, framed, two_chunks};
use super::upload;
use crate::bodies::{Scripted, Step};
use crate::served::run;
use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use sigv4::Streaming;
use sigv4::stream::{ChunkDecoder, ChunkedBody, MIN_CHUNK_SIZE, StreamError};
use sigv4::tower::{BoxError, DecodedBody, EncodedBody};

/// All data, the trailers or how it ends; and that the hint was right all the while.
fn collected<B>(mut body: B) -> Result<(Vec<u8>, Vec<usize>), BoxError>
where
    B: Body<Data = Bytes, Error = BoxError> + Unpin,
{
    run(async {
        let (mut data, mut frames) = (Vec::new(), Vec::new());
        let length = body.size_hint().exact().unwrap();
        while let Some(frame) = body.frame().await {
            assert!(!body.is_end_stream() || body.size_hint().exact() == Some(0));
            let Ok(bytes) = frame?.into_data() else {
                continue;
            };
            assert!(!bytes.is_empty());
            data.extend_from_slice(&bytes);
            frames.push(bytes.len());
            let left = length - data.len() as u64;
            assert_eq!(body.size_hint().exact(), Some(left));
        }
        assert!(body.is_end_stream() && body.frame().await.is_none());
        assert_eq!(data.len() as u64, length);
        Ok((data, frames))
    })
}

fn encode(payload: Streaming, data: &[u8], size: usize) -> (Vec<u8>, Vec<usize>) {
    let (_, head, _) = two_chunks(payload);
    let (_, signer) = upload(&head, ());
    let body = EncodedBody::new(framed(data, size), &head, MIN_CHUNK_SIZE, signer);
    collected(body.unwrap()).unwrap()
}

#[test]
fn frames_make_no_difference() {
    for payload in [
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ] {
        let (data, head, encoded) = two_chunks(payload);
        for size in [1, 7, 1_000, MIN_CHUNK_SIZE, MIN_CHUNK_SIZE + 5, usize::MAX] {
            let (written, frames) = encode(payload, &data, size);
            assert_eq!(written, encoded, "{payload:?} by {size}");
            assert!(frames.iter().all(|frame| *frame <= MIN_CHUNK_SIZE));
            let (_, signer) = upload(&head, ());
            drop(signer);
            let body = DecodedBody::new(framed(&encoded, size), decoder(&head));
            let (read, frames) = collected(body).unwrap();
            assert_eq!(read, data, "{payload:?} by {size}");
            assert!(frames.iter().all(|frame| *frame <= MIN_CHUNK_SIZE));
        }
    }
}

fn decoder(head: &ChunkedBody<'_>) -> ChunkDecoder {
    ChunkDecoder::new(head, super::refused::verifier(head)).unwrap()
}

/// One that has whole chunks copies none: what comes out lies where it lay.
#[test]
fn whole_chunks_are_not_copied() {
    let head = ChunkedBody::new(Streaming::UnsignedTrailer, 3 * MIN_CHUNK_SIZE as u64);
    let data = Bytes::from(vec![7; 3 * MIN_CHUNK_SIZE]);
    let inside = |frame: &Bytes, whole: &Bytes| whole.as_ptr_range().contains(&frame.as_ptr());
    let (_, signer) = upload(&head, ());
    let inner = Scripted::new([Step::Bytes(data.clone())]);
    let mut body = EncodedBody::new(inner, &head, MIN_CHUNK_SIZE, signer).unwrap();
    let mut encoded = Vec::new();
    let mut shared = 0;
    run(async {
        while let Some(frame) = body.frame().await {
            let frame = frame.unwrap().into_data().unwrap();
            shared += usize::from(inside(&frame, &data));
            encoded.extend_from_slice(&frame);
        }
    });
    assert_eq!(shared, 3);
    let encoded = Bytes::from(encoded);
    for head in [head, ChunkedBody::new(Streaming::Signed, 5)] {
        let (encoded, wanted) = match head.payload {
            Streaming::Signed => (signed_hello(&head), 1),
            _ => (encoded.clone(), 3),
        };
        let inner = Scripted::new([Step::Bytes(encoded.clone())]);
        let mut body = DecodedBody::new(inner, decoder(&head));
        let mut shared = 0;
        run(async {
            while let Some(frame) = body.frame().await {
                let frame = frame.unwrap().into_data().unwrap();
                shared += usize::from(inside(&frame, &encoded));
            }
        });
        assert_eq!(shared, wanted, "{:?}", head.payload);
    }
}

fn signed_hello(head: &ChunkedBody<'_>) -> Bytes {
    let (_, signer) = upload(head, ());
    let body = EncodedBody::new(framed(b"hello", 5), head, MIN_CHUNK_SIZE, signer);
    collected(body.unwrap()).unwrap().0.into()
}

/// Those of HTTP on the way out and on the way in; those of the body are what a reader gets.
#[test]
fn trailers_of_http_are_none_of_the_body() {
    let (data, head, encoded) = two_chunks(Streaming::SignedTrailer);
    let with_trailers = |bytes: &[u8]| {
        let data = Step::Bytes(bytes.to_vec().into());
        Scripted::new([Step::Trailers, data, Step::Trailers])
    };
    let (_, signer) = upload(&head, ());
    let body = EncodedBody::new(with_trailers(&data), &head, MIN_CHUNK_SIZE, signer);
    assert_eq!(collected(body.unwrap()).unwrap().0, encoded);

    let body = DecodedBody::new(with_trailers(&encoded), decoder(&head));
    let whole = run(body.collect()).unwrap();
    let trailers = whole.trailers().unwrap().clone();
    assert_eq!(trailers.len(), 1);
    let checksum = base64(&crc32fast::hash(&data).to_be_bytes());
    assert_eq!(trailers["x-amz-checksum-crc32"], checksum);
    assert_eq!(whole.to_bytes(), data);
}

/// The head has been signed for so many bytes.
#[test]
fn more_or_fewer_data_than_the_head_says() {
    let (data, head, encoded) = two_chunks(Streaming::Signed);
    let expected = head.decoded_length;
    let longer = [&data[..], b"!"].concat();
    for (given, wanted) in [
        (
            &data[1..],
            StreamError::DataMissing {
                length: expected - 1,
                expected,
            },
        ),
        (
            &data[..0],
            StreamError::DataMissing {
                length: 0,
                expected,
            },
        ),
        (&longer, StreamError::TooMuchData { limit: expected }),
    ] {
        for size in [1_000, usize::MAX] {
            let (_, signer) = upload(&head, ());
            let body = EncodedBody::new(framed(given, size), &head, MIN_CHUNK_SIZE, signer);
            let mut body = body.unwrap();
            let mut sent = Vec::new();
            let error = run(async {
                loop {
                    match body.frame().await.expect("an error") {
                        Ok(frame) => sent.extend_from_slice(&frame.into_data().unwrap()),
                        Err(error) => break error,
                    }
                }
            });
            assert_eq!(error.downcast_ref(), Some(&wanted), "by {size}");
            assert!(body.is_end_stream() && sent.len() < encoded.len());
            assert!(run(body.frame()).is_none());
        }
    }
}

#[test]
fn what_cannot_be_encoded() {
    let (_, signer) = upload(&ChunkedBody::new(Streaming::Signed, 5), ());
    let with = |head: &ChunkedBody<'_>, size: usize| {
        let body = EncodedBody::new(framed(b"hello", 5), head, size, signer.clone());
        body.err()
    };
    let head = ChunkedBody::new(Streaming::SignedTrailer, 5);
    let (size, limit) = (MIN_CHUNK_SIZE - 1, MIN_CHUNK_SIZE);
    let small = StreamError::ChunkSizeTooSmall { size, limit };
    let trailed = head.with_trailers("x-amz-checksum-crc32");
    assert_eq!(with(&trailed, size), Some(small));
    assert_eq!(with(&trailed, limit), None);
    // Whose values nobody computes here.
    for name in ["x-amz-meta-a", "x-amz-checksum-md5"] {
        let head = head.with_trailers(name);
        assert_eq!(with(&head, limit), Some(StreamError::WrongTrailers));
    }
    let events = ChunkedBody::new(Streaming::Events, 5);
    assert_eq!(with(&events, limit), Some(StreamError::WrongPayload));
}

#[test]
fn debug_shows_no_data() {
    let (_, head, encoded) = two_chunks(Streaming::Signed);
    let (_, signer) = upload(&head, ());
    let body = EncodedBody::new(framed(b"a secret", 8), &head, MIN_CHUNK_SIZE, signer).unwrap();
    let shown = format!("{body:?}");
    assert_eq!(
        shown,
        "EncodedBody { decoded_length: 8202, rest: 8463, .. }"
    );
    let shown = format!(
        "{:?}",
        DecodedBody::new(framed(&encoded, 5), decoder(&head))
    );
    assert!(
        shown.starts_with("DecodedBody { decoder: ChunkDecoder"),
        "{shown}"
    );
}
