//! What those who trace get to see: one span for each request that is signed or verified.
//!
//! Access key ids, regions, services and what became of it; never a secret, a session token, a
//! signature, a path, a query, the value of a header or a body. Without feature `tracing` all of
//! this is nothing.

#[cfg(feature = "tracing")]
use crate::grammar::shown::Shown;
use crate::sign::signer::Signer;
use core::fmt::Display;
#[cfg(feature = "tower")]
use core::future::Future;

pub(crate) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// A span of this name, whose fields are told later. Where nobody traces there is none: the `tracing`
/// crate may write spans to the log, which has lines of its own.
#[cfg(feature = "tracing")]
macro_rules! span {
    ($name:literal) => {
        if tracing::dispatcher::has_been_set() {
            tracing::info_span!(
                $name,
                access_key_id = tracing::field::Empty,
                region = tracing::field::Empty,
                service = tracing::field::Empty,
                outcome = tracing::field::Empty,
                reason = tracing::field::Empty,
            )
        } else {
            tracing::Span::none()
        }
    };
}

#[cfg_attr(
    not(feature = "tracing"),
    allow(
        unused_variables,
        clippy::needless_pass_by_value,
        clippy::unused_self,
        reason = "nobody traces"
    )
)]
impl Span {
    pub(crate) fn signing() -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: span!("sigv4.sign"),
        }
    }

    #[cfg(feature = "tower")]
    pub(crate) fn verifying() -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: span!("sigv4.verify"),
        }
    }

    #[cfg(feature = "tower")]
    pub(crate) fn around<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(work, self.span.clone());
        work
    }

    /// Whether anybody sees it.
    #[cfg(feature = "tower")]
    pub(crate) fn is_wanted(&self) -> bool {
        #[cfg(feature = "tracing")]
        return !self.span.is_disabled();
        #[cfg(not(feature = "tracing"))]
        false
    }

    #[cfg(feature = "client")]
    pub(crate) fn around_call<T>(&self, work: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tracing")]
        let _entered = self.span.enter();
        work()
    }

    pub(crate) fn signer(&self, signer: &Signer) {
        self.key(
            signer.credentials().access_key_id(),
            signer.region(),
            signer.service(),
        );
    }

    /// Whose key it is or is said to be, and what for.
    pub(crate) fn key(&self, access_key_id: &str, region: &str, service: &str) {
        #[cfg(feature = "tracing")]
        {
            let shown = |text| tracing::field::display(Shown(text));
            self.span.record("access_key_id", shown(access_key_id));
            self.span.record("region", shown(region));
            self.span.record("service", shown(service));
        }
    }

    pub(crate) fn signed<E: Display>(self, outcome: Result<(), &E>) {
        #[cfg(feature = "tracing")]
        match outcome {
            _ if self.span.is_none() => {}
            Ok(()) => {
                self.span.record("outcome", "signed");
                tracing::debug!(parent: &self.span, "signed");
            }
            Err(error) => {
                self.span.record("outcome", "failed");
                self.span.record("reason", tracing::field::display(error));
                tracing::warn!(parent: &self.span, "not signed: {error}");
            }
        }
    }

    #[cfg(feature = "tower")]
    pub(crate) fn verified<E: Display>(&self, outcome: Result<&'static str, E>) {
        #[cfg(feature = "tracing")]
        match outcome {
            _ if self.span.is_none() => {}
            Ok(outcome) => {
                self.span.record("outcome", outcome);
                tracing::debug!(parent: &self.span, "{outcome}");
            }
            Err(reason) => {
                self.span.record("outcome", "refused");
                self.span.record("reason", tracing::field::display(&reason));
                tracing::info!(parent: &self.span, "refused: {reason}");
            }
        }
    }
}
