//! What `Read` and `Write` say of bodies that are not what they should be.

use super::adapters::{ALL, decoder, head, signer};
use sigv4::Streaming;
use sigv4::stream::{
    ChunkedBody, DecodingReader, EncodingReader, EncodingWriter, MIN_CHUNK_SIZE, StreamError,
};
use std::io::{self, ErrorKind, Read, Write};

/// Gives so many bytes, and then an error, once; then all the rest.
struct Faulty<T> {
    inner: T,
    before: usize,
}

impl<T> Faulty<T> {
    fn next(&mut self, wanted: usize) -> io::Result<usize> {
        match self.before {
            0 => {
                self.before = usize::MAX;
                Err(io::Error::new(ErrorKind::ConnectionReset, "cut"))
            }
            before => Ok(wanted.min(before)),
        }
    }
}

impl<R: Read> Read for Faulty<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let most = self.next(space.len())?;
        let read = self.inner.read(&mut space[..most])?;
        self.before -= read;
        Ok(read)
    }
}

impl<W: Write> Write for Faulty<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let most = self.next(data.len())?;
        self.before -= most;
        self.inner.write(&data[..most])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn inside(error: &io::Error) -> Option<StreamError> {
    let inner = error.get_ref()?;
    inner.downcast_ref().copied()
}

/// All that comes before an error.
fn read_to_error(reader: &mut impl Read) -> (Vec<u8>, io::Error) {
    let mut read = Vec::new();
    let error = reader.read_to_end(&mut read).unwrap_err();
    (read, error)
}

fn is_refused(payload: Streaming, length: usize, sent: &[u8]) {
    let mut reader = DecodingReader::new(sent, decoder(&head(payload, length)));
    let (data, error) = read_to_error(&mut reader);
    assert!(data.len() <= length);
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert!(matches!(
        inside(&error),
        Some(StreamError::Incomplete { .. })
    ));
}

#[test]
fn a_reader_that_is_not_as_long_as_announced() {
    let length = 3 * MIN_CHUNK_SIZE + 5;
    for payload in ALL {
        for (there, kind, wanted) in [
            (
                length - 1,
                ErrorKind::UnexpectedEof,
                StreamError::DataMissing {
                    length: length as u64 - 1,
                    expected: length as u64,
                },
            ),
            (
                length + 1,
                ErrorKind::InvalidData,
                StreamError::TooMuchData {
                    limit: length as u64,
                },
            ),
        ] {
            let data = vec![1; there];
            let body = head(payload, length);
            let mut reader = EncodingReader::new(&*data, &body, MIN_CHUNK_SIZE, signer()).unwrap();
            let (sent, error) = read_to_error(&mut reader);
            assert_eq!((error.kind(), inside(&error)), (kind, Some(wanted)));
            // It stays so.
            let again = reader.read(&mut [0]).unwrap_err();
            assert_eq!(inside(&again), Some(wanted));
            is_refused(payload, length, &sent);
        }
    }
}

/// Nothing is lost, and it may go on: what comes out is the whole body.
#[test]
fn an_error_on_the_way() {
    let data: Vec<u8> = (0..30_000_u32)
        .map(|number| number.to_le_bytes()[0])
        .collect();
    for payload in ALL {
        let body = head(payload, data.len());
        let reader = EncodingReader::new(&*data, &body, MIN_CHUNK_SIZE, signer());
        let mut whole = Vec::new();
        reader.unwrap().read_to_end(&mut whole).unwrap();
        for before in [1, 8_191, 8_192, 20_000, 29_999] {
            let inner = Faulty {
                inner: &*data,
                before,
            };
            let mut reader = EncodingReader::new(inner, &body, MIN_CHUNK_SIZE, signer()).unwrap();
            let (mut sent, error) = read_to_error(&mut reader);
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            is_refused(payload, data.len(), &sent);
            reader.read_to_end(&mut sent).unwrap();
            assert!(sent == whole, "{payload:?} {before}, read");

            let inner = Faulty {
                inner: Vec::new(),
                before,
            };
            let mut writer = EncodingWriter::new(inner, &body, MIN_CHUNK_SIZE, signer()).unwrap();
            let mut pieces = data.chunks(700).peekable();
            let mut errors = 0;
            while let Some(piece) = pieces.peek() {
                // Of a piece that is refused, nothing has been taken.
                match writer.write(piece) {
                    Ok(length) => assert_eq!(length, pieces.next().unwrap().len()),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                        errors += 1;
                    }
                }
            }
            match writer.flush() {
                Ok(()) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                    errors += 1;
                }
            }
            let sent = match errors {
                1 => writer.finish().unwrap().inner,
                _ => continue, // the fault comes at the end
            };
            assert!(sent == whole, "{payload:?} {before}, written");

            let inner = Faulty {
                inner: &*whole,
                before,
            };
            let mut reader = DecodingReader::new(inner, decoder(&body));
            let (mut found, error) = read_to_error(&mut reader);
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            reader.read_to_end(&mut found).unwrap();
            assert!(found == data, "{payload:?} {before}, decoded");
        }
    }
}

