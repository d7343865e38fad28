//! Bodies and their vectors, read and run.

use serde::Deserialize;
use sigv4::stream::{ChunkDecoder, StreamError};
use sigv4::{Claim, Credentials, Header, Payload, Policy, Request, Signer, Timestamp};
use std::collections::BTreeMap;

/// Data, told rather than written out.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Data {
    Text(String),
    Repeated { text: String, times: usize },
    Modulo { modulo: usize, length: usize },
}

impl Data {
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Repeated { text, times } => text.repeat(*times).into_bytes(),
            Self::Modulo { modulo, length } => {
                let byte = |index| u8::try_from(index % modulo).unwrap();
                (0..*length).map(byte).collect()
            }
        }
    }
}

#[derive(Deserialize)]
pub struct Chunk {
    pub length: usize,
    pub string_to_sign: Option<String>,
    pub signature: Option<String>,
    pub line: String,
}

#[derive(Deserialize)]
pub struct Trailer {
    pub canonical: String,
    pub string_to_sign: Option<String>,
    pub signature: Option<String>,
}

impl Trailer {
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let lines = self.canonical.lines();
        lines.map(|line| line.split_once(':').unwrap()).collect()
    }
}

/// A whole upload: `test-vectors/streaming`.
#[derive(Deserialize)]
pub struct Upload {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    pub timestamp: String,
    pub region: String,
    pub method: String,
    pub host: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub payload: String,
    pub decoded_length: u64,
    pub chunk_size: usize,
    pub canonical_request: String,
    pub string_to_sign: String,
    pub seed_signature: String,
    pub authorization: Option<String>,
    pub chunks: Vec<Chunk>,
    pub trailer: Option<Trailer>,
    pub encoded_length: usize,
    pub encoded_sha256: Option<String>,
    pub encoded: Option<String>,
    pub data: Data,
}

impl Upload {
    pub fn at(&self) -> Timestamp {
        Timestamp::parse(&self.timestamp).unwrap()
    }

    pub fn signer(&self) -> Signer {
        let credentials = Credentials::new(&*self.access_key_id, &*self.secret_access_key);
        let credentials = match &self.session_token {
            Some(token) => credentials.with_session_token(&**token),
            None => credentials,
        };
        Signer::new(credentials, &self.region, "s3")
    }

    pub fn headers(&self) -> Vec<Header<'_>> {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (&**name, value.as_bytes()));
        headers.chain([("host", self.host.as_bytes())]).collect()
    }

    pub fn request<'a>(&'a self, headers: &'a [Header<'a>], payload: Payload<'a>) -> Request<'a> {
        Request {
            method: &self.method,
            target: &self.path,
            headers,
            payload,
        }
    }

    /// The decoder of a body, from the request as it arrives with what signing added.
    pub fn decoder(&self, added: &[(String, String)], policy: &Policy<'_>) -> ChunkDecoder {
        let mut headers = self.headers();
        headers.extend(
            added
                .iter()
                .map(|(name, value)| (&**name, value.as_bytes())),
        );
        let request = self.request(&headers, Payload::Unsigned);
        let claim = Claim::from_request(&request).unwrap();
        let key = claim.signing_key(&self.secret_access_key);
        let verified = claim.verify(&key, &request, policy, self.at()).unwrap();
        assert_eq!(verified.payload_sha256, None);
        taking_checksums(verified.chunk_decoder(&key).unwrap())
    }
}

/// Without the feature, all checksums are left to the caller.
pub fn taking_checksums(decoder: ChunkDecoder) -> ChunkDecoder {
    if cfg!(feature = "checksum") {
        decoder
    } else {
        decoder.with_unchecked_checksums()
    }
}

/// What a decoder hands on, and how it ends.
pub fn decode<'a>(
    decoder: &mut ChunkDecoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<u8>, Result<(), StreamError>) {
    let mut data = Vec::new();
    for mut piece in pieces {
        while !piece.is_empty() {
            match decoder.decode(piece) {
                Ok(decoded) => {
                    data.extend_from_slice(decoded.data);
                    piece = &piece[decoded.consumed..];
                }
                Err(error) => {
                    // It stays so.
                    assert_eq!(decoder.decode(piece), Err(error));
                    assert_eq!(decoder.finish(), Err(error));
                    return (data, Err(error));
                }
            }
        }
    }
    (data, decoder.finish())
}
