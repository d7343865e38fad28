//! AWS Signature Version 4, without the AWS SDK: sign, presign and verify requests, see every
//! intermediate value, and find out why a service refused.
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
//!
//! # Which entry point for which need
//!
//! | need | entry point |
//! |---|---|
//! | sign a request, sent with any HTTP client | [`Signer::sign`]; into a buffer of yours [`Signer::sign_into`] |
//! | sign an `http::Request` in place (reqwest, hyper, axum) | [`Signer::sign_http`] |
//! | a URL that anybody can use until it expires | [`Signer::presign`]; of an `http::Request` [`Signer::presign_http`] |
//! | who calls, and is it true? | [`Claim::from_request`], then [`Claim::verify`] under a [`Policy`] |
//! | the same for an `http::Request` | [`HttpParts`] |
//! | the same in front of a server of axum or hyper | [`tower::VerifyLayer`], [`axum::Caller`] |
//! | what to answer to those who are refused | [`Refusal`] |
//! | what is signed, as text | [`Signer::stages`], [`Signer::presign_stages`], [`CanonicalRequest`] |
//! | the rules of a service that differs | [`Profile`] |
//! | Signature Version 4A | [`Profile::with_sigv4a`]; by public keys [`Claim::verify_with_public_key`] |
//! | one step alone | [`SigningKey::derive`], [`StringToSign`], [`SigningKey::sign`] |
//! | the hash of a body that comes in pieces | [`Hasher`] |
//! | a body that is signed in pieces: `aws-chunked` | [`stream`] |
//! | why did the service answer 403? | [`explain::explain`] |
//! | a token that a service makes of a signature: of RDS, EKS, MSK, git, … | [`tokens`] |
//! | an EKS token, or a signed call of `GetCallerIdentity`, that arrives | [`tokens::EksVerifier`], [`tokens::StsIdentityVerifier`] |
//! | call an IAM-protected API | [`Client`]; for `GET /items` [`ItemsClient`] |
//! | sign whatever passes through a ureq agent | [`SigV4`] |
//! | sign whatever passes to a client of hyper, reqwest, tonic or tower | [`tower::SignLayer`] |
//! | who calls a Lambda function? | [`tower::ApiGatewayCaller`], [`tower::IamCaller`] |
//! | credentials from elsewhere, renewed in time | [`ProvideCredentials`], [`Cache`] |
//! | the service and region of a host of AWS's | [`endpoint`](mod@endpoint) |
//! | a form by which browsers upload to S3 | [`post_policy`] |
//! | a stand-in for a service behind IAM authorization, in a test | [`Gateway`] |
//!
//! # Features
//!
//! | feature | for | brings |
//! |---|---|---|
//! | none | sign, presign, verify: `no_std` with `alloc` | hmac, sha2, hex, subtle, smallvec, percent-encoding, time, zeroize |
//! | `std` (default) | [`SystemTime`](https://doc.rust-lang.org/std/time/struct.SystemTime.html) to [`Timestamp`]; a signer keeps its keys | |
//! | `explain` (default) | what a refusal means | |
//! | `v4a` | Signature Version 4A, signed and verified: `no_std`; with `client`, renewal of what `aws login` left | p256 |
//! | `checksum` | checksums in the trailer of an upload: `no_std` | crc, crc32fast, sha1 |
//! | `event-stream` | messages of event streams, signed and verified: `no_std` | crc32fast |
//! | `post-policy` | verify forms that upload to S3 | serde_json |
//! | `http` | sign and verify `http::Request` | http |
//! | `tower` | layers that sign and verify | http-body, tower-layer, tower-service |
//! | `axum` | the caller as an argument of handlers | axum-core |
//! | `reqwest` | the layer that signs, as a middleware | reqwest-middleware |
//! | `tracing` | a span for each request that is signed or verified | tracing |
//! | `sources` | sources of credentials that need no HTTP | serde_json, log |
//! | `client` | `sources` and those that need HTTP, the ureq middleware, the client | ureq |
//! | `platform-roots` | trust the operating system's certificates | rustls-platform-verifier |
//! | `gateway` | the stand-in | hyper, tokio |
//! | `cli` | the command `sigv4` | clap |
//!
//! # What holds everywhere
//!
//! - The core reads no clock and no environment: time is a [`Timestamp`] that you pass.
//! - Each fault is a variant of [`Error`] with its facts; none shows a secret or an expected signature.
//! - Secrets are redacted in `Debug` and wiped on drop.
//! - Nothing panics, whatever it is given.
//!
//! Guides (`docs/`) and a map from each rule of the protocol to its function and vector
//! (`docs/MAP.md`) are part of the package.
//!
// What a feature brings can be linked to only where that is on.
#![cfg_attr(not(feature = "http"), doc = "[`Signer::sign_http`]: #features")]
#![cfg_attr(not(feature = "http"), doc = "[`Signer::presign_http`]: #features")]
#![cfg_attr(not(feature = "http"), doc = "[`HttpParts`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower::VerifyLayer`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower::SignLayer`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower::ApiGatewayCaller`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower::IamCaller`]: #features")]
#![cfg_attr(not(feature = "axum"), doc = "[`axum::Caller`]: #features")]
#![cfg_attr(
    not(feature = "v4a"),
    doc = "[`Profile::with_sigv4a`]: #features\n[`Claim::verify_with_public_key`]: #features"
)]
#![cfg_attr(not(feature = "explain"), doc = "[`explain::explain`]: #features")]
#![cfg_attr(not(feature = "client"), doc = "[`Client`]: #features")]
#![cfg_attr(not(feature = "client"), doc = "[`ItemsClient`]: #features")]
#![cfg_attr(not(feature = "client"), doc = "[`SigV4`]: #features")]
#![cfg_attr(
    feature = "sources",
    doc = "[`ProvideCredentials`]: sources::ProvideCredentials"
)]
#![cfg_attr(not(feature = "sources"), doc = "[`ProvideCredentials`]: #features")]
#![cfg_attr(feature = "sources", doc = "[`Cache`]: sources::Cache")]
#![cfg_attr(not(feature = "sources"), doc = "[`Cache`]: #features")]
#![cfg_attr(feature = "gateway", doc = "[`Gateway`]: gateway::Gateway")]
#![cfg_attr(not(feature = "gateway"), doc = "[`Gateway`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]
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
#[cfg(feature = "inspect")]
pub mod inspect;
pub mod post_policy;
#[cfg(feature = "proxy")]
pub mod proxy;
mod request;
mod sign;
mod signature;
#[cfg(feature = "sources")]
pub mod sources;
pub mod stream;
pub mod tokens;
mod verify;

