//! A token that one of AWS's tools keeps in a file: renewed in time, and written back.

use crate::client::pause::Pause;
use crate::client::remote::handed_out::rfc3339;
use crate::client::remote::refusal::may_pass;
use crate::client::remote::replaced_file::replace;
use crate::client::remote::token_file;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use core::time::Duration;
use std::format;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use std::sync::{Mutex, Once};
use std::time::SystemTime;
use zeroize::Zeroizing;

/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// For two seconds at most.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(100);

/// What a file holds.
pub(crate) trait Token: Sized {
    /// In words for people: "the token".
    const WHAT: &str;

    fn read(name: &str, json: Zeroizing<Vec<u8>>) -> Result<Self, CredentialsError>;

    fn expires_at(&self) -> SystemTime;

    /// In what any two of them differ.
    fn access(&self) -> &str;

    /// The whole file.
    fn json(&self) -> &[u8];
}

/// A token's file.
pub(crate) struct TokenFile {
    path: PathBuf,
    /// A token that was renewed and could not be written back.
    unsaved: Mutex<Option<Zeroizing<Vec<u8>>>>,
    /// That others may read the file.
    said: Once,
}

impl TokenFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            unsaved: Mutex::default(),
            said: Once::new(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The token of the file, or a newer one that could not be written to it. `None` where there is
    /// no file. `look` sees what the file holds.
    pub(crate) fn token<T: Token>(
        &self,
        name: &str,
        look: impl FnOnce(&T),
    ) -> Result<Option<T>, CredentialsError> {
        let read = match token_file::private(&self.path, &self.said) {
            Ok(json) => T::read(name, json).inspect(look),
            // Who removes it, logs out: nothing of it is used on.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                *lock(&self.unsaved) = None;
                return Ok(None);
            }
            Err(error) => Err(CredentialsError::failed(name, format!("{error}"))),
        };
        let unsaved = lock(&self.unsaved).clone();
        let unsaved = unsaved.and_then(|json| T::read(name, json).ok());
        match (read, unsaved) {
            (Ok(token), Some(unsaved)) if token.expires_at() < unsaved.expires_at() => {
                Ok(Some(unsaved))
            }
            (Err(_), Some(unsaved)) => Ok(Some(unsaved)),
            (read, _) => read.map(Some),
        }
    }

    /// The token that somebody else renewed meanwhile, or logged in for: that one counts. Who was
    /// faster has used up what it is renewed with, and still has to write the file.
    pub(crate) fn of_others<T: Token>(
        &self,
        token: &T,
        now: SystemTime,
        is_used_up: bool,
        pause: &Pause,
    ) -> Option<T> {
        for _ in 0..if is_used_up { LOOKS } else { 1 } {
            if let Ok(Some(other)) = self.token::<T>("", |_| {})
                && other.access() != token.access()
                && now < other.expires_at()
            {
                return Some(other);
            }
            if is_used_up {
                pause(LOOK);
            }
        }
        None
    }

    /// What cannot be written back is kept: what it was renewed with may be worth nothing now.
    pub(crate) fn save<T: Token>(&self, token: &T) {
        let written = replace(&self.path, token.json());
        let mut unsaved = lock(&self.unsaved);
        *unsaved = match written {
            Ok(()) => None,
            Err(error) => {
                let (what, file) = (T::WHAT, self.path.display());
                log::warn!("{what}, renewed, could not be written to {file}: {error}");
                Some(Zeroizing::new(token.json().to_vec()))
            }
        };
    }
}

/// A token that holds: this one, or what `renew` makes of it where it is time for it, which is
/// `None` where it cannot be renewed. If that fails, the old one is used while it holds; then
/// somebody has to log in, but not because a service does not answer.
pub(crate) fn valid<T: Token>(
    name: &str,
    token: T,
    now: SystemTime,
    renew: impl FnOnce(&T) -> Result<Option<T>, CredentialsError>,
    log_in: impl FnOnce(String) -> CredentialsError,
) -> Result<T, CredentialsError> {
    let what = T::WHAT;
    let holds = now < token.expires_at();
    let is_due = now
        .checked_add(MARGIN)
        .is_none_or(|soon| soon >= token.expires_at());
    let mut reason = String::new();
    if is_due {
        match renew(&token) {
            Ok(Some(renewed)) => return Ok(renewed),
            Ok(None) => {}
            Err(error) if holds => {
                let end = rfc3339(name, token.expires_at())?;
                log::warn!("{name}: {what} could not be renewed, but will do until {end}: {error}");
            }
            Err(error) if may_pass(&error) || is_of_settings(&error) => return Err(error),
            Err(error) => reason = format!(" and could not be renewed ({error})"),
        }
    }
    if holds {
        return Ok(token);
    }
    let end = rfc3339(name, token.expires_at())?;
    Err(log_in(format!("{what} expired at {end}{reason}")))
}

/// To log in mends nothing of it.
fn is_of_settings(error: &CredentialsError) -> bool {
    matches!(
        error,
        CredentialsError::InvalidVariable { .. } | CredentialsError::Profile { .. }
    )
}
