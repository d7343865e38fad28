//! The body of a captured request that is signed in pieces, or in pieces that are not signed.

use crate::json::Object;
use crate::known_key::Key;
use crate::raw::Framing;
use sigv4::stream::{ChecksumAlgorithm, ChunkDecoder, StreamError};
use sigv4::{Streaming, Verified};

/// What holds of a whole body.
pub(crate) struct Whole {
    is_signed: bool,
    trailer_is_signed: bool,
    chunks: u64,
    bytes: u64,
    trailers: Vec<Trailer>,
}

struct Trailer {
    name: String,
    value: String,
    /// It is the checksum of the data, and has been compared.
    compared: bool,
}

/// Where a body breaks, and why.
pub(crate) struct Broken {
    pub error: String,
    /// Counted from 0.
    pub chunk: Option<u64>,
    /// In bytes of the `aws-chunked` body.
    pub position: Option<u64>,
}

/// Reads the body of a request whose head holds; `None` where it is not `aws-chunked`.
///
/// A head that says `transfer-encoding: chunked` does not say whether that was taken off when the
/// request was captured. Both are tried. No body is whole both ways: the data inside HTTP's chunks
/// are longer than the head's length of those inside AWS's. (But for an empty body without a
/// signature or a trailer: it looks like HTTP's last chunk.)
pub(crate) fn read(
    verified: &Verified<'_>,
    key: &Key,
    body: &[u8],
    framing: Option<&Framing>,
) -> Option<Result<Whole, Broken>> {
    let streaming = verified.streaming?;
    let as_captured = decode(key.chunk_decoder(verified)?, streaming, body);
    let (Err(captured), Some(framing)) = (&as_captured, framing) else {
        return Some(as_captured.map_err(Broken::from));
    };
    let nowhere = |error| Broken {
        error,
        chunk: None,
        position: None,
    };
    Some(match framing {
        Framing::Taken(inside) => {
            let taken = decode(key.chunk_decoder(verified)?, streaming, inside);
            match taken {
                // It could be either layer, and is told of both.
                Err(inside) if inside.at_begin => {
                    let error = format!(
                        "{}; or, inside the chunks of transfer-encoding, {}",
                        captured.error, inside.error
                    );
                    match as_captured {
                        Err(captured) if !captured.at_begin => Err(Broken {
                            error,
                            ..Broken::from(captured)
                        }),
                        _ => Err(nowhere(error)),
                    }
                }
                taken => taken.map_err(Broken::from),
            }
        }
        Framing::Broken(fault) if captured.at_begin => Err(nowhere(format!(
            "{}; or, as transfer-encoding: chunked, {fault}",
            captured.error
        ))),
        Framing::Broken(_) => as_captured.map_err(Broken::from),
    })
}

/// Where decoding stopped.
struct Stopped {
    error: StreamError,
    position: u64,
    /// In the line of the first chunk.
    at_begin: bool,
}

impl From<Stopped> for Broken {
    fn from(stopped: Stopped) -> Self {
        let (chunk, position) = place(&stopped.error);
        let mut error = stopped.error.to_string();
        if position.is_none() {
            error += &format!(", read up to byte {}", stopped.position);
        }
        Self {
            error,
            chunk,
            position: Some(position.unwrap_or(stopped.position)),
        }
    }
}

fn decode(mut decoder: ChunkDecoder, streaming: Streaming, body: &[u8]) -> Result<Whole, Stopped> {
    // What is not compared is said to be so.
    decoder = decoder.with_unchecked_checksums();
    let mut rest = body;
    let mut bytes = 0_u64;
    let mut outcome = Ok(());
    while !rest.is_empty() && outcome.is_ok() {
        outcome = decoder.decode(rest).map(|decoded| {
            bytes = bytes.saturating_add(decoded.data.len() as u64);
            rest = rest.get(decoded.consumed..).unwrap_or_default();
        });
    }
    if let Err(error) = outcome.and_then(|()| decoder.finish()) {
        let is_of_first = matches!(
            error,
            StreamError::MalformedChunkLength { chunk: 0, .. }
                | StreamError::MalformedChunkSignature { chunk: 0, .. }
                | StreamError::LineTooLong { chunk: 0, .. }
                | StreamError::MissingLineBreak { chunk: 0, .. }
                | StreamError::DecodedLengthExceeded { chunk: 0, .. }
                | StreamError::ChunkTooLarge { chunk: 0, .. }
                | StreamError::Incomplete { chunk: 0, .. }
        );
        return Err(Stopped {
            error,
            position: decoder.position(),
            at_begin: is_of_first && bytes == 0,
        });
    }
    let trailers = decoder.trailers().map(|(name, value)| Trailer {
        name: name.into(),
        value: value.into(),
        compared: ChecksumAlgorithm::of_header(name).is_some(),
    });
    Ok(Whole {
        is_signed: streaming.is_signed(),
        trailer_is_signed: streaming == Streaming::SignedTrailer,
        chunks: decoder.chunks(),
        bytes,
        trailers: trailers.collect(),
    })
}

/// Chunk and byte, as far as the error names them.
fn place(error: &StreamError) -> (Option<u64>, Option<u64>) {
    match *error {
        StreamError::LineTooLong {
            chunk, position, ..
        }
        | StreamError::MalformedChunkLength { chunk, position }
        | StreamError::MalformedChunkSignature { chunk, position }
        | StreamError::MissingLineBreak { chunk, position }
        | StreamError::Incomplete { chunk, position } => (Some(chunk), Some(position)),
        StreamError::ChunkTooLarge { chunk, .. }
        | StreamError::ChunkTooSmall { chunk, .. }
        | StreamError::DecodedLengthExceeded { chunk, .. }
        | StreamError::ChunkSignatureMismatch { chunk } => (Some(chunk), None),
        StreamError::MalformedTrailer { position }
        | StreamError::UnexpectedTrailer { position }
        | StreamError::MalformedTrailerSignature { position }
        | StreamError::DataAfterEnd { position } => (None, Some(position)),
        _ => (None, None),
    }
}

impl Whole {
    pub(crate) fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// A line.
    pub(crate) fn text(&self) -> String {
        let count = |count: u64, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        let mut text = format!(
            "body: {}, {}, {}",
            count(self.chunks, "chunk"),
            count(self.bytes, "byte"),
            match self.is_signed {
                true => "each chunk signed",
                false => "not signed: only the head is authenticated",
            }
        );
        if self.trailer_is_signed {
            text += "; trailer signed";
        }
        for Trailer { name, compared, .. } in &self.trailers {
            text += &match compared {
                true => format!("; {name} is that of the data"),
                false => format!("; {name} not compared"),
            };
        }
        text + "\n"
    }

    pub(crate) fn json(&self, object: &mut Object) {
        object.number("chunks", self.chunks);
        object.number("bytes", self.bytes);
        object.flag("signed", self.is_signed);
        object.list("trailers", &self.trailers, |object, trailer| {
            object.text("name", &trailer.name);
            object.text("value", &trailer.value);
            object.flag("compared", trailer.compared);
        });
    }
}
