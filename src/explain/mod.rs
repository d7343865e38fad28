//! Why a service refused a request: its answer, read beside what was signed.
//!
//! A service that finds a wrong signature prints the canonical request and the string to
//! sign that it computed from what arrived. Compared line by line with what was signed,
//! they show what happened on the way. Other answers say it in words: those that are known
//! are rows of a table, one recorded answer each in `test-vectors/answers`.
//!
//! Nothing is said that the answer or the comparison does not prove: each cause has its
//! [`Evidence`], and where an answer can mean several things, all of them are there, with
//! [advice](Explanation::advice) how to find out.
//!
//! ```
//! use sigv4::explain::{Answer, Cause, Evidence, Sent, explain};
//! # use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
//! # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
//! # let request = Request { method: "GET", target: "/", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
//! # let at = Timestamp::EPOCH;
//! let stages = signer.stages(&request, at)?;
//! let sent = Sent::new(&stages, signer.credentials());
//! let answer = Answer {
//!     status: 403,
//!     headers: &[("x-amzn-errortype", b"ExpiredTokenException")],
//!     body: br#"{"message":"The security token included in the request is expired"}"#,
//! };
//! let explanation = explain(&sent, &answer);
//! assert_eq!(*explanation.cause(), Cause::SessionTokenExpired);
//! for reason in &explanation.causes {
//!     assert_eq!(reason.evidence, Evidence::Said);
//!     println!("{}\n{}", reason.cause, reason.remedy);
//! }
//! # Ok::<(), sigv4::Error>(())
//! ```

mod answer;
mod apart;
mod cause;
mod codes;
mod compare;
mod compare_headers;
mod compare_target;
mod denial;
mod difference;
mod explanation;
mod extract;
mod guess;
mod known;
pub(crate) mod readings;
mod reasons;
pub(crate) mod remedy;
mod rewritten;
mod rule;
mod said;
mod sent;
mod strings;
mod words;

pub use answer::Answer;
pub use cause::Cause;
pub use denial::{Denial, PolicyKind};
pub use difference::{Difference, Part};
pub use explanation::{Evidence, Explanation, Reason};
pub use readings::{Captured, Reading};
pub use reasons::{explain, explain_answer};
pub use sent::Sent;
