//! A body that is read to its end, and not kept.

use crate::request::Header;
use crate::signature::hash::Hasher;
use crate::stream::{Checksum, ChecksumAlgorithm, ChunkDecoder};
use crate::verify::refusal::reason::RefusalReason;
use std::string::String;
use std::vec::Vec;

/// What becomes of a body: counted, hashed and, where it is in pieces, decoded and verified.
pub(crate) struct Upload {
    decoder: Option<ChunkDecoder>,
    /// Chunks are held until their signatures hold.
    is_held: bool,
    /// What the decoder may hold now, in bytes.
    held: usize,
    /// Of the headers, each with its value.
    checksums: Vec<(Checksum, String)>,
    hasher: Hasher,
    /// Of the data, in bytes.
    length: usize,
    limit: usize,
}

/// What arrived, whole and right.
pub(super) struct Arrived {
    /// Of the data, in bytes.
    pub(super) length: usize,
    pub(super) sha256: [u8; 32],
    /// Of a body in pieces: how many, and how many bytes they take.
    pub(super) chunks: Option<(u64, u64)>,
    pub(super) checksums: Vec<Sum>,
}

/// A checksum that came along.
pub(super) struct Sum {
    pub(super) name: String,
    pub(super) value: String,
    /// It is that of the data.
    pub(super) compared: bool,
}

impl Upload {
    /// `limit` is that to the data, in bytes.
    pub(super) fn new(
        decoder: Option<ChunkDecoder>,
        is_held: bool,
        headers: &[Header<'_>],
        limit: usize,
    ) -> Self {
        let checksums = headers.iter().filter_map(|(name, value)| {
            let algorithm = ChecksumAlgorithm::of_header(&name.to_ascii_lowercase())?;
            let value = std::str::from_utf8(value).ok()?.trim();
            Some((Checksum::new(algorithm), value.into()))
        });
        Self {
            decoder,
            is_held,
            held: 0,
            checksums: checksums.collect(),
            hasher: Hasher::new(),
            length: 0,
            limit,
        }
    }

    /// How much is held once so many more bytes are there.
    pub(crate) fn held_with(&self, more: usize) -> usize {
        if self.is_held {
            self.held.saturating_add(more)
        } else {
            0
        }
    }

    /// The next bytes.
    pub(crate) fn put(&mut self, mut bytes: &[u8]) -> Result<(), RefusalReason> {
        let Some(mut decoder) = self.decoder.take() else {
            return self.data(bytes);
        };
        while !bytes.is_empty() {
            let step = decoder.decode(bytes)?;
            self.held = match step.data {
                [] => self.held.saturating_add(step.consumed),
                _ => 0,
            };
            self.data(step.data)?;
            bytes = bytes.get(step.consumed..).unwrap_or_default();
        }
        self.decoder = Some(decoder);
        Ok(())
    }

    fn data(&mut self, data: &[u8]) -> Result<(), RefusalReason> {
        self.length = self.length.saturating_add(data.len());
        if self.length > self.limit {
            return Err(RefusalReason::BodyTooLong);
        }
        self.hasher.put(data);
        for (checksum, _) in &mut self.checksums {
            checksum.put(data);
        }
        Ok(())
    }

    /// All bytes were there.
    pub(super) fn finish(self) -> Result<Arrived, RefusalReason> {
        let mut sums = Vec::new();
        let mut chunks = None;
        if let Some(decoder) = &self.decoder {
            decoder.finish()?;
            chunks = Some((decoder.chunks(), decoder.position()));
            sums.extend(decoder.trailers().map(|(name, value)| Sum {
                name: name.into(),
                value: value.into(),
                compared: ChecksumAlgorithm::of_header(name).is_some(),
            }));
        }
        for (checksum, value) in self.checksums {
            let algorithm = checksum.algorithm();
            if checksum.finish() != value {
                let algorithm = algorithm.name();
                return Err(RefusalReason::ChecksumDiffers { algorithm });
            }
            sums.push(Sum {
                name: algorithm.header().into(),
                value,
                compared: true,
            });
        }
        Ok(Arrived {
            length: self.length,
            sha256: self.hasher.finish(),
            chunks,
            checksums: sums,
        })
    }
}
