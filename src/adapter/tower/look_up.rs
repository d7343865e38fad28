//! Whose key a request claims to be signed with.

use super::BoxError;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::signature::key::SigningKey;
use crate::verify::claim::Claim;
use crate::verify::kept_key::{KeptKey, StandIn};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use zeroize::Zeroizing;

/// A store of keys: what a service knows of those who may call.
///
/// ```
/// use sigv4::tower::{Asked, BoxError, KnownKey, LookUp};
///
/// struct Users; // a database, a cache in front of one
///
/// impl LookUp for Users {
///     type Principal = String;
///
///     async fn look_up(&self, asked: &Asked<'_>) -> Result<Option<KnownKey<String>>, BoxError> {
///         // SELECT secret, name FROM keys WHERE id = …
///         let found = (asked.access_key_id() == "AKIDEXAMPLE").then_some(("a secret", "alice"));
///         Ok(found.map(|(secret, name)| KnownKey::new(secret, name.to_owned())))
///     }
/// }
/// ```
///
/// Whoever is asked for an unknown key says `None`, and the layer goes the same way as for a wrong
/// signature: a signature is computed all the same, with a key that is derived where those of known
/// ones are. The times are alike, not equal: a key's first request of a day derives one, and the answer
/// to a known key's wrong signature takes longer to write. It says whether the key is known, as AWS's
/// does; a store that takes as long for unknown keys tells no more.
pub trait LookUp: Send + Sync + 'static {
    /// What handlers get to know of a caller.
    type Principal: Send + Sync + 'static;

    /// The key of an access key id. It has as long as a body
    /// ([`VerifyLayer::deadline`](super::VerifyLayer::deadline)); then it is dropped where it waits.
    ///
    /// # Errors
    /// Whatever keeps the store from telling; the caller is answered with status 500.
    fn look_up(
        &self,
        asked: &Asked<'_>,
    ) -> impl Future<Output = Result<Option<KnownKey<Self::Principal>>, BoxError>> + Send;
}

/// What a request says of its key. None of it is proven yet.
pub struct Asked<'a> {
    pub(super) claim: &'a Claim<'a>,
    pub(super) session_token: Option<&'a str>,
}

impl Asked<'_> {
    /// Whose key is said to have made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.claim.access_key_id()
    }

    /// What the key is said to be good for: of use to who keeps derived keys.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.claim.scope()
    }

    /// The session token that came along: of use to who gives out tokens from which keys follow.
    /// The layer compares it with [`KnownKey::with_session_token`].
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token
    }
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope())
            .finish_non_exhaustive()
    }
}

/// A key, and whose it is. A long-term key unless it is given a session token.
///
/// `Debug` shows neither secret nor session token. Both are wiped when dropped.
#[derive(Clone)]
pub struct KnownKey<P> {
    material: Material,
    pub(super) session_token: Option<Zeroizing<String>>,
    expires_at: Option<Timestamp>,
    pub(super) principal: P,
}

#[derive(Clone)]
enum Material {
    Secret(Arc<KeptKey>),
    Derived(Arc<SigningKey>),
}

impl<P> KnownKey<P> {
    /// A secret access key, and whose it is. The signing key that follows from it is kept, in all
    /// clones of this, for the requests of the same day, region and service (Version 4A: of the same access key id): a store that clones
    /// what it has answers sooner than one that makes it anew.
    pub fn new(secret_access_key: impl Into<String>, principal: P) -> Self {
        let kept = KeptKey::new(secret_access_key.into());
        Self::of(Material::Secret(Arc::new(kept)), principal)
    }

    /// A key that was derived for [`Asked::scope`], for those who keep no secrets. (They answer
    /// sooner for keys that they know: for others one is derived all the same.)
    pub fn derived(key: SigningKey, principal: P) -> Self {
        Self::of(Material::Derived(Arc::new(key)), principal)
    }

    fn of(material: Material, principal: P) -> Self {
        Self {
            material,
            session_token: None,
            expires_at: None,
            principal,
        }
    }

    /// Makes it a temporary key, which is good only with this token. A key without one is refused
    /// where any token comes along.
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<String>) -> Self {
        self.session_token = Some(Zeroizing::new(session_token.into()));
        self
    }

    /// From this time on it is no longer good.
    #[must_use]
    pub fn until(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// The key for a claim; a stand-in, where none is known.
    pub(super) fn signing_key(
        known: Option<&Self>,
        claim: &Claim<'_>,
        stand_in: &StandIn,
    ) -> Arc<SigningKey> {
        match known.map(|known| &known.material) {
            Some(Material::Derived(key)) => Arc::clone(key),
            Some(Material::Secret(kept)) => stand_in.or_known(Some(kept), claim),
            None => stand_in.or_known(None, claim),
        }
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}

impl<P: fmt::Debug> fmt::Debug for KnownKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownKey")
            .field("principal", &self.principal)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Keys in memory, by access key id.
impl<P: Clone + Send + Sync + 'static> LookUp for BTreeMap<String, KnownKey<P>> {
    type Principal = P;

    async fn look_up(&self, asked: &Asked<'_>) -> Result<Option<KnownKey<P>>, BoxError> {
        Ok(self.get(asked.access_key_id()).cloned())
    }
}

impl<L: LookUp> LookUp for Arc<L> {
    type Principal = L::Principal;

    fn look_up(
        &self,
        asked: &Asked<'_>,
    ) -> impl Future<Output = Result<Option<KnownKey<L::Principal>>, BoxError>> + Send {
        (**self).look_up(asked)
    }
}
