//! `sigv4 post-policy`: a form by which a browser uploads to S3. No network.

use crate::arguments::timestamp;
use crate::duration;
use crate::failure::{Failure, is_of_credentials, print};
use crate::post_form::{self, Bucket};
use crate::post_region::region;
use crate::secret::{CredentialArguments, Secret, Signatory};
use clap::ValueHint;
use clap::builder::NonEmptyStringValueParser;
use sigv4::post_policy::{
    ArrivedForm, MAX_FORM, PostClaim, PostFault, PostForm, PostPolicy, PostPolicyError,
};
use sigv4::proxy::parse_bytes;
use sigv4::{Policy, Signer, Timestamp};
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Print a form with which anybody can upload a file to S3 until it expires; nothing is sent
///
/// What is signed is a policy: the bucket, the key, every field, and what else is asked for. A key
/// that ends in ${filename}, in single quotes, takes the name of the file. With --output json, what
/// boto3's generate_presigned_post returns; with html, a page; with curl, a command for a
/// shell, whose words tell nothing of the form to other users.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 post-policy --bucket examplebucket --key 'uploads/${filename}' --region eu-west-1 \\\n    \
    --starts-with Content-Type=image/ --content-length-range 1-10M --output html")]
pub(crate) struct Arguments {
    /// The bucket
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    bucket: String,
    /// The key of the object; with ${filename} at its end, any that begins so
    #[arg(long, value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
    key: String,
    /// How long the form is good for: 30s, 15m, 2h, at most 7d
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = duration::parse)]
    expires: Duration,
    /// A field of the form, and the condition that it is so: acl=public-read
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// The condition that a field, which the sender adds, begins so: Content-Type=image/
    #[arg(long, value_name = "NAME=PREFIX", value_parser = pair)]
    starts_with: Vec<(String, String)>,
    /// The condition that the file has so many bytes, both included: 1-10485760, 1K-10M
    #[arg(long, value_name = "MIN-MAX", value_parser = range)]
    content_length_range: Option<RangeInclusive<u64>>,
    /// Sign this policy, as it stands, in place of one that is made; --field gives fields only
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["expires", "starts_with", "content_length_range"])]
    policy: Option<PathBuf>,
    /// How to print the form
    #[arg(short, long, value_enum, default_value_t = Output::Json)]
    output: Output,
    /// The file that --output curl sends [default: FILE, to be replaced]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<String>,
    /// Where S3 is, for what is no AWS: http://127.0.0.1:8080 [default: S3's endpoint of the region]
    #[arg(long, value_name = "URL", env = "AWS_ENDPOINT_URL_S3", value_hint = ValueHint::Url)]
    endpoint_url: Option<String>,
    /// The region [default: what the endpoint tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The time of the signature, as 20150830T123600Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    time: Option<Timestamp>,
    #[command(flatten)]
    credentials: CredentialArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// {"url": …, "fields": {…}}
    Json,
    /// A page
    Html,
    /// A command line for sh
    Curl,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.file.is_some() && arguments.output != Output::Curl {
        return Err(Failure::usage("--file is for --output curl"));
    }
    if arguments.file.as_deref() == Some("-") {
        return Err(Failure::usage(
            "--file: curl reads the form from its standard input, so that the file cannot be there",
        ));
    }
    // An empty variable is as good as none.
    let endpoint = arguments
        .endpoint_url
        .as_deref()
        .filter(|url| !url.is_empty());
    let bucket = Bucket::at(endpoint, &arguments.bucket)?;
    let profile = arguments.credentials.profile();
    let region = region(bucket.endpoint(), arguments.region.as_deref(), profile)?;
    let at = match arguments.time {
        Some(time) => time,
        None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
    };
    let document = arguments.policy.as_deref().map(read).transpose()?;
    let signatory = arguments.credentials.read(Secret::Needed)?;
    log::info!("signing for s3 in {region} at {at}");
    let policy = arguments.policy(at, &signatory);
    let has_token = signatory.credentials.session_token().is_some();
    let end = signatory.expires_at.filter(|_| has_token);
    let signer = Signer::new(signatory.credentials, &region, "s3");
    let form = match &document {
        Some(document) => arguments.sign(document, &signer, at, end)?,
        None => signer
            .sign_post_policy(&policy, at)
            .map_err(|error| arguments.refused(error))?,
    };
    let url = bucket.url(&policy, &region)?;
    if arguments.key.ends_with('/') {
        log::warn!("the key ends in '/': ${{filename}} has to be in single quotes for a shell");
    }
    print(match arguments.output {
        Output::Json => {
            to_be_filled_in(&form);
            form.to_json(&url)
        }
        Output::Html => form.to_html(&url),
        Output::Curl => {
            to_be_filled_in(&form);
            post_form::curl(&form, &url, arguments.file.as_deref().unwrap_or("FILE"))
        }
    })
}

/// Without it, S3 would refuse the form.
fn to_be_filled_in(form: &PostForm) {
    for (name, prefix) in form.to_be_filled_in() {
        match prefix {
            "" => log::warn!("whoever sends the form adds the field {name}"),
            _ => log::warn!(
                "whoever sends the form adds the field {name}, which begins with {prefix}"
            ),
        }
    }
}

