//! Credentials for those who must not wait.

use super::BoxError;
use crate::request::credentials::Credentials;
use alloc::borrow::Cow;
use core::future::Future;

/// Where a [`SignLayer`](super::SignLayer) has its credentials from. It is asked for every request,
/// on a thread of the executor: whoever has to wait gives a future that waits.
///
/// [`Credentials`] provide themselves; so does, with feature `sources`, a
/// [`Cache`](crate::sources::Cache) in an `Arc`, whose source a thread of its own asks.
///
/// ```
/// use sigv4::Credentials;
/// use sigv4::tower::{BoxError, ReadyCredentials};
/// use std::borrow::Cow;
///
/// struct Vault(tokio::sync::watch::Receiver<Credentials>);
///
/// impl ReadyCredentials for Vault {
///     async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
///         Ok(Cow::Owned(self.0.borrow().clone()))
///     }
/// }
/// ```
pub trait ReadyCredentials: Send + Sync + 'static {
    /// The credentials to sign with now.
    ///
    /// # Errors
    /// Why there are none; the request is not sent.
    fn credentials(&self) -> impl Future<Output = Result<Cow<'_, Credentials>, BoxError>> + Send;
}

/// Always the same.
impl ReadyCredentials for Credentials {
    async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
        Ok(Cow::Borrowed(self))
    }
}

#[cfg(feature = "sources")]
impl<P> ReadyCredentials for alloc::sync::Arc<crate::sources::Cache<P>>
where
    P: crate::sources::ProvideCredentials + 'static,
{
    async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
        let provided = core::future::poll_fn(|context| self.poll_ready(context)).await?;
        Ok(Cow::Owned(provided.credentials))
    }
}
