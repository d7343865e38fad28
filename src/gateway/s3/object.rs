//! Which object a request is about, and what it needs to be allowed.

use super::super::api::Api;
use super::super::reply::Reply;
use crate::grammar::encode::decode;
use crate::post_policy::bucket_name::invalid_at;
use http::request::Parts;
use http::{Method, header};
use std::borrow::Cow;
use std::format;
use std::string::String;

/// As IAM and people write it, without escapes.
pub(crate) struct Object<'h> {
    pub(super) bucket: Cow<'h, str>,
    pub(super) key: Cow<'h, str>,
}

/// Parameters that need no action beside that of the method
/// ([actions](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html)), by
/// their beginnings. Any other may have one of its own, which nobody allowed; or, as `uploads`, an
/// answer that names what nothing here would know again.
const PLAIN_PARAMETERS: [&str; 1] = ["response-"];

/// Headers of `x-amz-` that need no further action, by their beginnings. S3 takes a parameter of a
/// presigned URL for the header of its name
/// ([overview](https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html)).
pub(super) const PLAIN_HEADERS: [&str; 20] = [
    "x-amz-algorithm",
    "x-amz-checksum-",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-expires",
    "x-amz-meta-",
    "x-amz-region-set",
    "x-amz-request-payer",
    "x-amz-s3session-token",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-server-side-encryption",
    "x-amz-signature",
    "x-amz-signedheaders",
    "x-amz-storage-class",
    "x-amz-trailer",
    "x-amz-user-agent",
];

impl<'h> Object<'h> {
    pub(crate) fn of(head: &'h Parts) -> Result<Self, Reply> {
        let path = head.uri.path().strip_prefix('/').unwrap_or_default();
        let in_path = || path.split_once('/').unwrap_or((path, ""));
        let (bucket, key) = bucket_in_host(head).map_or_else(in_path, |bucket| (bucket, path));
        if bucket.is_empty() || key.is_empty() {
            return Err(Reply::not_implemented("no object: /BUCKET/KEY is served"));
        }
        let pairs = head.uri.query().unwrap_or_default().split('&');
        let mut names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
        let begins = |name: &str, list: &[&str]| list.iter().any(|begin| name.starts_with(begin));
        let needs_more = |name: &str| name.starts_with("x-amz-") && !begins(name, &PLAIN_HEADERS);
        let has_actions = |name: &str| {
            let Some(name) = decode(name) else {
                return true;
            };
            match &*name {
                "" | "partNumber" | "x-id" => false,
                // Of a part that is uploaded, it is that of the object.
                "uploadId" => head.method != Method::PUT,
                name if begins(name, &PLAIN_PARAMETERS) => false,
                name => !begins(&name.to_ascii_lowercase(), &PLAIN_HEADERS),
            }
        };
        if names.any(has_actions) {
            return Err(Reply::not_implemented(
                "a parameter has an action of its own",
            ));
        }
        let mut headers = head.headers.keys();
        if headers.any(|name| needs_more(name.as_str())) {
            return Err(Reply::not_implemented("a header needs a further action"));
        }
        let (bucket, key) = (bucket_name(bucket)?, decode(key));
        let key = key.ok_or_else(Reply::invalid_uri)?;
        Ok(Self { bucket, key })
    }

    /// What IAM is asked for.
    pub(crate) fn action(method: &Method) -> Result<&'static str, Reply> {
        match *method {
            Method::GET | Method::HEAD => Ok("s3:GetObject"),
            Method::PUT | Method::POST => Ok("s3:PutObject"),
            Method::DELETE => Ok("s3:DeleteObject"),
            _ => Err(Reply::method_not_allowed()),
        }
    }

    /// As policies name it.
    pub(super) fn arn(&self, api: &Api) -> String {
        self.arn_in(api.partition())
    }

    pub(crate) fn arn_in(&self, partition: &str) -> String {
        format!("arn:{partition}:s3:::{}/{}", self.bucket, self.key)
    }
}

/// A bucket without escapes. With a `/` in its name, what is allowed for a key of one bucket would be
/// allowed for another bucket.
pub(super) fn bucket_name(escaped: &str) -> Result<Cow<'_, str>, Reply> {
    let bucket = decode(escaped).ok_or_else(Reply::invalid_uri)?;
    match invalid_at(&bucket) {
        Some(_) => Err(Reply::invalid_bucket_name()),
        None => Ok(bucket),
    }
}

/// The bucket that a request names before its path.
pub(in crate::gateway) fn bucket_in_host(head: &Parts) -> Option<&str> {
    bucket_of(head.headers.get(header::HOST)?.to_str().ok()?)
}

/// Of a virtual-hosted style: `BUCKET.s3.REGION.amazonaws.com`, or `BUCKET.localhost`, which SDKs make
/// of an endpoint with a name
/// ([virtual hosting](https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html)).
fn bucket_of(host: &str) -> Option<&str> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let bucket = if let Some(bucket) = name.strip_suffix(".localhost") {
        bucket
    } else {
        let aws = name.strip_suffix(".cn").unwrap_or(name);
        aws.strip_suffix(".amazonaws.com")?;
        // A name can have `.s3.` in it, too: the last one is the endpoint's.
        let (dot, dash) = (name.rfind(".s3."), name.rfind(".s3-"));
        name.get(..dot.max(dash)?)?
    };
    (!bucket.is_empty()).then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::bucket_of;

    #[test]
    fn buckets_in_hosts() {
        for (host, bucket) in [
            ("127.0.0.1:8080", None),
            ("localhost:8080", None),
            ("a.b.localhost:8080", Some("a.b")),
            ("s3.amazonaws.com", None),
            ("s3.eu-west-3.amazonaws.com", None),
            ("a.s3.amazonaws.com", Some("a")),
            ("a.s3.b.s3.eu-west-3.amazonaws.com:443", Some("a.s3.b")),
            ("a.s3-eu-west-1.amazonaws.com", Some("a")),
            ("a.s3.cn-north-1.amazonaws.com.cn", Some("a")),
            ("a.s3.example.com", None),
            (".localhost", None),
        ] {
            assert_eq!(bucket_of(host), bucket, "{host}");
        }
    }
}