#[test]
fn a_writer_is_told_what_is_too_much_and_what_is_missing() {
    for payload in ALL {
        let body = head(payload, 10_000);
        let mut writer = EncodingWriter::new(Vec::new(), &body, MIN_CHUNK_SIZE, signer()).unwrap();
        writer.write_all(&[1; 9_000]).unwrap();
        let error = writer.write(&[1; 1_001]).unwrap_err();
        let wanted = StreamError::TooMuchData { limit: 10_000 };
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert_eq!(inside(&error), Some(wanted));
        // What was refused does not count.
        writer.write_all(&[1; 999]).unwrap();
        let error = writer.finish().unwrap_err();
        let wanted = StreamError::DataMissing {
            length: 9_999,
            expected: 10_000,
        };
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(inside(&error), Some(wanted));
    }
}

/// As in the midst of an error.
#[test]
fn a_writer_that_is_dropped_leaves_no_whole_body() {
    for payload in ALL {
        for length in [0, 10_000, 2 * MIN_CHUNK_SIZE] {
            let mut sent = Vec::new();
            let body = head(payload, length);
            let mut writer =
                EncodingWriter::new(&mut sent, &body, MIN_CHUNK_SIZE, signer()).unwrap();
            writer.write_all(&vec![1; length]).unwrap();
            writer.flush().unwrap();
            drop(writer);
            is_refused(payload, length, &sent);
        }
    }
}

/// One byte is another: nothing of its chunk is given, but what was before it.
#[test]
fn a_chain_that_breaks() {
    let data = vec![1; 3 * MIN_CHUNK_SIZE];
    let body = head(Streaming::Signed, data.len());
    let mut sent = Vec::new();
    let reader = EncodingReader::new(&*data, &body, MIN_CHUNK_SIZE, signer());
    reader.unwrap().read_to_end(&mut sent).unwrap();
    sent[MIN_CHUNK_SIZE + 1_000] = 2;
    let mut reader = DecodingReader::new(&*sent, decoder(&body));
    let (found, error) = read_to_error(&mut reader);
    assert!(found == data[..MIN_CHUNK_SIZE]);
    let wanted = StreamError::ChunkSignatureMismatch { chunk: 1 };
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(inside(&error), Some(wanted));
    assert_eq!(error.to_string(), wanted.to_string());
    assert_eq!(inside(&reader.read(&mut [0]).unwrap_err()), Some(wanted));
}

#[test]
fn something_behind_the_end() {
    for payload in ALL {
        let body = head(payload, 3);
        let mut sent = Vec::new();
        let reader = EncodingReader::new(&b"abc"[..], &body, MIN_CHUNK_SIZE, signer());
        reader.unwrap().read_to_end(&mut sent).unwrap();
        let position = sent.len() as u64;
        sent.push(b'x');
        let mut reader = DecodingReader::new(&*sent, decoder(&body));
        let (_, error) = read_to_error(&mut reader);
        let wanted = StreamError::DataAfterEnd { position };
        assert_eq!(inside(&error), Some(wanted));
    }
}

#[test]
fn trailers_that_cannot_be_computed() {
    for trailer in ["x-amz-meta-a", "x-amz-checksum-md5"] {
        let body = ChunkedBody::new(Streaming::SignedTrailer, 3).with_trailers(trailer);
        let reader = EncodingReader::new(io::empty(), &body, MIN_CHUNK_SIZE, signer());
        assert_eq!(reader.unwrap_err(), StreamError::WrongTrailers);
        let writer = EncodingWriter::new(io::sink(), &body, MIN_CHUNK_SIZE, signer());
        assert_eq!(writer.unwrap_err(), StreamError::WrongTrailers);
    }
    let small = EncodingReader::new(io::empty(), &head(Streaming::Signed, 3), 8_191, signer());
    let wanted = StreamError::ChunkSizeTooSmall {
        size: 8_191,
        limit: 8_192,
    };
    assert_eq!(small.unwrap_err(), wanted);
}

#[test]
fn debug_shows_no_data() {
    let body = head(Streaming::Signed, 6);
    let reader = EncodingReader::new(&b"secret"[..], &body, MIN_CHUNK_SIZE, signer()).unwrap();
    let writer = EncodingWriter::new(Vec::<u8>::new(), &body, MIN_CHUNK_SIZE, signer()).unwrap();
    let decoding = DecodingReader::new(&b"secret"[..], decoder(&body));
    let inner = "ChunkEncoder { chunk_size: 8192, decoded_length: 6, rest: 6, .. }";
    assert_eq!(
        format!("{reader:?}\n{writer:?}\n{decoding:?}"),
        format!(
            "EncodingReader {{ encoder: {inner}, .. }}\nEncodingWriter {{ encoder: {inner}, .. }}\n\
             DecodingReader {{ decoder: ChunkDecoder {{ decoded_length: 6, chunk: 0, position: 0, .. }}, .. }}"
        )
    );
}
