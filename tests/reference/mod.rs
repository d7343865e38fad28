//! Signature Version 4 a second time, to be compared with: as plain as the specification
//! reads, slow, and without a line of `src/`. Small enough to be checked by eye against
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
#![allow(dead_code)]

pub mod chunks;
mod encoding;
mod wire;

pub use encoding::{decode, encode, hex, sha256};
pub use wire::wire;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;

/// What differs between services.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub encode_path_twice: bool,
    pub normalize_path: bool,
    pub plus_is_space: bool,
    pub hash_header: bool,
    pub always_unsigned: bool,
    pub presign_unsigned: bool,
    pub token_name: &'static str,
    pub presigned_token_is_signed: bool,
}

impl Rules {
    pub fn of(service: &str) -> Self {
        let s3 = ["s3", "s3-object-lambda", "s3-outposts", "s3express"].contains(&service);
        let lattice = service == "vpc-lattice-svcs";
        Self {
            encode_path_twice: !s3,
            normalize_path: !s3,
            plus_is_space: false,
            hash_header: s3 || lattice,
            always_unsigned: lattice,
            presign_unsigned: s3 || lattice,
            token_name: if service == "s3express" {
                "X-Amz-S3session-Token"
            } else {
                "X-Amz-Security-Token"
            },
            presigned_token_is_signed: service != "iotdevicegateway",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Who {
    pub access_key_id: String,
    pub secret: String,
    pub token: Option<String>,
    pub region: String,
    pub service: String,
    pub time: String,
}

#[derive(Clone, Debug)]
pub struct Plain {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    /// Lower-case hex, or `UNSIGNED-PAYLOAD`; `hash_is_given` if the body itself is not known.
    pub payload_hash: String,
    pub hash_is_given: bool,
}

/// Every stage, what goes on the wire last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub canonical: Vec<u8>,
    pub string_to_sign: String,
    pub signature: String,
    pub headers: Vec<(String, String)>,
    pub target: String,
}

/// The header form. `None` if an escape is malformed.
pub fn sign(request: &Plain, who: &Who, rules: Rules) -> Option<Outcome> {
    let target = wire(&request.target, rules);
    let mut hash = request.payload_hash.as_str();
    if rules.always_unsigned {
        hash = "UNSIGNED-PAYLOAD";
    }
    let mut added = vec![("x-amz-date".to_owned(), who.time.clone())];
    if rules.hash_header {
        added.push(("x-amz-content-sha256".to_owned(), hash.to_owned()));
    }
    if let Some(token) = &who.token {
        added.push((rules.token_name.to_lowercase(), token.clone()));
    }
    let mut headers = request.headers.clone();
    headers.extend(
        added
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into())),
    );
    let canonical = canonical_request(&request.method, &target, &headers, hash, rules)?;
    let (string_to_sign, signature) = signature(&canonical, who);
    let (id, scope, names) = (
        &who.access_key_id,
        scope(who),
        canonical_headers(&headers).1,
    );
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    added.insert(0, ("authorization".to_owned(), authorization));
    Some(Outcome {
        canonical,
        string_to_sign,
        signature,
        headers: added,
        target,
    })
}

