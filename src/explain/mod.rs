//! Why a service refused a request: its answer, read beside what was signed.
//!
//! A service that finds a wrong signature prints the canonical request and the string to
//! sign that it computed from what arrived. Compared line by line with what was signed,
//! they show what happened on the way. Other answers say it in words.
//!
//! ```
//! use sigv4::explain::{Answer, Cause, Sent, explain};
//! # use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
//! # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
//! # let request = Request { method: "GET", target: "/", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
//! # let at = Timestamp::EPOCH;
//! let stages = signer.stages(&request, at)?;
//! let sent = Sent { stages: &stages, credentials: signer.credentials() };
//! let answer = Answer {
//!     status: 403,
//!     headers: &[("x-amzn-errortype", b"ExpiredTokenException")],
//!     body: br#"{"message":"The security token included in the request is expired"}"#,
//! };
//! let explanation = explain(&sent, &answer);
//! assert_eq!(explanation.cause, Cause::SessionTokenExpired);
//! println!("{}\n{}", explanation.cause, explanation.remedy);
//! # Ok::<(), sigv4::Error>(())
//! ```

mod answer;
mod cause;
mod compare;
mod extract;
mod guess;
mod headers;
mod message;
mod remedy;
mod strings;
mod target;

pub use answer::Answer;
pub use cause::Cause;

use crate::request::credentials::Credentials;
use crate::sign::stages::Stages;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What was sent, as far as an explanation needs it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// What signing computed, from [`Signer::stages`](crate::Signer::stages) or
    /// [`Signer::presign_stages`](crate::Signer::presign_stages).
    pub stages: &'a Stages,
    /// Who signed.
    pub credentials: &'a Credentials,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The one thing that explains the answer. `Display` says it in a sentence.
    pub cause: Cause,
    /// Where what was signed and what the service computed differ, in the order of the
    /// canonical request. Session tokens are not shown.
    pub differences: Vec<Difference>,
    /// What to do about it.
    pub remedy: &'static str,
}

/// One line that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which line.
    pub part: Part,
    /// What was signed; `None` where there is no such line.
    pub signed: Option<String>,
    /// What the service computed; `None` where there is no such line.
    pub computed: Option<String>,
}

/// A line of a canonical request or of a string to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// First line of a canonical request.
    Method,
    /// Its second line.
    Path,
    /// Its third line.
    Query,
    /// The line of a signed header, by its name in lower case.
    Header(String),
    /// The names of the signed headers.
    SignedHeaders,
    /// The last line of a canonical request.
    PayloadHash,
    /// Second line of a string to sign.
    Time,
    /// Its third line.
    Scope,
    /// Its last line: the hash of the canonical request.
    CanonicalRequestHash,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Query => f.write_str("query"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::SignedHeaders => f.write_str("signed headers"),
            Self::PayloadHash => f.write_str("payload hash"),
            Self::Time => f.write_str("time"),
            Self::Scope => f.write_str("credential scope"),
            Self::CanonicalRequestHash => f.write_str("hash of the canonical request"),
        }
    }
}

/// What an answer means for the request that was sent.
///
/// Looked for in this order: an acceptance, the strings that the service computed, the
/// words of the answer. Any bytes will do as an answer; the effort is linear in them.
pub fn explain(sent: &Sent<'_>, answer: &Answer<'_>) -> Explanation {
    let said = answer.read();
    let (cause, differences) = if answer.is_success() {
        (Cause::Nothing, Vec::new())
    } else if let Some(found) = compare::compare(sent, &said) {
        found
    } else {
        (message::cause(sent, answer, &said), Vec::new())
    };
    Explanation {
        remedy: remedy::remedy(&cause),
        cause,
        differences,
    }
}
