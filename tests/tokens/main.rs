//! What services make of a signature: tokens, and forms that upload to S3.

mod figures;
mod inputs;
mod names;
mod post_policy;
mod properties;
#[path = "../support/mod.rs"]
mod support;
mod vector;
mod verified;
#[cfg(any(feature = "client", feature = "post-policy"))]
mod verified_answers;
mod verified_any;
mod verified_changed;
mod verified_hosts;
#[cfg(any(feature = "client", feature = "post-policy"))]
mod verified_identity;
mod verified_made;