/// The query form. `None` if an escape is malformed.
pub fn presign(request: &Plain, who: &Who, rules: Rules, expires: u64) -> Option<Outcome> {
    let mut target = wire(&request.target, rules);
    let mut hash = request.payload_hash.as_str();
    if rules.always_unsigned || rules.presign_unsigned && !request.hash_is_given {
        hash = "UNSIGNED-PAYLOAD";
    }
    append(&mut target, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    append(
        &mut target,
        "X-Amz-Credential",
        &format!("{}/{}", who.access_key_id, scope(who)),
    );
    append(&mut target, "X-Amz-Date", &who.time);
    append(
        &mut target,
        "X-Amz-SignedHeaders",
        &canonical_headers(&request.headers).1,
    );
    append(&mut target, "X-Amz-Expires", &expires.to_string());
    if rules.presign_unsigned && hash != "UNSIGNED-PAYLOAD" {
        append(&mut target, "X-Amz-Content-Sha256", hash);
    }
    if let Some(token) = who
        .token
        .as_ref()
        .filter(|_| rules.presigned_token_is_signed)
    {
        append(&mut target, rules.token_name, token);
    }
    let signed = target.clone();
    let canonical = canonical_request(&request.method, &signed, &request.headers, hash, rules)?;
    let (string_to_sign, signature) = signature(&canonical, who);
    append(&mut target, "X-Amz-Signature", &signature);
    if let Some(token) = who
        .token
        .as_ref()
        .filter(|_| !rules.presigned_token_is_signed)
    {
        append(&mut target, rules.token_name, token);
    }
    Some(Outcome {
        canonical,
        string_to_sign,
        signature,
        headers: Vec::new(),
        target,
    })
}

fn append(target: &mut String, name: &str, value: &str) {
    match target.split_once('?') {
        None => target.push('?'),
        Some((_, query)) if query.is_empty() || query.ends_with('&') => {}
        Some(_) => target.push('&'),
    }
    *target += &format!("{name}={}", encode(value, ""));
}

/// Step 1, of a target as it stands on the wire.
pub fn canonical_request(
    method: &str,
    target: &str,
    headers: &[(String, Vec<u8>)],
    hash: &str,
    rules: Rules,
) -> Option<Vec<u8>> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (canonical_path(path, rules)?, canonical_query(query, rules)?);
    let (lines, names) = canonical_headers(headers);
    let mut text = format!("{method}\n{path}\n{query}\n").into_bytes();
    text.extend(lines);
    text.extend(format!("\n{names}\n{hash}").into_bytes());
    Some(text)
}

/// Steps 2 to 4.
pub fn signature(canonical: &[u8], who: &Who) -> (String, String) {
    let (time, scope, digest) = (&who.time, scope(who), sha256(canonical));
    let string_to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
    let signature = hex(&hmac(&signing_key(who), &string_to_sign));
    (string_to_sign, signature)
}

pub fn signing_key(who: &Who) -> Vec<u8> {
    let date = hmac(format!("AWS4{}", who.secret).as_bytes(), &who.time[..8]);
    let region = hmac(&date, &who.region);
    let service = hmac(&region, &who.service);
    hmac(&service, "aws4_request")
}

fn scope(who: &Who) -> String {
    format!(
        "{}/{}/{}/aws4_request",
        &who.time[..8],
        who.region,
        who.service
    )
}

pub fn canonical_path(path: &str, rules: Rules) -> Option<String> {
    let path = if rules.normalize_path {
        normalize(path)
    } else {
        path.to_owned()
    };
    if rules.encode_path_twice {
        Some(encode(&path, "/"))
    } else {
        Some(encode(decode(&path, false)?, "/"))
    }
}

pub fn normalize(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            name => kept.push(name),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", kept.join("/"))
}

/// Names and values decoded once, encoded once, sorted by name and then by value.
pub fn canonical_query(query: &str, rules: Rules) -> Option<String> {
    let again = |text| Some(encode(decode(text, rules.plus_is_space)?, ""));
    let mut pairs = Vec::new();
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        pairs.push((again(name)?, again(value)?));
    }
    pairs.sort();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| name + "=" + &value)
        .collect();
    Some(pairs.join("&"))
}

/// The lines, and the names.
pub fn canonical_headers(headers: &[(String, Vec<u8>)]) -> (Vec<u8>, String) {
    const NEVER: &str = " authorization connection expect keep-alive proxy-authenticate \
        proxy-authorization proxy-connection te trailer transfer-encoding upgrade user-agent \
        x-amzn-trace-id sec-websocket-key sec-websocket-protocol sec-websocket-version ";
    let mut values = BTreeMap::<String, Vec<Vec<u8>>>::new();
    for (name, value) in headers {
        let name = name.to_lowercase();
        if !NEVER.contains(&format!(" {name} ")) {
            let white = |byte: &u8| b" \t\r\n".contains(byte);
            let words: Vec<_> = value.split(white).filter(|word| !word.is_empty()).collect();
            values.entry(name).or_default().push(words.join(&b' '));
        }
    }
    let names: Vec<_> = values.keys().cloned().collect();
    let mut lines = Vec::new();
    for (name, values) in values {
        lines.extend([name.as_bytes(), b":", &values.join(&b','), b"\n"].concat());
    }
    (lines, names.join(";"))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
