//! Profiles: the two files, their grammar, and what a profile yields.

pub(crate) mod plan;
pub(crate) mod problem;
