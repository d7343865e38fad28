//! What all requests share.

use super::api::Api;
use super::bodies::Bodies;
use super::items::Items;
#[cfg(feature = "v4a")]
use super::key_pairs::KeyPairs;
use super::limits::Limits;
use super::principals::Principals;
use super::service::Service;
#[cfg(feature = "inspect")]
use crate::inspect::ring::Ring;
use crate::request::timestamp::Timestamp;
use std::boxed::Box;
#[cfg(feature = "inspect")]
use std::sync::Arc;

/// All that an answer depends on.
pub(crate) struct State {
    pub(crate) service: Service,
    pub(crate) api: Api,
    pub(crate) principals: Principals,
    pub(crate) items: Items,
    pub(crate) bodies: Bodies,
    pub(crate) limits: Limits,
    /// Where Signature Version 4A is taken.
    #[cfg(feature = "v4a")]
    pub(crate) key_pairs: Option<KeyPairs>,
    /// Where what arrives is kept to be looked at.
    #[cfg(feature = "inspect")]
    pub(crate) seen: Option<Arc<Ring>>,
    pub(crate) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}
