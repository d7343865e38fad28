//! Where a form goes, and how curl sends it.

use crate::failure::Failure;
use crate::url::{Url, without_port};
use sigv4::endpoint::recognize;
use sigv4::post_policy::{PostForm, PostPolicy};

/// A bucket, at S3's own endpoint or at another.
pub(crate) struct Bucket<'a> {
    endpoint: Option<Url>,
    name: &'a str,
}

impl<'a> Bucket<'a> {
    pub(crate) fn at(endpoint: Option<&str>, name: &'a str) -> Result<Self, Failure> {
        let endpoint = endpoint.map(Url::parse).transpose()?;
        if endpoint
            .as_ref()
            .is_some_and(|url| url.websocket || url.target != "/")
        {
            return Err(Failure::usage(
                "--endpoint-url: https://HOST or http://HOST, and nothing behind the host",
            ));
        }
        Ok(Self { endpoint, name })
    }

    pub(crate) fn endpoint(&self) -> Option<&Url> {
        self.endpoint.as_ref()
    }

    /// In the host where that is one of AWS's, in the path elsewhere, as boto3 has it.
    pub(crate) fn url(&self, policy: &PostPolicy, region: &str) -> Result<String, Failure> {
        let Some(endpoint) = &self.endpoint else {
            return policy.url(region).ok_or_else(|| {
                Failure::usage(format_args!(
                    "no endpoint of S3 is known in {region}; give --endpoint-url"
                ))
            });
        };
        let (scheme, authority) = (endpoint.scheme(), endpoint.authority());
        let is_aws = recognize(without_port(&authority)).is_some();
        Ok(match is_aws && policy.is_bucket_in_host() {
            true => format!("{scheme}://{}.{authority}/", self.name),
            false => format!("{scheme}://{authority}/{}", self.name),
        })
    }
}

/// The form is in curl's standard input: as arguments, policy, signature and session token would be in
/// the list of processes, which every user sees. `form-string` takes a value as it stands. What the
/// sender has to add has the beginning that the policy asks for.
pub(crate) fn curl(form: &PostForm, url: &str, file: &str) -> String {
    let mut out = String::from("curl --config - <<'END'\n");
    let mut line = |option: &str, text: &str| {
        let text = escaped(text);
        out.push_str(&format!("{option} = \"{text}\"\n"));
    };
    for (name, value) in form.fields().chain(form.to_be_filled_in()) {
        line("form-string", &format!("{name}={value}"));
    }
    line("form", &format!("file=@\"{}\"", escaped(file)));
    line("url", url);
    out + "END\n"
}

/// For double quotes, of a file of curl's as of its `--form`: nothing else has a meaning in them. What has
/// line breaks is no field.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
