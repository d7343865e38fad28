//! An `aws-chunked` upload as it arrives: opened by the second implementation, and each signature
//! and checksum compared.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>
#![allow(dead_code)]

use crate::reference::chunks::{Chunked, Opened};
use crate::reference::{Rules, Who, canonical_request, signature};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

/// A request as it arrived.
pub struct Upload<'a> {
    pub method: &'a str,
    pub target: &'a str,
    pub headers: &'a [(String, Vec<u8>)],
    pub body: &'a [u8],
}

impl Upload<'_> {
    fn header(&self, wanted: &str) -> Result<&str, String> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let (_, value) = found.ok_or_else(|| format!("no {wanted}"))?;
        std::str::from_utf8(value).map_err(|_| format!("{wanted}: no text"))
    }

    /// The signature of the head, and who signed it.
    fn seed(&self, secret: &str) -> Result<(String, Who), String> {
        let authorization = self.header("authorization")?;
        let part = |name: &str| {
            let (_, rest) = authorization.split_once(name).ok_or(name)?;
            Ok::<_, String>(rest.split(',').next().unwrap_or_default())
        };
        let credential: Vec<_> = part("Credential=")?.split('/').collect();
        let who = Who {
            access_key_id: credential[0].into(),
            secret: secret.into(),
            token: None,
            region: credential[2].into(),
            service: credential[3].into(),
            time: self.header("x-amz-date")?.into(),
        };
        let names: Vec<_> = part("SignedHeaders=")?.split(';').collect();
        let is_signed = |name: &str| names.contains(&&*name.to_lowercase());
        let signed = self.headers.iter().filter(|(name, _)| is_signed(name));
        let signed: Vec<_> = signed.cloned().collect();
        for header in [
            "host",
            "x-amz-content-sha256",
            "x-amz-decoded-content-length",
        ] {
            if !names.contains(&header) {
                return Err(format!("{header} is not signed"));
            }
        }
        let hash = self.header("x-amz-content-sha256")?;
        let rules = Rules::of(&who.service);
        let canonical = canonical_request(self.method, self.target, &signed, hash, rules);
        let (_, seed) = signature(&canonical.ok_or("no canonical request")?, &who);
        if part("Signature=")? != seed {
            return Err("the signature of the head".into());
        }
        Ok((seed, who))
    }

    /// Everything that S3 would check.
    pub fn open(&self, secret: &str) -> Result<Opened, String> {
        let (seed, who) = self.seed(secret)?;
        let marker = self.header("x-amz-content-sha256")?;
        let length = self.header("content-length")?;
        if length != self.body.len().to_string() {
            return Err(format!("{} bytes, not {length}", self.body.len()));
        }
        let encodings = self.header("content-encoding")?;
        if encodings.rsplit(',').next().map(str::trim) != Some("aws-chunked") {
            return Err(format!("content-encoding: {encodings}"));
        }
        let announced = self.header("x-amz-trailer").unwrap_or_default();
        let decoded = self.header("x-amz-decoded-content-length")?;
        let decoded = decoded.parse().map_err(|_| decoded)?;
        open(self.body, marker, announced, decoded, seed, &who)
    }
}

/// The body alone, of which the head says that it has so many bytes of data.
pub fn open(
    body: &[u8],
    marker: &str,
    announced: &str,
    length: usize,
    seed: String,
    who: &Who,
) -> Result<Opened, String> {
    let names = announced.split(',').filter(|name| !name.is_empty());
    let signed = marker.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    let chunked = Chunked {
        who,
        seed,
        chunks_are_signed: signed,
        trailer_is_signed: signed && marker.ends_with("-TRAILER"),
        trailers: names.collect(),
        length,
    };
    let opened = chunked.read(body).ok_or("the body")?;
    for (name, value) in &opened.trailers {
        if checksum(name, &opened.data).is_some_and(|sum| sum != *value) {
            return Err(format!("trailer {name}: {value}"));
        }
    }
    Ok(opened)
}

/// The checksum of a trailer or header of this name, bit by bit.
pub fn checksum(name: &str, data: &[u8]) -> Option<String> {
    let crc = |polynomial: u64, bits: u32| {
        let ones = u64::MAX >> (64 - bits);
        let sum = data.iter().fold(ones, |sum, byte| {
            (0..8).fold(sum ^ u64::from(*byte), |sum, _| {
                (sum >> 1) ^ (polynomial * (sum & 1))
            })
        });
        let bytes = (sum ^ ones).to_be_bytes();
        bytes[(64 - bits as usize) / 8..].to_vec()
    };
    let bytes = match name.strip_prefix("x-amz-checksum-")? {
        "crc32" => crc(0xedb8_8320, 32),
        "crc32c" => crc(0x82f6_3b78, 32),
        "crc64nvme" => crc(0x9a6c_9329_ac4b_c9b5, 64),
        "sha1" => Sha1::digest(data).to_vec(),
        "sha256" => Sha256::digest(data).to_vec(),
        "sha512" => Sha512::digest(data).to_vec(),
        _ => return None,
    };
    Some(BASE64_STANDARD.encode(bytes))
}
