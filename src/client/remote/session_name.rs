//! What the session of an assumed role is called.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::session_name::is_session_name;
use std::format;
use std::prelude::rust_2024::*;

/// The one that is given; without one, a name that tells what made the session, and when.
pub(crate) fn given_or_default(
    name: &str,
    given: Option<&str>,
    seconds: i64,
) -> Result<String, CredentialsError> {
    let Some(given) = given else {
        return Ok(format!("sigv4-kit-{seconds}"));
    };
    if is_session_name(given) {
        return Ok(given.into());
    }
    Err(CredentialsError::failed(
        name,
        "the session name is not 2 to 64 letters, digits and _+=,.@-",
    ))
}

#[cfg(test)]
mod tests {
    use super::given_or_default;
    use std::prelude::rust_2024::*;

    #[test]
    fn names() {
        let long = "x".repeat(64);
        for name in ["me", "a.b@c", "_+=,.@-", &long] {
            assert_eq!(given_or_default("n", Some(name), 1).unwrap(), name);
        }
        let longer = "x".repeat(65);
        for name in ["", "m", "a b", "ä-ö", "a/b", "a\nb", &longer] {
            let error = given_or_default("n", Some(name), 1).unwrap_err();
            let text = std::format!("{error}");
            assert!(
                text == "n: the session name is not 2 to 64 letters, digits and _+=,.@-",
                "{text}"
            );
        }
        assert_eq!(given_or_default("n", None, 17).unwrap(), "sigv4-kit-17");
    }
}
