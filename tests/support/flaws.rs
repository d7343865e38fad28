//! Bodies with one flaw each, `test-vectors/streaming-reject`, behind a head that is right.

use super::{json_files, vectors};
use serde_json::Value;
use sigv4::stream::ChunkSigner;
use sigv4::{
    Credentials, Hasher, Header, Payload, Request, Scope, Signature, Signer, SigningKey, Streaming,
    Timestamp,
};
use std::collections::BTreeMap;

const NOW: &str = "20130524T000000Z";
const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A request for `PUT /examplebucket/flaw`, signed at 20130524T000000Z by the keys of the S3 API
/// reference.
pub struct Flawed {
    pub name: String,
    /// Lines with their ends, but for the empty one.
    pub head: String,
    pub body: Vec<u8>,
    /// The names in `x-amz-trailer`.
    pub trailers: String,
    /// As the vector has it.
    pub error: String,
}

/// All of them, their chains signed again behind the heads.
pub fn flawed() -> Vec<Flawed> {
    let at = Timestamp::parse(NOW).unwrap();
    let key = SigningKey::derive(SECRET, &Scope::new(&at, "us-east-1", "s3").unwrap());
    let files = json_files(&vectors().join("streaming-reject"));
    let vectors = files.into_iter().map(|(name, path)| {
        let text = std::fs::read_to_string(path).unwrap();
        let vector: Value = serde_json::from_str(&text).unwrap();
        let parts: Vec<_> = (vector["body"].as_array().unwrap().iter().map(bytes)).collect();
        let (head, seed) = head(&vector);
        let before = Signature::parse(vector["seed_signature"].as_str().unwrap()).unwrap();
        let body = parts.concat();
        let known = Contents::of(&parts).signed_again(&body, &key, (before, seed));
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        Flawed {
            name,
            head,
            body: replaced(&body, &known),
            trailers: text("trailers"),
            error: text("error"),
        }
    });
    vectors.collect()
}

fn sha256(data: &[u8]) -> [u8; 32] {
    let mut hasher = Hasher::new();
    hasher.put(data);
    hasher.finish()
}

/// What can have been signed of a body: its data, and its trailers in canonical form.
struct Contents {
    chunks: Vec<Vec<u8>>,
    trailers: Vec<Vec<u8>>,
}

impl Contents {
    fn of(parts: &[Vec<u8>]) -> Self {
        let mut chunks = vec![Vec::new()];
        let mut trailers = Vec::new();
        for part in parts {
            let text = String::from_utf8_lossy(part);
            if !text.ends_with("\r\n") {
                chunks.push(part.clone());
            } else if text.starts_with("x-amz-checksum-") {
                let mut lines: Vec<_> = text.split_terminator("\r\n").collect();
                lines.sort_unstable();
                lines.dedup();
                trailers.push(format!("{}\n", lines.join("\n")).into_bytes());
            }
        }
        Self { chunks, trailers }
    }

    /// For each signature of the chain behind `before` that stands in the body, the one that it
    /// would be behind `after`.
    fn signed_again(
        &self,
        body: &[u8],
        key: &SigningKey,
        (before, after): (Signature, Signature),
    ) -> BTreeMap<String, String> {
        let at = Timestamp::parse(NOW).unwrap();
        let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
        let text = String::from_utf8_lossy(body);
        let mut known = BTreeMap::new();
        let mut links = vec![(before, after)];
        while let Some((before, after)) = links.pop() {
            let sign = |seed, content: &[u8], is_trailer| {
                let mut signer = ChunkSigner::new(key.clone(), at, &scope, seed);
                match is_trailer {
                    true => signer.sign_trailer(&sha256(content)),
                    false => signer.sign_chunk(&sha256(content)),
                }
            };
            let chunks = self.chunks.iter().map(|chunk| (chunk, false));
            for (content, is_trailer) in chunks.chain(self.trailers.iter().map(|text| (text, true)))
            {
                let old = sign(before, content, is_trailer);
                let new = sign(after, content, is_trailer);
                // A flaw can be in its last digit, and so stay one.
                let is_there = text.contains(&old.to_string()[..63]);
                if is_there && known.insert(old.to_string(), new.to_string()).is_none() {
                    links.push((old, new));
                }
            }
        }
        known
    }
}

/// The bytes with every known signature replaced, and all but the last digit of it.
fn replaced(body: &[u8], known: &BTreeMap<String, String>) -> Vec<u8> {
    let mut body = body.to_vec();
    for (old, new) in known {
        let places: Vec<_> = body
            .windows(63)
            .enumerate()
            .filter(|(_, window)| window.eq_ignore_ascii_case(&old.as_bytes()[..63]))
            .map(|(at, _)| at)
            .collect();
        for at in places {
            let is_upper = body[at..at + 63].iter().any(u8::is_ascii_uppercase);
            let new = if is_upper {
                new.to_uppercase()
            } else {
                new.clone()
            };
            body[at..at + 63].copy_from_slice(&new.as_bytes()[..63]);
            if body.get(at + 63) == old.as_bytes().last() {
                body[at + 63] = new.as_bytes()[63];
            } else if body.get(at + 63) == new.as_bytes().last() {
                // What was wrong stays wrong.
                body[at + 63] = if new.ends_with('0') { b'1' } else { b'0' };
            }
        }
    }
    body
}

/// The bytes of a part of a vector's body.
fn bytes(part: &Value) -> Vec<u8> {
    match part {
        Value::String(text) => text.clone().into_bytes(),
        _ => {
            let times = usize::try_from(part["times"].as_u64().unwrap()).unwrap();
            part["text"].as_str().unwrap().repeat(times).into_bytes()
        }
    }
}

/// A head for the body of a vector, and its signature.
fn head(vector: &Value) -> (String, Signature) {
    let (streaming, _) = Streaming::parse(vector["payload"].as_str().unwrap()).unwrap();
    let length = vector["decoded_length"].to_string();
    let trailers = vector["trailers"].as_str().unwrap();
    let mut headers: Vec<Header<'_>> = vec![
        ("host", b"127.0.0.1"),
        ("content-encoding", b"aws-chunked"),
        ("x-amz-decoded-content-length", length.as_bytes()),
    ];
    if !trailers.is_empty() {
        headers.push(("x-amz-trailer", trailers.as_bytes()));
    }
    let request = Request {
        method: "PUT",
        target: "/examplebucket/flaw",
        headers: &headers,
        payload: Payload::Streaming(streaming),
    };
    let signer = Signer::new(Credentials::new(ID, SECRET), "us-east-1", "s3");
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut head = "PUT /examplebucket/flaw HTTP/1.1\r\n".to_owned();
    for (name, value) in &headers {
        head += &format!("{name}: {}\r\n", std::str::from_utf8(value).unwrap());
    }
    for (name, value) in signed.headers() {
        head += &format!("{name}: {value}\r\n");
    }
    (head, signed.signature())
}
