//! A policy that outlives what it was made of.

use crate::request::profile::{Profile, StreamingPayload};
use crate::verify::policy::Policy;
use alloc::string::String;
use alloc::vec::Vec;
use smallvec::SmallVec;

/// A [`Policy`] of texts of its own.
#[derive(Clone)]
pub(super) struct Rules {
    /// The regions, so many, then the headers that may be unsigned.
    texts: Vec<String>,
    regions: usize,
    service: String,
    others: Policy<'static>,
}

impl Rules {
    pub(super) fn of(policy: &Policy<'_>) -> Self {
        let texts = policy.regions.iter().chain(policy.unsigned_headers);
        Self {
            texts: texts.map(|text| String::from(*text)).collect(),
            regions: policy.regions.len(),
            service: policy.service.into(),
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
        let mut texts = SmallVec::<[&str; 8]>::new();
        for text in &self.texts {
            texts.push(text);
        }
        let (regions, unsigned_headers) = texts.split_at_checked(self.regions).unwrap_or_default();
        use_it(&Policy {
            regions,
            service: &self.service,
            unsigned_headers,
            ..self.others
        })
    }
}
