//! Profiles: the two files, their grammar, and what a profile yields.

pub(crate) mod endpoint_settings;
pub(crate) mod files;
mod grammar;
#[cfg(not(feature = "client"))]
pub(crate) mod links;
pub(crate) mod location;
pub(crate) mod plan;
pub(crate) mod problem;
pub(crate) mod provider;
mod resolve;
mod section;
pub(crate) mod selected;
mod services;
mod sso;
pub(crate) mod value;
pub(crate) mod without_request;

pub use section::ProfileSection;
