//! An `aws-chunked` body as something to write to.

use crate::stream::chain::ChunkSigner;
use crate::stream::computed_trailers::ComputedTrailers;
use crate::stream::encoder::ChunkEncoder;
use crate::stream::head::ChunkedBody;
use crate::stream::stream_error::StreamError;
use alloc::vec::Vec;
use core::fmt;
use std::io::{ErrorKind, Result, Write};

/// Writes the encoded body of what is written to it to another writer.
///
/// The checksums that the head announces as trailers are computed on the way (feature
/// `checksum`). A chunk is written when it is whole, and the end of the body with
/// [`finish`](Self::finish) alone: a writer that is dropped without it, as in the midst of an
/// error, leaves a body that whoever reads it refuses.
///
/// It keeps at most three chunks in memory, and asks for no more after the first ones.
///
/// ```
/// use sigv4::stream::{ChunkedBody, DEFAULT_CHUNK_SIZE, EncodingWriter};
/// # use sigv4::{Credentials, Payload, Request, Signer, Streaming, Timestamp};
/// use std::io::Write;
///
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let body = ChunkedBody::new(Streaming::Signed, 5);
/// # let added = body.headers();
/// # let headers: Vec<_> = added.iter().chain([("host", &b"a.s3.amazonaws.com"[..])]).collect();
/// # let request = Request { method: "PUT", target: "/a", headers: &headers, payload: Payload::Streaming(body.payload) };
/// let signed = signer.sign(&request, Timestamp::parse("20130524T000000Z")?)?;
/// let signer = signer.chunk_signer(&signed);
/// let connection = Vec::new(); // or a `TcpStream`
/// let mut writer = EncodingWriter::new(connection, &body, DEFAULT_CHUNK_SIZE, signer)?;
/// writer.write_all(b"hel")?;
/// writer.write_all(b"lo")?;
/// let sent = writer.finish()?;
/// assert!(sent.starts_with(b"5;chunk-signature="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct EncodingWriter<W> {
    inner: W,
    encoder: ChunkEncoder,
    trailers: ComputedTrailers,
    chunk_size: usize,
    /// Encoded, and not all written yet.
    out: Vec<u8>,
    written: usize,
}

impl<W: Write> EncodingWriter<W> {
    /// Of a body whose head has been signed; `signer` is
    /// [`Signer::chunk_signer`](crate::Signer::chunk_signer) of that signature.
    ///
    /// # Errors
    /// What [`ChunkEncoder::new`] says; [`StreamError::WrongTrailers`] where a trailer is no
    /// checksum that this build computes.
    pub fn new(
        inner: W,
        body: &ChunkedBody<'_>,
        chunk_size: usize,
        signer: ChunkSigner,
    ) -> core::result::Result<Self, StreamError> {
        Ok(Self {
            inner,
            encoder: ChunkEncoder::new(body, chunk_size, signer)?,
            trailers: ComputedTrailers::of(body)?,
            chunk_size,
            out: Vec::new(),
            written: 0,
        })
    }

    /// Writes the end of the body, flushes the other writer and gives it back.
    ///
    /// # Errors
    /// [`StreamError::DataMissing`] (inside) where less was written than the head says, and
    /// those of the other writer.
    pub fn finish(mut self) -> Result<W> {
        self.drain()?;
        self.trailers.finish(&mut self.encoder, &mut self.out)?;
        self.drain()?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    /// The other writer, without the end of the body.
    pub fn into_inner(self) -> W {
        self.inner
    }

    fn drain(&mut self) -> Result<()> {
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.inner.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.written = self.written.saturating_add(written),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }
}

impl<W: Write> Write for EncodingWriter<W> {
    /// # Errors
    /// [`StreamError::TooMuchData`] (inside) if it is more than the head says, and those of the
    /// other writer. Nothing of `data` is taken then, and nothing that was before it is lost.
    fn write(&mut self, data: &[u8]) -> Result<usize> {
        self.drain()?;
        let piece = data.get(..self.chunk_size).unwrap_or(data);
        self.encoder.encode(piece, &mut self.out)?;
        self.trailers.put(piece);
        Ok(piece.len())
    }

    /// What is left of less than a chunk stays.
    fn flush(&mut self) -> Result<()> {
        self.drain()?;
        self.inner.flush()
    }
}

impl<W> fmt::Debug for EncodingWriter<W> {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodingWriter")
            .field("encoder", &self.encoder)
            .finish_non_exhaustive()
    }
}
