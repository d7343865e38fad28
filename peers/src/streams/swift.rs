//! OpenStack Swift's `s3api`, in a process of `swift_s3api.py`: who verifies uploads, and has
//! nothing of AWS's nor of this crate's.

use crate::case::read_lines;
use crate::streams::damage::Kind;
use crate::streams::encoded::Encoded;
use crate::streams::start;
use crate::streams::tally::Tally;
use crate::streams::upload::Upload;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sigv4::stream::ChecksumAlgorithm;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Child;

pub const ACCEPTED: &str = "accepted by Swift: this crate's";

/// It takes one checksum a request, none of them SHA-512, and knows no Version 4A.
#[must_use]
pub fn knows(upload: &Upload) -> bool {
    let mut names = upload.trailers.iter().map(|(name, _)| name);
    !upload.sigv4a
        && upload.trailers.len() <= 1
        && names.all(|name| *name != ChecksumAlgorithm::Sha512.header())
}

#[derive(Serialize)]
struct Sent<'a> {
    id: &'a str,
    target: &'a str,
    headers: &'a [(String, String)],
    /// Where the body is in the file of all bodies.
    offset: usize,
    length: usize,
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    status: u16,
    /// S3's, of an error.
    code: Option<String>,
    /// Of what was stored.
    sha256: Option<String>,
}

/// What is sent, and what this crate says of it.
struct Known {
    id: String,
    /// None of one that is as it should be.
    kind: Option<&'static Kind>,
    /// S3's code where this crate refuses it.
    ours: Result<(), &'static str>,
    sha256: String,
}

pub struct Swift<'a> {
    folder: &'a Path,
    lines: BufWriter<File>,
    bodies: BufWriter<File>,
    offset: usize,
    known: Vec<Known>,
}

impl<'a> Swift<'a> {
    /// # Panics
    /// If the files cannot be written.
    #[must_use]
    pub fn new(folder: &'a Path) -> Self {
        let create = |name| BufWriter::new(File::create(folder.join(name)).expect(name));
        Self {
            folder,
            lines: create("swift.jsonl"),
            bodies: create("bodies.bin"),
            offset: 0,
            known: Vec::new(),
        }
    }

    /// `data` are those of the upload.
    ///
    /// # Panics
    /// If the files cannot be written.
    pub fn send(
        &mut self,
        upload: &Upload,
        kind: Option<&'static Kind>,
        encoded: &Encoded,
        data: &[u8],
        ours: Result<(), &'static str>,
    ) {
        let sent = Sent {
            id: &upload.id,
            target: &upload.target,
            headers: &encoded.headers,
            offset: self.offset,
            length: encoded.body.len(),
        };
        let line = serde_json::to_string(&sent).expect("JSON");
        writeln!(self.lines, "{line}").expect("swift.jsonl");
        self.bodies.write_all(&encoded.body).expect("bodies.bin");
        self.offset += encoded.body.len();
        self.known.push(Known {
            id: upload.id.clone(),
            kind,
            ours,
            sha256: hex::encode(Sha256::digest(data)),
        });
    }

    /// # Panics
    /// If Python is not there.
    #[must_use]
    pub fn ask(mut self, python: &str) -> Asked<'a> {
        self.lines.flush().expect("swift.jsonl");
        self.bodies.flush().expect("bodies.bin");
        Asked {
            folder: self.folder,
            known: self.known,
            process: start(python, "swift_s3api.py", self.folder),
        }
    }
}

pub struct Asked<'a> {
    folder: &'a Path,
    known: Vec<Known>,
    process: Child,
}

impl Asked<'_> {
    /// # Panics
    /// If there are no answers.
    pub fn compare(mut self, tally: &mut Tally) {
        let status = self.process.wait().expect("swift_s3api.py");
        assert!(status.success(), "swift_s3api.py: {status}");
        let answers: Vec<Answer> = read_lines(&self.folder.join("swift-answers.jsonl"));
        assert_eq!(
            answers.len(),
            self.known.len(),
            "an upload without an answer"
        );
        for (known, answer) in self.known.iter().zip(answers) {
            assert_eq!(known.id, answer.id);
            known.compare(&answer, tally);
        }
    }
}

impl Known {
    fn compare(&self, answer: &Answer, tally: &mut Tally) {
        let accepted = answer.status == 200;
        let code = answer.code.as_deref().unwrap_or_default();
        let same = answer.sha256.as_ref() == Some(&self.sha256);
        let Some(kind) = self.kind else {
            tally.count(ACCEPTED, 1);
            tally.check(accepted && same, || {
                format!("{}: Swift says {} {code}", self.id, answer.status)
            });
            return;
        };
        let swift = if accepted { "accepted" } else { code };
        let ours = self.ours.err().unwrap_or("accepted");
        tally.count_odd(kind.name, ours, swift);
        let right = kind.good == self.ours.is_ok();
        tally.check(right, || format!("{}, {}: {ours} here", self.id, kind.name));
        let right = accepted == (kind.good || kind.swift_takes.is_some());
        tally.check(right, || {
            format!("{}, {}: {swift} by Swift", self.id, kind.name)
        });
        let kept = accepted == answer.sha256.is_some() && (!kind.good || same);
        tally.check(kept, || {
            format!("{}, {}: Swift keeps something else", self.id, kind.name)
        });
    }
}
