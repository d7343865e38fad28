//! IAM policies: a document, the patterns in it, and what they decide.

pub(super) mod decision;
pub(super) mod document;
pub(super) mod fault;
mod pattern;
mod version;
