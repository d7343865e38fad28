//! Several sources of credentials, one after the other.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::fmt;
use std::prelude::rust_2024::*;
use std::sync::OnceLock;

/// Several sources: the first that is set up is used.
///
/// A source that is set up but broken ends the search: silently signing as somebody
/// else would be worse than an error. For the same reason a chain stays with the source that
/// answered first: what is not there for a moment, such as a file that is being written anew, is an
/// error then, and no other source's turn.
///
/// ```no_run
/// use sigv4::sources::{Chain, Environment, Process, ProvideCredentials};
///
/// let helper = Process::new("vault-helper --role items")?.cached();
/// let chain = Chain::new().with(Environment::new()).with(helper);
/// println!("signing as {}", chain.provide_credentials()?.credentials.access_key_id());
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Default)]
pub struct Chain {
    sources: Vec<Box<dyn ProvideCredentials>>,
    /// The place of the one that answered first.
    chosen: OnceLock<usize>,
}

impl Chain {
    /// A chain of no sources.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more source, after the others.
    #[must_use]
    pub fn with(mut self, source: impl ProvideCredentials + 'static) -> Self {
        self.sources.push(Box::new(source));
        self
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.sources.iter().map(ProvideCredentials::name);
        f.debug_list().entries(names).finish()
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let first = self.chosen.get().copied();
        let mut tried = Vec::new();
        for (place, source) in self.sources.iter().enumerate().skip(first.unwrap_or(0)) {
            match source.provide_credentials() {
                Ok(provided) => {
                    // Two threads may have begun: both stay with what one of them chose.
                    let chosen = *self.chosen.get_or_init(|| place);
                    if chosen == place {
                        return Ok(provided.from_source(source.name()));
                    }
                    return self.provide_credentials();
                }
                Err(error) => {
                    let goes_on = error.is_not_set_up() && first.is_none();
                    tried.push((source.name().into(), error));
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        Err(CredentialsError::NoneFound { tried })
    }

    fn name(&self) -> &'static str {
        "chain"
    }
}
