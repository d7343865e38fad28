//! What `sigv4 verify` says of a request that is not valid.

use crate::failure::Failure;
use crate::json::Object;
use crate::pieces::Broken;
use sigv4::{Error, Layer, Request};

/// What is wrong.
#[derive(Default)]
pub(crate) struct Refusal {
    pub layer: &'static str,
    pub error: String,
    pub header: Option<String>,
    /// With what it would be right.
    pub hint: Option<String>,
    pub chunk: Option<u64>,
    pub position: Option<u64>,
}

impl Refusal {
    /// What is no request at all.
    pub(crate) fn unreadable(error: &str) -> Self {
        Self {
            layer: "parse",
            error: error.into(),
            ..Self::default()
        }
    }

    pub(crate) fn of_body(broken: Broken) -> Self {
        Self {
            layer: "body",
            error: broken.error,
            chunk: broken.chunk,
            position: broken.position,
            ..Self::default()
        }
    }

    /// `key` is what it was verified with.
    pub(crate) fn failure(self, key: &str) -> Failure {
        let header = (self.header).map_or(String::new(), |name| format!(" ({name})"));
        let hint = match (self.hint, self.layer) {
            (Some(hint), _) => format!("; it would {hint}"),
            (None, "signature") => format!("; wrong {key}, or changed on the way"),
            (None, "body") => "; the head is valid".into(),
            (None, _) => String::new(),
        };
        Failure::failed(format_args!(
            "not valid: {}: {}{header}{hint}",
            self.layer, self.error
        ))
    }

    pub(crate) fn json(&self) -> String {
        let mut object = Object::default();
        object.flag("valid", false);
        object.text("layer", self.layer);
        object.text("error", &self.error);
        object.some("header", self.header.as_deref());
        object.some("hint", self.hint.as_deref());
        for (name, place) in [("chunk", self.chunk), ("position", self.position)] {
            if let Some(place) = place {
                object.number(name, place);
            }
        }
        format!("{}\n", object.finish())
    }
}

pub(crate) fn refused(error: Error, request: &Request<'_>) -> Refusal {
    let layer = match error.layer() {
        Layer::Signing => "signing",
        Layer::Parse => "parse",
        Layer::Limit => "limit",
        Layer::Scope => "scope",
        Layer::Freshness => "freshness",
        Layer::Header => "header",
        Layer::Payload => "payload",
        _ => "signature",
    };
    let named = match error {
        Error::AmzHeaderNotSigned { index }
        | Error::ContentTypeNotSigned { index }
        | Error::RepeatedSigningHeader { index }
        | Error::RegionSetNotSigned { index }
        | Error::MalformedDecodedContentLength { index }
        | Error::UnexpectedTrailerNames { index }
        | Error::InvalidTrailerName { index, .. }
        | Error::ChecksumAlgorithmDiffers { index }
        | Error::InvalidHeaderValue { index, .. }
        | Error::NonAsciiHeaderValue { index, .. } => request.headers.get(index),
        _ => None,
    };
    Refusal {
        layer,
        error: error.to_string(),
        header: named.map(|(name, _)| (*name).into()),
        ..Refusal::default()
    }
}

pub(crate) fn region_set(said: &str, expected: &str) -> Refusal {
    Refusal {
        layer: "scope",
        error: format!("the region set is {said}, not {expected}"),
        header: Some("x-amz-region-set".into()),
        ..Refusal::default()
    }
}

pub(crate) fn scoped(what: &str, claimed: &str, expected: &str) -> Refusal {
    Refusal {
        layer: "scope",
        error: format!("the credential is scoped to the {what} {claimed}, not {expected}"),
        ..Refusal::default()
    }
}
