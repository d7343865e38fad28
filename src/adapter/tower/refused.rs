//! What a layer answers itself, and why.

use super::BoxError;
use crate::request::{Payload, Request};
use crate::stream::StreamError;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::RefusalReason;
use alloc::string::String;
use alloc::sync::Arc;
use core::error::Error;
use core::fmt;
use http::{HeaderName, HeaderValue, StatusCode};

/// In the place of a request that is none of this crate's, or is gone.
pub(super) const NO_REQUEST: Request<'_> = Request {
    method: "GET",
    target: "/",
    headers: &[],
    payload: Payload::Unsigned,
};

/// Why a layer answered itself: in the extensions of such a response, for those who log; and the
/// error of a body that [is verified while it is read](super::Verified::streaming). Its source is
/// what broke the body, a [`StreamError`](crate::stream::StreamError) or the server's own error, or
/// that of the [store of keys](Self::store_error).
///
/// ```
/// use sigv4::stream::StreamError;
/// use sigv4::tower::Refused;
///
/// /// What a handler's reading has ended with.
/// fn log(error: &(dyn std::error::Error + 'static)) {
///     let Some(refused) = Refused::find(error) else { return };
///     let refusal = refused.refusal(); // status, headers and body of the answer
///     println!("{} {}: {refused}", refusal.status(), refusal.code());
///     let source = std::error::Error::source(refused);
///     if let Some(StreamError::ChunkSignatureMismatch { chunk }) =
///         source.and_then(|error| error.downcast_ref())
///     {
///         println!("chunk {chunk} was changed");
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Refused {
    pub(super) refusal: Refusal,
    pub(super) access_key_id: Option<String>,
    pub(super) source: Option<Arc<BoxError>>,
}

impl Refused {
    pub(crate) fn new(refusal: Refusal) -> Self {
        Self {
            refusal,
            access_key_id: None,
            source: None,
        }
    }

    /// What was answered, and why.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// Who claimed to call, where that could be read. Nothing proves it.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }

    /// The answer, with this in its extensions.
    pub(crate) fn response<B>(self, body: impl FnOnce(String) -> B) -> http::Response<B> {
        let refusal = &self.refusal;
        let mut response = http::Response::new(body(refusal.body()));
        *response.status_mut() =
            StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in refusal.headers() {
            let name = HeaderName::from_static(name);
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response.extensions_mut().insert(self);
        response
    }

    /// What kept the store of keys from telling ([`RefusalReason::Unavailable`]), or that it was not
    /// in time.
    #[must_use]
    pub fn store_error(&self) -> Option<&BoxError> {
        let source = self.source.as_deref();
        source.filter(|_| self.refusal.reason() == RefusalReason::Unavailable)
    }

    /// The one that is behind the error of a body, however it is wrapped.
    #[must_use]
    pub fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(refused) = error.downcast_ref() {
                return Some(refused);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.refusal.note())?;
        match &self.source {
            // Of a body that broke, the note has it.
            Some(source) if !source.is::<StreamError>() => write!(f, ": {source}"),
            _ => Ok(()),
        }
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| &**source as _)
    }
}
