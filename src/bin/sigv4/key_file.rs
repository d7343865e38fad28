//! A public key of Signature Version 4A in a file, and as text.

use crate::failure::{Failure, words};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding};
use serde_json::{Map, Value};
use sigv4::PublicKey;
use std::fmt::{Display, Write};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// More than any key; a device without an end must not fill the memory.
const MOST: u64 = 65_536;

pub(crate) fn read(path: &Path) -> Result<PublicKey, Failure> {
    let about =
        |problem: &dyn Display| Failure::usage(format_args!("{}: {problem}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| about(&words(&error)))?;
    file.take(MOST)
        .read_to_end(&mut bytes)
        .map_err(|error| about(&words(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| about(&NO_KEY))?;
    parse(&text).map_err(|problem| about(&problem))
}

const NO_KEY: &str = "no public key: neither PEM (BEGIN PUBLIC KEY), nor the digits of a point \
                      (04…), nor JSON with X and Y";
const NOT_OF_THE_CURVE: &str = "no public key of P-256";

/// Nothing of what is read is said: it can be a secret in the wrong place.
fn parse(text: &str) -> Result<PublicKey, &'static str> {
    let text = text.trim();
    // A private key can have the parameters of its curve in front of it.
    if text.contains("PRIVATE KEY-----") {
        return Err("a private key: give the public one (openssl pkey -pubout)");
    }
    if text.starts_with("-----BEGIN") {
        let key = p256::PublicKey::from_public_key_pem(text).map_err(|_| {
            if text.starts_with("-----BEGIN PUBLIC KEY-----") {
                NOT_OF_THE_CURVE
            } else {
                NO_KEY
            }
        })?;
        return PublicKey::from_sec1(&key.to_sec1_bytes()).map_err(|_| NOT_OF_THE_CURVE);
    }
    let digits = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => coordinates(&members)?,
        _ => text.to_owned(),
    };
    let mut bytes = [0; 65];
    let point = bytes.get_mut(..digits.len() / 2).ok_or(NO_KEY)?;
    hex::decode_to_slice(&digits, point).map_err(|_| NO_KEY)?;
    PublicKey::from_sec1(point).map_err(|_| NOT_OF_THE_CURVE)
}

/// As AWS's signing test suite has them in `public-key.json`.
fn coordinates(members: &Map<String, Value>) -> Result<String, &'static str> {
    let digits = |name| members.get(name)?.as_str().filter(|text| text.len() == 64);
    match (digits("X"), digits("Y")) {
        (Some(x), Some(y)) => Ok(["04", x, y].concat()),
        _ => Err("X and Y are not 64 hexadecimal digits each"),
    }
}

/// RFC 5480 in PEM (RFC 7468, 13), as OpenSSL writes and reads it.
pub(crate) fn pem(key: &PublicKey) -> Result<String, Failure> {
    p256::PublicKey::from_sec1_bytes(&key.to_sec1())
        .ok()
        .and_then(|key| key.to_public_key_pem(LineEnding::LF).ok())
        .ok_or_else(|| Failure::failed("the public key cannot be written"))
}

/// SEC 1, 2.3.3: `04`, x, y.
pub(crate) fn digits(key: &PublicKey) -> String {
    let bytes = key.to_sec1();
    let mut text = String::with_capacity(130);
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
