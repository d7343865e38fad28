//! What was verified is what goes on.

use crate::proxy::answer::Refused;
use crate::proxy::cause::Cause;
use http::HeaderMap;
use http::header::CONNECTION;
use std::format;
use std::prelude::rust_2024::*;

/// What ends at this hop whether `Connection` names it or not.
const ENDS_HERE: [&str; 4] = ["close", "keep-alive", "te", "upgrade"];

/// `Connection` is signed by nobody, and takes off what it names (RFC 9110, 7.6.1): with it, whoever
/// has seen a signed request could send it again without a header that its signature is about.
pub(super) fn keeps_what_is_signed(headers: &HeaderMap, signed: &str) -> Result<(), Refused> {
    for value in headers.get_all(CONNECTION) {
        for name in value.to_str().unwrap_or_default().split(',') {
            let name = name.trim().to_ascii_lowercase();
            let is_signed = signed.split(';').any(|signed| signed == name);
            if !ENDS_HERE.contains(&&*name) && (is_signed || name.starts_with("x-amz-")) {
                let message = format!("Connection would take off {name}, which the caller signs");
                return Err(Refused::new(Cause::Malformed, message));
            }
        }
    }
    Ok(())
}
