//! Bodies of responses: a service's, or that of a refusal.

use alloc::boxed::Box;
use alloc::string::String;
use bytes::Bytes;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::Response;
use http_body::{Body, Frame, SizeHint};

/// How a [`VerifyLayer`](super::VerifyLayer) writes refusals beside a service's body `B`: as
/// [`SameBody`] or as [`AnyBody`]. There is no other.
pub trait Answers<B>: sealed::Answers<B> {}

impl<B, A: sealed::Answers<B>> Answers<B> for A {}

pub(super) mod sealed {
    use alloc::string::String;
    use http::Response;

    pub trait Answers<B>: 'static {
        type Body;
        fn of_refusal(text: String) -> Self::Body;
        fn of_service(response: Response<B>) -> Response<Self::Body>;
    }
}

/// Refusals are bodies of the service's own type, which can be made of a `String`.
#[derive(Clone, Copy, Debug)]
pub enum SameBody {}

/// Refusals stand beside bodies of whatever type, in a [`ResponseBody`].
#[derive(Clone, Copy, Debug)]
pub enum AnyBody {}

impl<B: From<String>> sealed::Answers<B> for SameBody {
    type Body = B;

    fn of_refusal(text: String) -> B {
        text.into()
    }

    fn of_service(response: Response<B>) -> Response<B> {
        response
    }
}

impl<B> sealed::Answers<B> for AnyBody {
    type Body = ResponseBody<B>;

    fn of_refusal(text: String) -> ResponseBody<B> {
        ResponseBody(Kind::Refusal(text.into()))
    }

    fn of_service(response: Response<B>) -> Response<ResponseBody<B>> {
        response.map(|body| ResponseBody(Kind::Service(Box::pin(body))))
    }
}

/// The body of a response behind [`VerifyLayer::any_body`](super::VerifyLayer::any_body): that of
/// the service, in a box and passed on as it comes, or a refusal's, in memory.
pub struct ResponseBody<B>(Kind<B>);

enum Kind<B> {
    Service(Pin<Box<B>>),
    Refusal(Bytes),
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::Service(_) => "ResponseBody(of the service)",
            Kind::Refusal(_) => "ResponseBody(of a refusal)",
        })
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        match &mut self.0 {
            Kind::Service(body) => body.as_mut().poll_frame(context),
            Kind::Refusal(text) if text.is_empty() => Poll::Ready(None),
            Kind::Refusal(text) => {
                let data = core::mem::take(text).into();
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Service(body) => body.is_end_stream(),
            Kind::Refusal(text) => text.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Service(body) => body.size_hint(),
            Kind::Refusal(text) => SizeHint::with_exact(text.len() as u64),
        }
    }
}
