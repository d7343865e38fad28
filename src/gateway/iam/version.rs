//! The version of a policy document.

use super::fault::{PolicyError, PolicyFault};
use crate::gateway::located::Node;

/// The version of the policy language.
#[derive(Clone, Copy)]
pub(super) enum Version {
    /// Has no variables: `${` is text like any other. The default.
    V2008,
    V2012,
}

impl Version {
    pub(super) fn read(version: Option<Node<'_>>) -> Result<Self, PolicyError> {
        let Some(version) = version else {
            return Ok(Self::V2008);
        };
        match version.text()? {
            "2008-10-17" => Ok(Self::V2008),
            "2012-10-17" => Ok(Self::V2012),
            _ => Err(version.at(PolicyFault::UnsupportedVersion)),
        }
    }
}
