//! What several test programs share. Each uses a part of it.
#![allow(dead_code)]

pub mod arriving;
pub mod example;
pub mod flaws;
pub mod suite;

use sigv4::{Header, Payload, PresignedUrl, Request, Signed};
use std::path::{Path, PathBuf};

/// The project's folder of vectors.
pub fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
}

/// Every `.json` file of a folder, as (name without extension, path), sorted. Never empty.
pub fn json_files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            assert_eq!(path.extension().unwrap(), "json", "{}", path.display());
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no vectors in {}", folder.display());
    files
}

/// A request in the text form of the published suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRequest {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl RawRequest {
    /// `Method target[ HTTP/1.1]`, then `Name:value` lines, of which those that start
    /// with a space go on with the value before, then an empty line and the body.
    pub fn parse(lines: &[String]) -> Self {
        let mut rest = lines.iter();
        let first = rest.next().expect("a request line");
        let (method, target) = first.split_once(' ').expect("a method");
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in rest.by_ref().take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                let (_, value) = headers.last_mut().expect("a header before its fold");
                value.push('\n');
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(':').expect("name:value");
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let body: Vec<_> = rest.map(String::as_str).collect();
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: body.join("\n"),
        }
    }

    pub fn headers(&self) -> Vec<Header<'_>> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect()
    }

    pub fn request<'a>(&'a self, headers: &'a [Header<'a>]) -> Request<'a> {
        Request {
            method: &self.method,
            target: &self.target,
            headers,
            payload: Payload::Bytes(self.body.as_bytes()),
        }
    }

    /// As it goes on the wire.
    pub fn signed(&self, signed: &Signed<'_>) -> Self {
        let mut sent = self.clone();
        signed.target().clone_into(&mut sent.target);
        let added = signed.headers();
        sent.headers
            .extend(added.map(|(name, value)| (name.to_owned(), value.to_owned())));
        sent
    }

    pub fn presigned(&self, url: &PresignedUrl) -> Self {
        let mut sent = self.clone();
        url.target().clone_into(&mut sent.target);
        sent
    }

    /// As text in which only what makes a difference on the wire differs: header names
    /// in lower case, values trimmed, headers sorted.
    pub fn comparable(&self) -> String {
        let mut lines: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| format!("{}:{}", name.to_ascii_lowercase(), value.trim()))
            .collect();
        lines.sort();
        lines.insert(0, format!("{} {}", self.method, self.target));
        lines.extend([String::new(), self.body.clone()]);
        lines.join("\n")
    }
}
