//! Several sources of credentials, one after the other.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::fmt;
use std::prelude::rust_2024::*;

/// Several sources: the first that is set up is used.
///
/// A source that is set up but broken ends the search: silently signing as somebody
/// else would be worse than an error.
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
pub struct Chain(Vec<Box<dyn ProvideCredentials>>);

impl Chain {
    /// A chain of no sources.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more source, after the others.
    #[must_use]
    pub fn with(mut self, source: impl ProvideCredentials + 'static) -> Self {
        self.0.push(Box::new(source));
        self
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(ProvideCredentials::name);
        f.debug_list().entries(names).finish()
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let mut tried = Vec::with_capacity(self.0.len());
        for source in &self.0 {
            match source.provide_credentials() {
                Ok(provided) => return Ok(provided.from_source(source.name())),
                Err(error) => {
                    let goes_on = error.is_not_set_up();
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
