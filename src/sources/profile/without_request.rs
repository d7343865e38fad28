//! What a plan is made of that takes no request; where there is no client, all that there is.

use crate::request::credentials::Credentials;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::process::Process;
use crate::sources::profile::plan::Base;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::boxed::Box;
use std::prelude::rust_2024::*;

type Here = Option<Box<dyn ProvideCredentials>>;

/// The source of the first credentials; `None` where somebody has to be asked over HTTP.
pub(crate) fn without_request(
    base: &Base,
    environment: &Environment,
) -> Result<Here, CredentialsError> {
    Ok(Some(match base {
        Base::Static {
            credentials,
            account_id,
        } => Box::new(Keys {
            credentials: credentials.clone(),
            account_id: account_id.clone(),
        }),
        Base::Environment => Box::new(environment.clone()),
        Base::Process(command) => Box::new(Process::new(&command.0)?),
        _ => return Ok(None),
    }))
}

/// Keys as they are written.
struct Keys {
    credentials: Credentials,
    account_id: Option<String>,
}

impl ProvideCredentials for Keys {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let mut provided = ProvidedCredentials::from(self.credentials.clone());
        provided.account_id.clone_from(&self.account_id);
        Ok(provided)
    }

    fn name(&self) -> &'static str {
        "profile"
    }
}
