//! What each fuzz target does with its bytes. Every function asserts a property; none may
//! panic otherwise. The same functions run over the seeds in `tests/fuzz/seeded.rs`, on stable.
#![allow(dead_code)]

pub mod answers;
pub mod canonical;
pub mod claims;
pub mod endpoints;
#[path = "../../support/example.rs"]
mod example;
pub mod guard;
mod lines;
pub mod pasted;
pub mod post_forms;
pub mod profiles;
mod quoting;
pub mod refusal;
pub mod round_trip;
mod services;
pub mod signed_events;
pub mod sigv4a;
pub mod sigv4a_claims;
pub mod streams;
pub mod sts_calls;
pub mod uploads;

pub type Body = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Body); 25] = [
    ("canonical_path", canonical::canonical_path),
    ("canonical_query", canonical::canonical_query),
    ("canonical_headers", canonical::canonical_headers),
    ("parse_authorization", claims::parse_authorization),
    ("parse_presigned", claims::parse_presigned),
    ("ecdsa_signature", sigv4a::ecdsa_signature),
    ("region_set", sigv4a::region_set),
    ("sigv4a_claims", sigv4a_claims::sigv4a_claims),
    ("verify_request", claims::verify_request),
    ("sign_verify", round_trip::sign_verify),
    ("against_reference", round_trip::against_reference),
    (
        "parse_credentials_response",
        answers::parse_credentials_response,
    ),
    ("explain_response", answers::explain_response),
    ("client_refusal", refusal::client_refusal),
    ("resolve_endpoint", endpoints::resolve_endpoint),
    ("profile_files", profiles::profile_files),
    ("post_forms", post_forms::post_forms),
    ("decode_chunks", streams::decode_chunks),
    ("read_messages", streams::read_messages),
    ("proxy_guard", guard::proxy_guard),
    ("sign_chunks", uploads::sign_chunks),
    ("verify_events", signed_events::verify_events),
    ("eks_token", sts_calls::eks_token),
    ("sts_identity", sts_calls::sts_identity),
    ("pasted_text", pasted::pasted_text),
];
