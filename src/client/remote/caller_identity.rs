//! Who one's credentials are.
//! [GetCallerIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)

use crate::client::remote::sts::{Parameters, Sts};
use crate::request::credentials::Credentials;
use crate::sources::credentials_error::CredentialsError;
use core::mem::take;
use std::prelude::rust_2024::*;

const NAME: &str = "GetCallerIdentity";

/// Whose credentials sign, as AWS STS says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// Twelve digits.
    pub account: String,
    /// Of a user, an assumed role, a federated user, or the account's root.
    pub arn: String,
    /// `AIDA…` of a user, `AROA…:session` of an assumed role.
    pub user_id: String,
}

impl Sts {
    /// Asks whose these credentials are. No permission is needed for it.
    ///
    /// ```no_run
    /// use sigv4::client::{Environment, ProviderConfig, Sts};
    ///
    /// let environment = Environment::new();
    /// let sts = Sts::new(&ProviderConfig::new(environment.clone()))?;
    /// println!("{}", sts.caller_identity(&environment.credentials()?)?.arn);
    /// # Ok::<(), sigv4::client::CredentialsError>(())
    /// ```
    ///
    /// # Errors
    /// [`CredentialsError::Service`] and [`CredentialsError::Refused`]; of an answer that says
    /// too little [`CredentialsError::Failed`].
    pub fn caller_identity(
        &self,
        credentials: &Credentials,
    ) -> Result<CallerIdentity, CredentialsError> {
        let answer = self.ask(NAME, &Parameters::of(NAME), Some(credentials), &[])?;
        let text = |element| answer.text(element).map(|mut text| take(&mut *text));
        Ok(CallerIdentity {
            account: text("Account")?,
            arn: text("Arn")?,
            user_id: text("UserId")?,
        })
    }
}
