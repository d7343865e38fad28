//! A form that arrives: read strictly, verified, held against its policy.

pub(super) mod arrived_form;
pub(super) mod conditions;
mod expanded;
mod policy_document;
mod policy_json;
pub(super) mod post_claim;
pub(super) mod post_fault;
pub(super) mod verified_post;
