//! The layer that signs, as a middleware of reqwest.

use crate::adapter::spans::Span;
use crate::adapter::tower::{ReadyCredentials, SignError, SignLayer};
use crate::request::Payload;
use alloc::boxed::Box;
use http::Extensions;
use http_body::{Body as _, SizeHint};
use reqwest::{Body, Request, Response, Url};
use reqwest_middleware::{Middleware, Next};

/// Signs what reqwest sends, by the same rules. An error comes out as
/// [`reqwest_middleware::Error::Middleware`] with a [`SignError`] inside.
///
/// ```
/// use reqwest::redirect::Policy;
/// use reqwest_middleware::ClientBuilder;
/// use sigv4::{Credentials, tower::SignLayer};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY");
/// let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
/// let client = ClientBuilder::new(client)
///     // What retries comes first: it sends each attempt through here.
///     .with(SignLayer::new(credentials, "eu-west-1", "execute-api"))
///     .build();
/// # Ok::<(), reqwest::Error>(())
/// ```
///
/// - A body in memory is hashed, whatever its length: there is nothing to
///   [limit](SignLayer::body_limit). One that is a stream is
///   [refused](SignError::StreamedBody), unless it is an upload that is sent
///   [in chunks](SignLayer::chunked), or [declared unsigned](SignLayer::unsigned_payload).
/// - Redirects: reqwest's client follows them underneath this, by itself. To another host it sends no
///   `authorization`, but a session token all the same; to the same one a signature for another
///   path. Where it ended at another URL, the response is not given but [an error](SignError::Redirected). Only
///   `redirect(Policy::none())` keeps it from sending.
/// - Headers that the client adds by itself (`default_headers`) are not signed, and one of
///   `x-amz-*` among them is refused by the service. Middleware that adds some comes before this.
#[async_trait::async_trait]
impl<P: ReadyCredentials> Middleware for SignLayer<P> {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let span = Span::signing();
        let signed = span.around(self.sign_reqwest(&mut request, &span)).await;
        span.signed(signed.as_ref().copied());
        signed.map_err(reqwest_middleware::Error::middleware)?;
        let sent_to = request.url().clone();
        let response = next.run(request, extensions).await?;
        if is_elsewhere(&sent_to, response.url()) {
            let host = response.url().host_str().unwrap_or_default().into();
            let error = SignError::Redirected { host };
            return Err(reqwest_middleware::Error::middleware(error));
        }
        Ok(response)
    }
}

impl<P: ReadyCredentials> SignLayer<P> {
    async fn sign_reqwest(&self, request: &mut Request, span: &Span) -> Result<(), SignError> {
        let mut head = http::Request::new(());
        *head.method_mut() = request.method().clone();
        let uri = request.url().as_str().parse();
        *head.uri_mut() = uri.map_err(|_| SignError::InvalidUrl)?;
        core::mem::swap(head.headers_mut(), request.headers_mut());
        let body = request.body_mut().take();
        let outcome = self.sign_parts(&mut head, body, span).await;
        core::mem::swap(head.headers_mut(), request.headers_mut());
        *request.body_mut() = outcome?;
        let url = request.url_mut();
        if let Some(target) = head.uri().path_and_query() {
            url.set_path(target.path());
            url.set_query(target.query());
        }
        Ok(())
    }

    async fn sign_parts(
        &self,
        head: &mut http::Request<()>,
        body: Option<Body>,
        span: &Span,
    ) -> Result<Option<Body>, SignError> {
        let signer = self.settings.signer(&*self.credentials, head, span).await?;
        let payload = if self.settings.leaves_payload_unsigned(&signer) {
            Payload::Unsigned
        } else {
            let hint = body.as_ref().map(Body::size_hint);
            let hint = hint.unwrap_or_else(|| SizeHint::with_exact(0));
            if let Some(length) = self.settings.data_length(&signer, head, &hint)? {
                let body = body.unwrap_or_default();
                let body = self.settings.sign_chunked(&signer, head, length, body)?;
                return Ok(Some(Body::wrap(body)));
            }
            match body.as_ref().map(Body::as_bytes) {
                None => Payload::EMPTY,
                Some(Some(bytes)) => Payload::Bytes(bytes),
                Some(None) => return Err(SignError::StreamedBody),
            }
        };
        self.settings.sign_head(&signer, head, payload)?;
        Ok(body)
    }
}

/// A fragment is not sent.
fn is_elsewhere(sent_to: &Url, answered: &Url) -> bool {
    let [mut sent_to, mut answered] = [sent_to.clone(), answered.clone()];
    sent_to.set_fragment(None);
    answered.set_fragment(None);
    sent_to != answered
}
