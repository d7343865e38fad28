//! What ElastiCache and MemoryDB have in common.

use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{Presigned, TOKEN_LAST};
use crate::tokens::secret_text::Token;

/// The longest name of a cache, a cluster and a user.
const LONGEST: usize = 40;

/// The cache's name, in lower case, as the services store it, stands where a host stands.
pub(super) fn token(
    maker: &Maker<'_>,
    service: &str,
    name: &str,
    user: &str,
    more: &str,
    region: &str,
) -> Result<Token, TokenError> {
    word(Input::Cache, name)?;
    word(Input::User, user)?;
    let presigned = Presigned {
        method: "GET",
        host: &name.to_ascii_lowercase(),
        target: &["/?Action=connect&User=", user, more].concat(),
        header: None,
        region,
        service,
        expires: Some(900),
        order: &TOKEN_LAST,
    };
    Ok(Token {
        text: presigned.text(maker)?,
        validity: maker.validity(presigned.expires)?,
    })
}

/// A letter, then letters, digits and hyphens: an endpoint has dots, and is none.
fn word(input: Input, text: &str) -> Result<(), TokenError> {
    checked::length(input, text, LONGEST)?;
    checked::bytes(input, text, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-'
    })?;
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        Ok(())
    } else {
        Err(TokenError::Invalid { input, position: 0 })
    }
}