#[cfg(feature = "axum")]
pub use adapter::axum;
#[cfg(feature = "http")]
pub use adapter::http::{HttpParts, is_safe_to_sign};
#[cfg(feature = "tower")]
pub use adapter::tower;
pub use canonical::CanonicalRequest;
#[cfg(feature = "client")]
pub use client::{Client, ClientError, ItemsClient, SigV4};
pub use error::{Error, Layer};
pub use request::algorithm::{ALGORITHM, Algorithm};
pub use request::credentials::Credentials;
pub use request::profile::{Profile, QueryPlus, SessionToken, StreamingPayload, UnsignedPayload};
pub use request::scope::{Scope, TERMINATOR};
pub use request::streaming::Streaming;
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
#[cfg(feature = "v4a")]
pub use signature::public_key::PublicKey;
pub use signature::string_to_sign::StringToSign;
pub use verify::claim::{Claim, Form};
pub use verify::policy::Policy;
pub use verify::refusal::answer::Refusal;
pub use verify::refusal::reason::RefusalReason;
pub use verify::verdict::Verified;

/// The programs of README and guides, compiled, and run where they need no network.
#[cfg(all(
    doctest,
    feature = "axum",
    feature = "checksum",
    feature = "client",
    feature = "gateway",
    feature = "reqwest",
    feature = "v4a"
))]
mod papers {
    #[doc = include_str!("../docs/async.md")]
    struct Async;
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/client.md")]
    struct Client;
    #[doc = include_str!("../docs/credentials.md")]
    struct Credentials;
    #[doc = include_str!("../docs/explain.md")]
    struct Explain;
    #[doc = include_str!("../docs/gateway.md")]
    struct Gateway;
    #[doc = include_str!("../docs/post-policy.md")]
    struct PostPolicy;
    #[doc = include_str!("../docs/sign.md")]
    struct Sign;
    #[doc = include_str!("../docs/streaming.md")]
    struct Streaming;
    #[doc = include_str!("../docs/tokens.md")]
    struct Tokens;
    #[doc = include_str!("../docs/verify.md")]
    struct Verify;
}
