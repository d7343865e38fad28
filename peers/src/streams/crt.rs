//! AWS's C signer and botocore's client, in a process of `official_streams.py`.

use crate::case::{read_lines, write_lines};
use crate::streams::decoded::comes_out;
use crate::streams::encoded::Encoded;
use crate::streams::parts::{Parts, TRAILER_SIGNATURE};
use crate::streams::start;
use crate::streams::tally::Tally;
use crate::streams::upload::Upload;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use std::process::Child;

pub const EQUAL: &str = "signatures equal to aws-c-auth's";
pub const CHAIN: &str = "decoded here: signed by aws-c-auth";
pub const CHAIN_4A: &str = "decoded here: signed by aws-c-auth, Version 4A";
pub const BOTOCORE: &str = "decoded here: signed and encoded by botocore";
pub const VERIFIED: &str = "signatures of Version 4A verified by aws-c-auth";

/// It makes a head and a chain of its own and, by Version 4A, verifies this chain.
#[derive(Serialize)]
struct ToSign<'a> {
    #[serde(flatten)]
    upload: &'a Upload,
    seed: &'a str,
    /// Of the chunks, then of the trailer.
    signatures: Vec<String>,
}

#[derive(Deserialize)]
struct Signed {
    id: String,
    headers: Vec<(String, String)>,
    seed: String,
    signatures: Vec<String>,
    /// How many of this crate's it verified, and which of them it refused.
    verified: usize,
    refused: Vec<usize>,
    /// What botocore sends instead, where it can.
    botocore: Option<Sent>,
}

#[derive(Deserialize)]
struct Sent {
    headers: Vec<(String, String)>,
    /// Of its body; one is behind the other in a file.
    length: usize,
}

/// # Panics
/// If Python is not there.
#[must_use]
pub fn ask(uploads: &[Upload], ours: &[Encoded], folder: &Path, python: &str) -> Child {
    let asked = uploads.iter().zip(ours).map(|(upload, ours)| ToSign {
        upload,
        seed: &ours.seed,
        signatures: Parts::of(&ours.body).signatures(),
    });
    write_lines(&folder.join("streams.jsonl"), &asked.collect::<Vec<_>>());
    start(python, "official_streams.py", folder)
}

/// # Panics
/// If there are no answers.
pub fn compare(
    mut asked: Child,
    uploads: &[Upload],
    ours: &[Encoded],
    all: &[u8],
    folder: &Path,
    tally: &mut Tally,
) {
    let status = asked.wait().expect("official_streams.py");
    assert!(status.success(), "official_streams.py: {status}");
    let answers: Vec<Signed> = read_lines(&folder.join("streams-official.jsonl"));
    assert_eq!(answers.len(), uploads.len(), "an upload without an answer");
    let bodies = fs::read(folder.join("botocore.bin")).expect("botocore.bin");
    let mut bodies = &bodies[..];
    for ((upload, ours), theirs) in uploads.iter().zip(ours).zip(answers) {
        assert_eq!(upload.id, theirs.id);
        let mut parts = Parts::of(&ours.body);
        let signatures = parts.signatures();
        assert_eq!(theirs.signatures.len(), signatures.len(), "{upload:?}");
        if upload.sigv4a {
            tally.count(VERIFIED, theirs.verified);
            let all_verified = theirs.refused.is_empty() && theirs.verified == signatures.len();
            tally.check(all_verified, || {
                format!("{upload:?}: aws-c-auth refuses {:?}", theirs.refused)
            });
        } else {
            tally.count(EQUAL, signatures.len() + 1);
            let equal = theirs.seed == ours.seed && theirs.signatures == signatures;
            tally.check(equal, || {
                let here = (&ours.seed, &signatures);
                let there = (&theirs.seed, &theirs.signatures);
                format!("{upload:?}: {here:?} here, {there:?} by aws-c-auth")
            });
        }
        if let Some(sent) = theirs.botocore {
            let (body, rest) = bodies.split_at(sent.length);
            bodies = rest;
            let sent = Encoded {
                headers: sent.headers,
                seed: String::new(),
                body: body.to_vec(),
            };
            comes_out(upload, &sent, all, tally, BOTOCORE);
        }
        // Their head and their signatures; what else is in the body, nobody signs.
        let mut signatures = theirs.signatures.into_iter();
        for chunk in &mut parts.chunks {
            chunk.signature = chunk.signature.take().and_then(|_| signatures.next());
        }
        for (name, value) in &mut parts.trailers {
            if name == TRAILER_SIGNATURE {
                *value = signatures.next().expect("the trailer's");
            }
        }
        let theirs = Encoded {
            headers: theirs.headers,
            seed: theirs.seed,
            body: parts.body(),
        };
        let what = if upload.sigv4a { CHAIN_4A } else { CHAIN };
        comes_out(upload, &theirs, all, tally, what);
    }
}
