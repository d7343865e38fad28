//! What all kinds of `sigv4 token` take.

use crate::arguments::timestamp;
use crate::failure::{Failure, is_of_credentials};
use crate::provided;
use crate::secret::{CredentialArguments, Secret, Signatory};
use crate::token_output::{Form, Made};
use sigv4::Timestamp;
use sigv4::endpoint::recognize;
use sigv4::tokens::{Maker, TokenError};
use std::time::SystemTime;

/// How it is made and printed.
#[derive(clap::Args)]
pub(crate) struct Common {
    /// The time from which the token is good, as 20150830T123600Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    time: Option<Timestamp>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Form::Text)]
    output: Form,
    #[command(flatten)]
    credentials: CredentialArguments,
}

impl Common {
    /// Makes a token, says what there is to say, and prints it.
    pub(crate) fn print(
        &self,
        make: impl FnOnce(&Maker<'_>) -> Result<Made, TokenError>,
    ) -> Result<(), Failure> {
        let made = self.make(make)?;
        self.warn(&made);
        made.print(self.output)
    }

    /// The same in the form of a tool that is told when it ends: nothing has to be said beside.
    pub(crate) fn print_as(
        &self,
        make: impl FnOnce(&Maker<'_>) -> Result<Made, TokenError>,
        form: impl FnOnce(&Made) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let made = self.make(make)?;
        crate::failure::print(form(&made)?)
    }

    pub(crate) fn make(
        &self,
        make: impl FnOnce(&Maker<'_>) -> Result<Made, TokenError>,
    ) -> Result<Made, Failure> {
        let at = match self.time {
            Some(time) => time,
            None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
        };
        let Signatory {
            credentials,
            expires_at,
            source,
        } = self.credentials.read(Secret::Needed)?;
        if let Some(source) = source {
            log::info!("credentials: {source}");
        }
        if credentials.session_token().is_some() && expires_at.is_none() {
            log::info!("made with a session token: the token is over when that expires");
        }
        let maker = Maker::new(&credentials, at);
        let maker = match expires_at {
            Some(end) => maker.with_credentials_end(end),
            None => maker,
        };
        make(&maker).map_err(|error| refused(&error))
    }

    pub(crate) fn warn(&self, made: &Made) {
        if made.validity.ends_with_credentials()
            && let Some(end) = made.validity.ends_at()
        {
            log::warn!("the credentials end before the token does, at {end}");
        }
    }

    /// The region of an option, else what the host tells, else of variables, the profile, the
    /// instance.
    pub(crate) fn region(
        &self,
        given: Option<&str>,
        host: Option<&str>,
    ) -> Result<String, Failure> {
        if let Some(region) = given {
            return Ok(region.to_owned());
        }
        if let Some(region) = host.and_then(recognize).and_then(|known| known.region) {
            return Ok(region);
        }
        provided::told_region(self.credentials.profile())
    }
}

/// A wrong argument or a wrong credential.
fn refused(error: &TokenError) -> Failure {
    match error {
        TokenError::Signing(signing) if is_of_credentials(signing) => Failure::credentials(error),
        TokenError::CredentialsEnded { .. } | TokenError::TokenTooLong { .. } => {
            Failure::credentials(error)
        }
        _ => Failure::usage(error),
    }
}
