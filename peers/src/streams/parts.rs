//! An `aws-chunked` body taken apart, and put together again: read leniently, by nothing that is
//! compared.

use std::borrow::Cow;

/// A body, less its line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The last one is empty.
    pub chunks: Vec<Chunk<'a>>,
    pub trailers: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// As it stands in the line.
    pub length: String,
    /// As it stands on the wire.
    pub signature: Option<String>,
    pub data: Cow<'a, [u8]>,
}

pub const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

impl<'a> Parts<'a> {
    /// # Panics
    /// On anything that is no whole body.
    #[must_use]
    pub fn of(mut body: &'a [u8]) -> Self {
        let mut line = move |length: usize| {
            let (data, rest) = body.split_at(length);
            let end = rest.windows(2).position(|two| two == b"\r\n");
            let (line, rest) = rest.split_at(end.expect("CR and LF"));
            body = &rest[2..];
            (
                data,
                std::str::from_utf8(line).expect("ASCII"),
                body.is_empty(),
            )
        };
        let mut chunks = Vec::new();
        loop {
            let (_, text, _) = line(0);
            let (length, signature) = match text.split_once(";chunk-signature=") {
                Some((length, signature)) => (length, Some(signature.to_owned())),
                None => (text, None),
            };
            let size = usize::from_str_radix(length, 16).expect("a length");
            let mut chunk = Chunk {
                length: length.to_owned(),
                signature,
                data: Cow::Borrowed(&[]),
            };
            if size == 0 {
                chunks.push(chunk);
                break;
            }
            let (data, behind, _) = line(size);
            assert_eq!(behind, "", "behind a chunk");
            chunk.data = Cow::Borrowed(data);
            chunks.push(chunk);
        }
        let mut trailers = Vec::new();
        loop {
            let (_, text, end) = line(0);
            let Some((name, value)) = text.split_once(':') else {
                assert!(text.is_empty() && end, "the end");
                return Self { chunks, trailers };
            };
            trailers.push((name.to_owned(), value.to_owned()));
        }
    }

    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for chunk in &self.chunks {
            body.extend_from_slice(chunk.length.as_bytes());
            if let Some(signature) = &chunk.signature {
                body.extend_from_slice(b";chunk-signature=");
                body.extend_from_slice(signature.as_bytes());
            }
            body.extend_from_slice(b"\r\n");
            body.extend_from_slice(&chunk.data);
            if !chunk.data.is_empty() {
                body.extend_from_slice(b"\r\n");
            }
        }
        for (name, value) in &self.trailers {
            body.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
        }
        body.extend_from_slice(b"\r\n");
        body
    }

    /// What is signed behind the request: of each chunk, then of the trailer.
    #[must_use]
    pub fn signatures(&self) -> Vec<String> {
        let chunks = self
            .chunks
            .iter()
            .filter_map(|chunk| chunk.signature.clone());
        let trailer = self
            .trailers
            .iter()
            .filter(|(name, _)| name == TRAILER_SIGNATURE);
        chunks
            .chain(trailer.map(|(_, value)| value.clone()))
            .collect()
    }

    /// How many bytes are in front of the line break of each chunk's line.
    #[must_use]
    pub fn line_ends(&self) -> Vec<usize> {
        let mut place = 0;
        let mut ends = Vec::new();
        for chunk in &self.chunks {
            let signature = chunk.signature.as_ref().map_or(0, |text| 17 + text.len());
            place += chunk.length.len() + signature;
            ends.push(place);
            place += 2 + chunk.data.len() + 2;
        }
        ends
    }

    /// The same with all lengths in lower case, as this crate writes them.
    #[must_use]
    pub fn lower_case(mut self) -> Self {
        for chunk in &mut self.chunks {
            chunk.length.make_ascii_lowercase();
        }
        self
    }
}
