//! Who may call: whoever has the token, or whoever signs with a key that is known here.
//!
//! ```text
//! request ─► claim ─► key of a principal ─► signature ─► body's hash ─► policies ─► signed anew
//! ```
//! Of a request that is refused, nothing goes upstream, but for a body in signed chunks that its route
//! passes on as it comes: that one breaks off at the chunk that is wrong.

mod allowed;
mod old_signature;
mod page;
mod question;
#[cfg(test)]
mod question_tests;
mod signed_caller;
mod signed_headers;
mod token;

pub(crate) use old_signature::take_off;
pub(crate) use page::refuse_pages;
pub(crate) use signed_caller::{Proof, SignedCaller};
pub(crate) use token::take_token;
