//! An `aws-chunked` upload as it arrives: opened, and each signature and checksum compared.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>

use super::{Rules, Who, canonical_request, hex, hmac, scope, sha256, signature, signing_key};
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

/// What was in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    pub marker: String,
    pub data: Vec<u8>,
    /// How long each chunk is.
    pub chunks: Vec<usize>,
    pub trailers: Vec<(String, String)>,
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
        let opened = open(self.body, marker, announced, &seed, &who)?;
        let decoded = self.header("x-amz-decoded-content-length")?;
        if decoded != opened.data.len().to_string() {
            return Err(format!(
                "{} bytes of data, not {decoded}",
                opened.data.len()
            ));
        }
        Ok(opened)
    }
}

/// The body alone.
pub fn open(
    mut body: &[u8],
    marker: &str,
    announced: &str,
    seed: &str,
    who: &Who,
) -> Result<Opened, String> {
    let signed = marker.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    let key = signing_key(who);
    let mut previous = seed.to_owned();
    let mut sign = |kind: &str, rest: &str| {
        let text = format!(
            "AWS4-HMAC-SHA256-{kind}\n{}\n{}\n{previous}\n{rest}",
            who.time,
            scope(who)
        );
        previous = hex(&hmac(&key, &text));
        previous.clone()
    };
    let mut opened = Opened {
        marker: marker.to_owned(),
        data: Vec::new(),
        chunks: Vec::new(),
        trailers: Vec::new(),
    };
    loop {
        let line = take_line(&mut body)?;
        let (length, signature) = match line.split_once(";chunk-signature=") {
            Some((length, signature)) => (length, Some(signature)),
            None => (line, None),
        };
        let length = usize::from_str_radix(length, 16).map_err(|_| format!("length {length}"))?;
        let (data, rest) = body.split_at_checked(length).ok_or("the end in a chunk")?;
        body = rest;
        let wanted = signed.then(|| {
            let hashes = format!("{}\n{}", sha256(b""), sha256(data));
            sign("PAYLOAD", &hashes)
        });
        if signature != wanted.as_deref() {
            return Err(format!("the signature of chunk {}", opened.chunks.len()));
        }
        if length == 0 {
            break;
        }
        body = body
            .strip_prefix(b"\r\n")
            .ok_or("no CR LF behind a chunk")?;
        opened.data.extend_from_slice(data);
        if opened.chunks.last().is_some_and(|last| *last < 8192) {
            return Err("a chunk that is too small".into());
        }
        opened.chunks.push(length);
    }
    let mut canonical = Vec::new();
    for name in announced.split(',').filter(|name| !name.is_empty()) {
        let line = take_line(&mut body)?;
        let (found, value) = line.split_once(':').ok_or("no trailer")?;
        if found != name || checksum(name, &opened.data).is_some_and(|sum| sum != value) {
            return Err(format!("trailer {found}: {value}"));
        }
        canonical.push(format!("{name}:{value}\n"));
        opened.trailers.push((name.into(), value.into()));
    }
    if marker.ends_with("PAYLOAD-TRAILER") && signed {
        canonical.sort();
        let wanted = sign("TRAILER", &sha256(canonical.concat().as_bytes()));
        if take_line(&mut body)? != format!("x-amz-trailer-signature:{wanted}") {
            return Err("the signature of the trailer".into());
        }
    }
    match body {
        b"\r\n" => Ok(opened),
        rest => Err(format!("{} bytes at the end", rest.len())),
    }
}

fn take_line<'a>(body: &mut &'a [u8]) -> Result<&'a str, String> {
    let mut places = body.windows(2);
    let end = places.position(|two| two == b"\r\n").ok_or("no line")?;
    let line = std::str::from_utf8(&body[..end]).map_err(|_| "a line is no text")?;
    *body = &body[end + 2..];
    Ok(line)
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
