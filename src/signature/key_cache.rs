//! The signing key of the day, kept between signatures.

use crate::request::scope::Scope;
use crate::signature::key::SigningKey;
use core::fmt;
#[cfg(feature = "std")]
use std::sync::{OnceLock, PoisonError, RwLock};

/// Keeps the first key of one secret, region and service, and the latest, so that its date is
/// all there is to compare. Few signers outlive their first key, which is read without a
/// lock that threads would wait for. Without `std` there is neither, and each key is derived
/// anew.
#[derive(Default)]
pub(crate) struct KeyCache {
    #[cfg(feature = "std")]
    first: OnceLock<KeyOfDay>,
    #[cfg(feature = "std")]
    latest: RwLock<Option<KeyOfDay>>,
}

#[cfg(feature = "std")]
struct KeyOfDay {
    date: [u8; 8],
    key: SigningKey,
}

impl KeyCache {
    /// Uses the key for a scope, which is always of the same region and service.
    #[cfg(feature = "std")]
    pub(crate) fn with_key<T>(
        &self,
        secret_access_key: &str,
        scope: &Scope<'_>,
        sign: impl FnOnce(&SigningKey) -> T,
    ) -> T {
        let date = scope.date_bytes();
        let is_of_day = |kept: &&KeyOfDay| kept.date == *date;
        if let Some(kept) = self.first.get().filter(is_of_day) {
            return sign(&kept.key);
        }
        {
            // A key is whole at every moment at which a thread could have stopped.
            let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = latest.as_ref().filter(is_of_day) {
                return sign(&kept.key);
            }
        }
        let key = SigningKey::derive(secret_access_key, scope);
        let result = sign(&key);
        let date = *date;
        if let Err(later) = self.first.set(KeyOfDay { date, key }) {
            let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
            *latest = Some(later);
        }
        result
    }

    #[cfg(not(feature = "std"))]
    #[allow(clippy::unused_self)] // it keeps nothing
    pub(crate) fn with_key<T>(
        &self,
        secret_access_key: &str,
        scope: &Scope<'_>,
        sign: impl FnOnce(&SigningKey) -> T,
    ) -> T {
        sign(&SigningKey::derive(secret_access_key, scope))
    }
}

/// A clone starts without a key.
impl Clone for KeyCache {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCache([redacted])")
    }
}
