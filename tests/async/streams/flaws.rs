//! The vectors of `streaming-reject`, behind heads of their own.

use super::refused::{framed, is_refused, refused};
use super::{through, to_s3, upload};
use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::stream::{ChunkSigner, ChunkedBody};
use sigv4::{Scope, Signature, SigningKey, Streaming, Timestamp};

#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Repeated { text: String, times: usize },
}

#[derive(Deserialize)]
struct Flaw {
    secret_access_key: String,
    timestamp: String,
    region: String,
    seed_signature: String,
    payload: String,
    decoded_length: u64,
    trailers: String,
    body: Vec<Part>,
    handed_on: usize,
    error: String,
}

impl Flaw {
    fn parts(&self) -> Vec<String> {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Repeated { text, times } => text.repeat(*times),
        };
        self.body.iter().map(text).collect()
    }

    fn signer(&self) -> ChunkSigner {
        let at = Timestamp::parse(&self.timestamp).unwrap();
        let scope = Scope::new(&at, &self.region, "s3").unwrap();
        let key = SigningKey::derive(&self.secret_access_key, &scope);
        let seed = Signature::parse(&self.seed_signature).unwrap();
        ChunkSigner::new(key, at, &scope, seed)
    }

    /// The same body behind another head: each signature that is right there, is here.
    fn behind(&self, signer: &ChunkSigner) -> String {
        let parts = self.parts();
        let links = links(&parts);
        let mut text = parts.concat();
        replace(&self.signer(), signer, &links, &mut text);
        text
    }
}

enum Link {
    Chunk([u8; 32]),
    Trailer([u8; 32]),
}

fn sha256(text: &str) -> [u8; 32] {
    let mut hasher = sigv4::Hasher::new();
    hasher.put(text.as_bytes());
    hasher.finish()
}

/// All that can have been signed: each part, nothing, and the lines of a trailer, one or more.
fn links(parts: &[String]) -> Vec<Link> {
    let mut links = vec![Link::Chunk(sha256(""))];
    links.extend(parts.iter().map(|part| Link::Chunk(sha256(part))));
    let mut canonical = String::new();
    for line in parts.concat().split("\r\n") {
        if line.contains(':') && !line.starts_with("x-amz-trailer-signature") {
            canonical += &format!("{line}\n");
            links.push(Link::Trailer(sha256(&canonical)));
        }
    }
    links
}

fn replace(old: &ChunkSigner, new: &ChunkSigner, links: &[Link], text: &mut String) {
    for link in links {
        let [(next_old, from), (next_new, to)] = [old, new].map(|signer| {
            let mut signer = signer.clone();
            let signature = match link {
                Link::Chunk(sha256) => signer.sign_chunk(sha256),
                Link::Trailer(sha256) => signer.sign_trailer(sha256),
            };
            (signer, signature.to_string())
        });
        if text.contains(&from) {
            *text = text.replace(&from, &to);
            replace(&next_old, &next_new, links, text);
        }
    }
}

#[test]
fn every_flaw_is_refused_behind_the_layer() {
    for (name, path) in json_files(&vectors().join("streaming-reject")) {
        let text = std::fs::read_to_string(path).unwrap();
        let flaw: Flaw = serde_json::from_str(&text).unwrap();
        let (payload, _) = Streaming::parse(&flaw.payload).unwrap();
        let head = ChunkedBody::new(payload, flaw.decoded_length).with_trailers(&flaw.trailers);
        for size in [1, 1_000, usize::MAX] {
            let (request, signer) = upload(&head, ());
            let body = flaw.behind(&signer);
            let request = request.map(|()| framed(body.as_bytes(), size));
            let (response, seen) = through(&to_s3(), request);
            if name.starts_with("checksum-unknown") {
                assert_eq!((seen.calls, response.status().as_u16()), (0, 400), "{name}");
                let reason = format!("Stream({})", flaw.error);
                let refusal = refused(&response).refusal();
                assert_eq!(format!("{:?}", refusal.reason()), reason, "{name}");
                continue;
            }
            let mut names = flaw.trailers.split(',').filter(|name| !name.is_empty());
            if names.any(|name| !name.starts_with("x-amz-checksum-")) {
                assert_eq!((seen.calls, response.status().as_u16()), (0, 400), "{name}");
                continue;
            }
            let error = is_refused(&response, &seen, flaw.decoded_length, &name);
            assert_eq!(format!("{error:?}"), flaw.error, "{name}");
            assert_eq!(seen.streaming, Some(payload), "{name}");
            assert!(seen.data.len() <= flaw.handed_on || !payload.is_signed());
        }
    }
}

/// Then it is for the handler to compare them.
#[test]
fn checksums_that_are_not_computed() {
    let names = "x-amz-checksum-md5,x-amz-checksum-crc32";
    let head = ChunkedBody::new(Streaming::UnsignedTrailer, 5).with_trailers(names);
    for (crc32, status) in [("NhCmhg==", 200), ("NhCmhQ==", 400)] {
        let body = format!(
            "5\r\nhello\r\n0\r\nx-amz-checksum-md5:any\r\nx-amz-checksum-crc32:{crc32}\r\n\r\n"
        );
        let (request, _) = upload(&head, framed(body.as_bytes(), 1_000));
        let (response, seen) = through(&to_s3().unchecked_checksums(), request);
        assert_eq!((seen.calls, response.status().as_u16()), (1, status));
        let md5 = seen
            .trailers
            .map(|trailers| trailers["x-amz-checksum-md5"].clone());
        assert_eq!(
            md5,
            (status == 200).then(|| http::HeaderValue::from_static("any"))
        );
    }
}
