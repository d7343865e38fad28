//! Whether a session token is that of the key.

use crate::request::Request;
use crate::request::profile::Profile;
use crate::verify::verdict::Verified;
use subtle::ConstantTimeEq;

const HEADER: &str = Profile::DEFAULT.session_token_header;

/// A form has one place for it.
#[cfg(feature = "gateway")]
pub(crate) fn is_same_token(token: Option<&str>, own: Option<&str>) -> bool {
    match (token, own) {
        (Some(token), Some(own)) => own.as_bytes().ct_eq(token.as_bytes()).into(),
        (token, own) => token.is_none() && own.is_none(),
    }
}

/// A temporary key is good only with its own token; a long-term key comes without one. A token
/// in a header counts, whether it is signed and whatever is in the query.
pub(crate) fn is_own(verified: &Verified<'_>, request: &Request<'_>, own: Option<&str>) -> bool {
    let is_same = |token: &[u8]| own.is_some_and(|own| own.as_bytes().ct_eq(token).into());
    let headers = request.headers.iter();
    let foreign = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case(HEADER))
        .any(|(_, value)| !is_same(value));
    match verified.session_token.as_deref() {
        _ if foreign => false,
        Some(token) => is_same(token.as_bytes()),
        None => own.is_none(),
    }
}
