//! What an implementation makes of a request, in parts that can be compared one by one.

use crate::case::{REGION, SECRET, TIME};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    Signed {
        signature: String,
        canonical_request: String,
    },
    Refused {
        error: String,
    },
}

/// The parts of a canonical request. `verdict` is whether there is one at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Verdict,
    Method,
    Path,
    Query,
    Headers,
    Payload,
}

impl Part {
    pub const OF_CANONICAL: [Self; 5] = [
        Self::Method,
        Self::Path,
        Self::Query,
        Self::Headers,
        Self::Payload,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Headers => "headers",
            Self::Payload => "payload",
        }
    }
}

impl Outcome {
    /// # Panics
    /// If the canonical request is not one.
    pub fn part(&self, part: Part) -> Option<String> {
        let Self::Signed {
            canonical_request, ..
        } = self
        else {
            return (part == Part::Verdict).then(|| "refused".to_owned());
        };
        if part == Part::Verdict {
            return Some("signed".to_owned());
        }
        let mut lines = canonical_request.split('\n');
        let mut next = || lines.next().expect("six lines at least");
        let (method, path, query) = (next(), next(), next());
        let rest: Vec<_> = lines.collect();
        let (payload, headers) = rest.split_last().expect("a payload hash");
        Some(match part {
            Part::Method => method.to_owned(),
            Part::Path => path.to_owned(),
            // Which headers are signed is a question for `Headers`.
            Part::Query => query
                .split('&')
                .filter(|pair| !pair.starts_with("X-Amz-SignedHeaders="))
                .collect::<Vec<_>>()
                .join("&"),
            Part::Headers => headers.join("\n"),
            Part::Payload => (*payload).to_owned(),
            Part::Verdict => unreachable!("above"),
        })
    }

    /// Steps 2 to 4 from the canonical request: proof that it is the one that was signed.
    pub fn is_consistent(&self, service: &str) -> bool {
        match self {
            Self::Refused { .. } => true,
            Self::Signed {
                signature,
                canonical_request,
            } => *signature == sign(canonical_request, service, TIME),
        }
    }
}

/// The signature of a canonical request at a time, written without any of the crates compared.
///
/// # Panics
/// Never: HMAC takes keys of any length.
pub fn sign(canonical_request: &str, service: &str, time: &str) -> String {
    sign_as(SECRET, REGION, canonical_request, service, time)
}

/// The same with another secret, in another region.
///
/// # Panics
/// If the time is none.
pub fn sign_as(
    secret: &str,
    region: &str,
    canonical_request: &str,
    service: &str,
    time: &str,
) -> String {
    let hmac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let date = &time[..8];
    let mut key = format!("AWS4{secret}").into_bytes();
    for text in [date, region, service, "aws4_request"] {
        key = hmac(&key, text);
    }
    let digest = hex::encode(Sha256::digest(canonical_request));
    let text =
        format!("AWS4-HMAC-SHA256\n{time}\n{date}/{region}/{service}/aws4_request\n{digest}");
    hex::encode(hmac(&key, &text))
}
