//! Whether the process is up.

use super::s3::bucket_in_host;
use super::service::Service;
use http::Method;
use http::request::Parts;

/// `GET /health`, outside the stage and for everybody. What has another host in its target asks for
/// something else, and so does what names a bucket.
pub(crate) fn is_health(head: &Parts, service: Service) -> bool {
    head.uri.path() == "/health"
        && matches!(head.method, Method::GET | Method::HEAD)
        && head.uri.authority().is_none()
        && !(service == Service::S3 && bucket_in_host(head).is_some())
}