impl Arguments {
    fn policy(&self, at: Timestamp, signatory: &Signatory) -> PostPolicy {
        let mut policy = PostPolicy::new(&self.bucket, &self.key, self.expires);
        for (name, value) in &self.fields {
            policy = policy.field(name, value);
        }
        if let Some(range) = &self.content_length_range {
            policy = policy.content_length_range(range.clone());
        }
        for (name, prefix) in &self.starts_with {
            policy = policy.starts_with(name, prefix);
        }
        if signatory.credentials.session_token().is_some() {
            let seconds = i64::try_from(self.expires.as_secs()).unwrap_or(i64::MAX);
            match signatory.expires_at {
                Some(end) => {
                    if end.unix() < at.unix().saturating_add(seconds) && self.policy.is_none() {
                        log::warn!("the session token expires at {end}, and the form with it");
                    }
                    policy = policy.credentials_end(end);
                }
                None => log::warn!(
                    "signed with a session token: the form stops working when the token expires"
                ),
            }
        }
        policy
    }

    /// A policy that was written elsewhere, which is tried with a file of no name: a form that S3
    /// refuses is not printed.
    fn sign(
        &self,
        document: &str,
        signer: &Signer,
        at: Timestamp,
        credentials_end: Option<Timestamp>,
    ) -> Result<PostForm, Failure> {
        if let Some(ended) = credentials_end.filter(|end| *end <= at) {
            return Err(self.refused(PostPolicyError::CredentialsEnded { ended, at }));
        }
        let signed = signer.sign_post_document(document, at);
        let mut form = signed.map_err(|error| self.refused(error))?;
        for (name, value) in &self.fields {
            let added = form.with_field(name, value);
            form = added.map_err(|error| self.refused(error))?;
        }
        let form = form
            .with_field("key", &self.key)
            .map_err(|error| Failure::usage(format_args!("--key: {error}")))?;
        let fields: Vec<_> = form
            .fields()
            .map(|(name, value)| (name, value.as_bytes()))
            .collect();
        let arrived = ArrivedForm::new(&self.bucket, &fields, Some("file"));
        let outcome = PostClaim::from_form(&arrived).and_then(|claim| {
            let key = claim.signing_key(signer.credentials().secret_access_key());
            let regions = [signer.region()];
            claim
                .verify(&key, &Policy::new(&regions, "s3"), at)
                .map(|verified| verified.expires_at)
        });
        let policy_end = outcome.map_err(|fault| {
            let name = match fault {
                PostFault::ExtraField { index } | PostFault::RepeatedField { index } => {
                    fields.get(index).map_or("", |(name, _)| *name)
                }
                _ => "",
            };
            let name = if name.is_empty() {
                String::new()
            } else {
                format!(" ({name})")
            };
            Failure::usage(format_args!(
                "--policy: S3 would refuse the form: {fault}{name}"
            ))
        })?;
        if let Some(end) = credentials_end.filter(|end| *end < policy_end) {
            log::warn!(
                "the session token expires at {end}, before the policy, and the form with it"
            );
        }
        Ok(form)
    }

    /// What signing refuses is a wrong argument or a wrong credential.
    fn refused(&self, error: PostPolicyError) -> Failure {
        let of_field = |index: usize| {
            // In the order in which they were added.
            let ranges = usize::from(self.content_length_range.is_some());
            match self.fields.get(index) {
                Some((name, _)) => format!("--field {name}"),
                None => {
                    let place = index
                        .saturating_sub(self.fields.len())
                        .saturating_sub(ranges);
                    let name = self.starts_with.get(place).map_or("", |(name, _)| name);
                    format!("--starts-with {name}")
                }
            }
        };
        match error {
            PostPolicyError::Signing(error) if is_of_credentials(&error) => {
                Failure::credentials(error)
            }
            PostPolicyError::CredentialsEnded { .. } => Failure::credentials(error),
            PostPolicyError::InvalidFieldName { index }
            | PostPolicyError::InvalidFieldValue { index, .. }
            | PostPolicyError::ReservedField { index }
            | PostPolicyError::RepeatedField { index }
            | PostPolicyError::FilenameNotLast { index }
            | PostPolicyError::Unmet { index } => {
                Failure::usage(format_args!("{}: {error}", of_field(index)))
            }
            _ => Failure::usage(error),
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let about =
        |what: &dyn std::fmt::Display| Failure::usage(format_args!("{}: {what}", path.display()));
    // No longer policy fits into a form.
    let most = MAX_FORM as u64;
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_string(&mut text))
        .map_err(|error| about(&crate::failure::words(&error)))?;
    if text.len() > MAX_FORM {
        return Err(about(&format_args!("longer than {MAX_FORM} bytes")));
    }
    Ok(text)
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("a field is written NAME=VALUE"),
    }
}

fn range(text: &str) -> Result<RangeInclusive<u64>, &'static str> {
    let bounds = text.split_once('-');
    let bounds = bounds.and_then(|(low, high)| Some((parse_bytes(low)?, parse_bytes(high)?)));
    let (low, high) = bounds.ok_or("a range is written 1-10485760 or 1K-10M, in bytes")?;
    Ok(low..=high)
}
