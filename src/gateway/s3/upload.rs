//! A body that is read to its end, and not kept but for the inspector.

use super::super::reply::Reply;
#[cfg(feature = "inspect")]
use crate::inspect::head::KEPT;
use crate::request::Header;
use crate::signature::hash::Hasher;
use crate::stream::head::CHECKSUM_PREFIX;
use crate::stream::{Checksum, ChecksumAlgorithm, ChunkDecoder};
use crate::verify::refusal::reason::RefusalReason;
use std::string::String;
use std::vec::Vec;
#[cfg(feature = "inspect")]
use zeroize::Zeroizing;

/// What becomes of a body: counted, hashed and, where it is in pieces, decoded and verified.
pub(crate) struct Upload {
    decoder: Option<ChunkDecoder>,
    /// Chunks are held until their signatures hold.
    is_held: bool,
    /// What the decoder may hold now, in bytes.
    held: usize,
    /// Of the headers, each with its value.
    checksums: Vec<(Checksum, String)>,
    /// Those that are not computed here.
    others: Vec<Sum>,
    hasher: Hasher,
    /// Of the data, in bytes.
    length: usize,
    limit: usize,
    /// All that has arrived, for the inspector, as long as that is not too long.
    #[cfg(feature = "inspect")]
    kept: Option<Zeroizing<Vec<u8>>>,
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
    ///
    /// # Errors
    /// The answer to a header whose value is no checksum of its kind.
    pub(crate) fn new(
        decoder: Option<ChunkDecoder>,
        is_held: bool,
        headers: &[Header<'_>],
        limit: usize,
    ) -> Result<Self, Reply> {
        let mut checksums = Vec::new();
        let mut others = Vec::new();
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            match name.strip_prefix(CHECKSUM_PREFIX) {
                None | Some("algorithm" | "mode" | "type") => continue,
                Some(_) => {}
            }
            let invalid = || Reply::invalid_header(&name);
            let value = std::str::from_utf8(value).map_err(|_| invalid())?.trim();
            match ChecksumAlgorithm::of_header(&name) {
                Some(algorithm) if algorithm.is_value(value) => {
                    checksums.push((Checksum::new(algorithm), value.into()));
                }
                Some(_) => return Err(invalid()),
                None => others.push(Sum {
                    name,
                    value: value.into(),
                    compared: false,
                }),
            }
        }
        Ok(Self {
            decoder,
            is_held,
            held: 0,
            checksums,
            others,
            hasher: Hasher::new(),
            length: 0,
            limit,
            #[cfg(feature = "inspect")]
            kept: None,
        })
    }

    /// From here on all that arrives is kept, pieces and all, where it is no longer than is kept of a body.
    /// `announced` is its length, where that is known.
    #[cfg(feature = "inspect")]
    pub(super) fn keep(&mut self, announced: Option<u64>) {
        let announced = announced.map_or(KEPT, |all| usize::try_from(all).unwrap_or(usize::MAX));
        self.kept = (announced <= KEPT).then(|| Zeroizing::new(Vec::with_capacity(announced)));
    }

    /// What was kept, where that is all.
    #[cfg(feature = "inspect")]
    pub(super) fn take_kept(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        self.kept.take()
    }

    /// How much is held once so many more bytes are there. Room for up to four times that may be
    /// reserved, and never for more than the chunk.
    pub(crate) fn held_with(&self, more: usize) -> usize {
        if self.is_held {
            self.held.saturating_add(more)
        } else {
            0
        }
    }

    /// The next bytes.
    pub(crate) fn put(&mut self, mut bytes: &[u8]) -> Result<(), RefusalReason> {
        #[cfg(feature = "inspect")]
        if let Some(kept) = &mut self.kept {
            if kept.len().saturating_add(bytes.len()) > KEPT {
                self.kept = None;
            } else {
                kept.extend_from_slice(bytes);
            }
        }
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
        sums.extend(self.others);
        Ok(Arrived {
            length: self.length,
            sha256: self.hasher.finish(),
            chunks,
            checksums: sums,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nor is a checksum that is not computed here said to have come, where it cannot be said.
    #[test]
    fn checksums_are_text() {
        for name in ["x-amz-checksum-crc32", "X-Amz-Checksum-MD5"] {
            let refused = Upload::new(None, false, &[(name, b"\xff")], 1)
                .err()
                .unwrap();
            assert_eq!(
                (refused.status, refused.error_type),
                (400, Some("InvalidRequest"))
            );
        }
    }
}
