//! The region that a form is signed for. It is never guessed.

use crate::failure::Failure;
use crate::provided;
use crate::signs_for::{Asked, scope};
use crate::url::{Url, without_port};
use sigv4::endpoint::Destination;

/// What is given, else what the endpoint tells, else that of variables, profile and instance.
pub(crate) fn region(
    endpoint: Option<&Url>,
    given: Option<&str>,
    profile: Option<&str>,
) -> Result<String, Failure> {
    if let Some(endpoint) = endpoint {
        let authority = endpoint.authority();
        let to = Destination {
            scheme: endpoint.scheme(),
            host: without_port(&authority),
            target: "/",
        };
        let asked = Asked {
            service: Some("s3"),
            region: given,
            sigv4a: false,
            region_set: None,
        };
        return Ok(scope(&to, &asked, None, profile)?.region);
    }
    match given {
        Some(given) => Ok(given.to_owned()),
        None => provided::told_region(profile),
    }
}
