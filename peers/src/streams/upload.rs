//! One upload, as every implementation gets it.

use serde::{Deserialize, Serialize};
use sigv4::{Algorithm, Streaming};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Upload {
    pub id: String,
    /// By Signature Version 4A, for the region set that `region` then is.
    pub sigv4a: bool,
    pub region: String,
    /// As in `x-amz-content-sha256`.
    pub marker: String,
    pub host: String,
    pub target: String,
    /// Without `host`, and without what signing adds.
    pub headers: Vec<(String, String)>,
    pub token: Option<String>,
    /// Where its data begin in the file of all data.
    pub offset: usize,
    pub length: usize,
    pub chunk_size: usize,
    pub trailers: Vec<(String, String)>,
    /// How long the pieces are in which its bytes come, over and over.
    pub pieces: Vec<usize>,
}

impl Upload {
    /// # Panics
    /// If it is no marker.
    #[must_use]
    pub fn payload(&self) -> Streaming {
        let (payload, _) = Streaming::parse(&self.marker).expect("a marker");
        payload
    }

    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        if self.sigv4a {
            Algorithm::SigV4a
        } else {
            Algorithm::SigV4
        }
    }

    #[must_use]
    pub fn data<'a>(&self, all: &'a [u8]) -> &'a [u8] {
        &all[self.offset..][..self.length]
    }

    /// The names of its trailers, as in `x-amz-trailer`.
    #[must_use]
    pub fn trailer_names(&self) -> String {
        let names: Vec<_> = self.trailers.iter().map(|(name, _)| &**name).collect();
        names.join(",")
    }

    /// These bytes in its pieces.
    pub fn cut<'a>(&self, mut bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut lengths = self.pieces.clone().into_iter().cycle();
        std::iter::from_fn(move || {
            let length = lengths.next()?.min(bytes.len());
            let (piece, rest) = bytes.split_at(length);
            bytes = rest;
            (!piece.is_empty()).then_some(piece)
        })
    }
}
