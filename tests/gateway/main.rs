//! The embedded stand-in.
#![cfg(feature = "gateway")]

mod iam_policy;
mod requests;
