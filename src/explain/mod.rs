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
mod compare_headers;
mod compare_target;
mod difference;
mod extract;
mod guess;
mod message;
mod remedy;
mod sent;
mod strings;

pub use answer::Answer;
pub use cause::Cause;
pub use difference::{Difference, Part};
pub use sent::Sent;

use alloc::vec::Vec;

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
