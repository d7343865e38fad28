//! Bodies that are signed piece by piece, a second time: whole, in one go, by
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html> and, of an event,
//! <https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html>.

use super::{Who, hex, hmac, scope, sha256, signing_key};
use std::collections::BTreeMap;

const CRC32: &str = "x-amz-checksum-crc32";
const SIGNATURE: &str = "x-amz-trailer-signature";

/// What the head of an upload says.
pub struct Chunked<'a> {
    pub who: &'a Who,
    /// The signature of the request.
    pub seed: String,
    pub chunks_are_signed: bool,
    pub trailer_is_signed: bool,
    pub trailers: Vec<&'a str>,
    pub length: usize,
}

/// What was in a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    pub data: Vec<u8>,
    /// How long each chunk is.
    pub chunks: Vec<usize>,
    pub trailers: BTreeMap<String, String>,
}

impl Chunked<'_> {
    fn chunk_signature(&self, previous: &str, chunk: &[u8]) -> String {
        let lines = [sha256(b""), sha256(chunk)].join("\n");
        link(self.who, &self.who.time, "PAYLOAD", previous, &lines)
    }

    fn trailer_signature(&self, previous: &str, values: &BTreeMap<String, String>) -> String {
        let lines = values
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"));
        let lines = sha256(lines.collect::<String>().as_bytes());
        link(self.who, &self.who.time, "TRAILER", previous, &lines)
    }

    pub fn write(&self, data: &[u8], size: usize, trailers: &[(&str, &str)]) -> Vec<u8> {
        let (mut out, mut previous) = (Vec::new(), self.seed.clone());
        for chunk in data.chunks(size).chain([&b""[..]]) {
            let mut line = format!("{:x}", chunk.len());
            if self.chunks_are_signed {
                previous = self.chunk_signature(&previous, chunk);
                line += &format!(";chunk-signature={previous}");
            }
            out.extend((line + "\r\n").into_bytes());
            if !chunk.is_empty() {
                out.extend([chunk, b"\r\n"].concat());
            }
        }
        for (name, value) in trailers {
            out.extend(format!("{name}:{value}\r\n").into_bytes());
        }
        if self.trailer_is_signed {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let signature = self.trailer_signature(&previous, &trailers.iter().map(own).collect());
            out.extend(format!("{SIGNATURE}:{signature}\r\n").into_bytes());
        }
        out.extend(b"\r\n");
        out
    }

    /// What is in a body in which all is right.
    pub fn read(&self, body: &[u8]) -> Option<Opened> {
        let (mut rest, mut data, mut previous) = (body, Vec::new(), self.seed.clone());
        let mut chunks: Vec<usize> = Vec::new();
        loop {
            let line = line(&mut rest)?;
            let (digits, signature) = match self.chunks_are_signed {
                true => line.split_once(";chunk-signature=")?,
                false => (&*line, ""),
            };
            let is_number = digits.chars().all(|digit| digit.is_ascii_hexdigit());
            if !is_number || digits.len() > 16 {
                return None;
            }
            let length = usize::from_str_radix(digits, 16).ok()?;
            if length > self.length - data.len() || length > rest.len() {
                return None;
            }
            let (chunk, behind) = rest.split_at(length);
            rest = behind;
            if self.chunks_are_signed {
                previous = self.chunk_signature(&previous, chunk);
                if signature != previous {
                    return None;
                }
            }
            if length == 0 {
                break;
            }
            if chunks.last().is_some_and(|before| *before < 8_192) {
                return None;
            }
            chunks.push(length);
            data.extend(chunk);
            rest = rest.strip_prefix(b"\r\n")?;
        }
        let trailers = self.read_trailers(&mut rest, &previous)?;
        let sum = trailers.get(CRC32);
        let right = sum.is_none_or(|sum| *sum == crc32(&data));
        let opened = Opened {
            data,
            chunks,
            trailers,
        };
        (right && opened.data.len() == self.length && rest.is_empty()).then_some(opened)
    }

    fn read_trailers(&self, rest: &mut &[u8], previous: &str) -> Option<BTreeMap<String, String>> {
        let (mut values, mut signed) = (BTreeMap::new(), false);
        loop {
            let line = line(rest)?;
            let all = values.len() == self.trailers.len();
            if line.is_empty() {
                return (all && signed == self.trailer_is_signed).then_some(values);
            }
            let (name, value) = line.split_once(':')?;
            let value = value.trim_matches([' ', '\t']);
            let visible = |byte: char| (' '..='~').contains(&byte) || byte == '\t';
            if signed || value.is_empty() || !value.chars().all(visible) {
                return None;
            }
            if name == SIGNATURE {
                signed = self.trailer_is_signed && all;
                if !signed || value != self.trailer_signature(previous, &values) {
                    return None;
                }
            } else if !self.trailers.contains(&name)
                || values.insert(name.to_owned(), value.to_owned()).is_some()
            {
                return None;
            }
        }
    }
}

/// Up to the first line feed, without its CR LF.
fn line(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, behind) = rest.split_at(end + 1);
    *rest = behind;
    let line = line.strip_suffix(b"\r\n")?;
    let text = String::from_utf8(line.to_vec()).ok()?;
    (text.len() <= 1_024).then_some(text)
}

fn link(who: &Who, time: &str, kind: &str, previous: &str, lines: &str) -> String {
    let scope = scope(who);
    let text = format!("AWS4-HMAC-SHA256-{kind}\n{time}\n{scope}\n{previous}\n{lines}");
    hex(&hmac(&signing_key(who), &text))
}

/// Of an event at the time of `who`, with its `:date` in milliseconds.
pub fn event_signature(who: &Who, milliseconds: i64, previous: &str, payload: &[u8]) -> String {
    let date = [b"\x05:date\x08", &milliseconds.to_be_bytes()[..]].concat();
    let lines = [sha256(&date), sha256(payload)].join("\n");
    link(who, &who.time, "PAYLOAD", previous, &lines)
}

/// In base64, of IEEE 802.3, a bit at a time.
pub fn crc32(data: &[u8]) -> String {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        }
    }
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // 32 bits, and 4 more to make six digits of them.
    let bits = u64::from(!sum) << 4;
    let digit = |place: u32| char::from(DIGITS[(bits >> (30 - 6 * place) & 63) as usize]);
    (0..6).map(digit).chain("==".chars()).collect()
}
