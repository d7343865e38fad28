//! A policy that outlives what it was made of.

use crate::request::profile::{Profile, StreamingPayload};
use crate::verify::policy::Policy;
use alloc::string::String;
use alloc::vec::Vec;
use smallvec::SmallVec;

/// A [`Policy`] of texts of its own.
#[derive(Clone)]
pub(super) struct Rules {
    regions: Vec<String>,
    service: String,
    unsigned_headers: Vec<String>,
    others: Policy<'static>,
}

impl Rules {
    pub(super) fn of(policy: &Policy<'_>) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| String::from(*text)).collect();
        Self {
            regions: owned(policy.regions),
            service: policy.service.into(),
            unsigned_headers: owned(policy.unsigned_headers),
            others: Policy {
                regions: &[],
                service: "",
                unsigned_headers: &[],
                // Nothing here reads events: they would come to the handler unverified.
                streaming: policy.streaming
                    && policy.profile.streaming_payload == StreamingPayload::Chunked,
                ..*policy
            },
        }
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.others.profile
    }

    /// Whether bodies are taken that are `aws-chunked`.
    pub(super) fn streaming(&self) -> bool {
        self.others.streaming
    }

    pub(super) fn with<T>(&self, use_it: impl FnOnce(&Policy<'_>) -> T) -> T {
        let regions: SmallVec<[&str; 4]> = self.regions.iter().map(String::as_str).collect();
        let unsigned: SmallVec<[&str; 4]> =
            self.unsigned_headers.iter().map(String::as_str).collect();
        use_it(&Policy {
            regions: &regions,
            service: &self.service,
            unsigned_headers: &unsigned,
            ..self.others
        })
    }
}
