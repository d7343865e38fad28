//! Which requests are served.

use super::api::Api;
use crate::canonical::path::normalize_path;
use http::Method;
use http::request::Parts;
use std::borrow::Cow;

/// What a request is for, with its path below the stage.
///
/// A signature proves the normalised path, so that is what is looked up and what policies
/// see. A route of one path wants it spelt so: to API Gateway `/prod//items` is no route.
pub(crate) enum Route<'h> {
    /// `GET` and `POST /{stage}/items`.
    Items,
    /// Any method of any path below `/{stage}/echo/`, for whatever a client may want to try.
    Echo(Cow<'h, str>),
}

impl<'h> Route<'h> {
    pub(crate) fn of(head: &'h Parts, api: &Api) -> Option<Self> {
        let wire = head.uri.path();
        let proven = normalize_path(wire);
        let path = api.path(&proven)?;
        if path.starts_with("/echo/") {
            return Some(Self::Echo(match proven {
                Cow::Borrowed(proven) => Cow::Borrowed(api.path(proven)?),
                Cow::Owned(_) => Cow::Owned(path.into()),
            }));
        }
        let listed = matches!(head.method, Method::GET | Method::POST);
        (path == "/items" && listed && proven == wire).then_some(Self::Items)
    }

    /// The path that is proven, without the stage.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Items => "/items",
            Self::Echo(path) => path,
        }
    }
}
