//! Where credentials come from: this crate and botocore, on the same files and variables.

pub mod by_rules;
pub mod drawn;
pub mod edges;
pub mod home;
pub mod inputs;
pub mod line_inputs;
pub mod listed;
pub mod pair;
pub mod pairs;
pub mod plain;
pub mod profile_inputs;
pub mod reading;
pub mod resolve;
pub mod roles;
pub mod scenes;
pub mod signer;
pub mod stand_in;
pub mod tally;
