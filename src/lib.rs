//! AWS Signature Version 4, without the AWS SDK.
//!
//! ```text
//! Request ─► CanonicalRequest ─► StringToSign ─► Signature ─┬─► Authorization header
//!              (profile)        (timestamp, scope)  (key)   ├─► presigned URL
//!                                                           └─► compared with a claim
//! ```
//!
//! ```
//! use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
//!
//! let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY"), "us-east-1", "execute-api");
//! let request = Request {
//!     method: "GET",
//!     target: "/prod/items",
//!     headers: &[("host", b"abc123.execute-api.us-east-1.amazonaws.com")],
//!     payload: Payload::EMPTY,
//! };
//! let signed = signer.sign(&request, Timestamp::parse("20150830T123600Z")?)?;
//! for (name, value) in signed.headers() {
//!     println!("{name}: {value}");
//! }
//! # Ok::<(), sigv4::Error>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, clippy::pedantic)]
#![allow(
    clippy::doc_markdown,            // SigV4 and UTF-8 are words
    clippy::must_use_candidate,
    clippy::struct_excessive_bools,  // a profile is a row of switches
    clippy::elidable_lifetime_names,
    clippy::format_push_string,
    clippy::inline_always            // each is measured: docs/PERFORMANCE.md
)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "http")]
mod adapter;
mod canonical;
#[cfg(feature = "client")]
pub mod client;
pub mod endpoint;
mod error;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "gateway")]
pub mod gateway;
mod grammar;
mod request;
mod sign;
mod signature;
mod verify;

#[cfg(feature = "http")]
pub use adapter::http::{HttpParts, is_safe_to_sign};
pub use canonical::CanonicalRequest;
#[cfg(feature = "client")]
pub use client::{Client, ClientError, ItemsClient, SigV4};
pub use error::{Error, Layer};
pub use request::credentials::Credentials;
pub use request::profile::{Profile, QueryPlus, SessionToken, UnsignedPayload};
pub use request::scope::{Scope, TERMINATOR};
pub use request::timestamp::Timestamp;
pub use request::{Header, Payload, Request};
pub use sign::authorization::Authorization;
pub use sign::header_form::Signed;
pub use sign::presign::{MAX_EXPIRES, PresignedUrl};
pub use sign::signer::Signer;
pub use sign::stages::Stages;
pub use signature::Signature;
pub use signature::hash::Hasher;
pub use signature::key::SigningKey;
pub use signature::string_to_sign::{ALGORITHM, StringToSign};
pub use verify::claim::{Claim, Form};
pub use verify::policy::Policy;
pub use verify::verdict::Verified;

/// The README's programs, compiled and run.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
