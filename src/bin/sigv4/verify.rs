//! `sigv4 verify`: whether a captured request is signed by a key. No network.

use crate::arguments::timestamp;
use crate::body::read_named;
use crate::credentials::SecretArguments;
use crate::duration;
use crate::failure::{Failure, print};
use crate::raw::RawRequest;
use crate::readings;
use crate::rules::Rules;
use sigv4::{Claim, Error, Form, Header, Layer, Payload, Policy, Profile, Request, Timestamp};
use std::time::{Duration, SystemTime};

/// Verify the signature of a raw HTTP request
///
/// Says 'valid', or names what is wrong first: the layer (parse, limit, scope, freshness,
/// header, payload, signature) and the place. For a wrong signature, the usual mistakes
/// are tried, to say with which one the signature would have been right.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 verify --now 20150830T123600Z request.txt")]
pub(crate) struct Arguments {
    /// Request line, headers, an empty line, the body; - for stdin
    #[arg(default_value = "-", value_name = "FILE")]
    request: String,
    #[command(flatten)]
    secret: SecretArguments,
    /// The time to judge by, as 20150830T123600Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    now: Option<Timestamp>,
    /// How far the clocks may be apart
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    clock_skew: Duration,
    /// The region that the credential has to be scoped to [default: whatever it says]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The service that the credential has to be scoped to [default: whatever it says]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Verify by another row of rules, or with changes
    #[arg(long, value_name = "ROW,CHANGE")]
    profile_rules: Option<Rules>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = match arguments.request.as_str() {
        "-" => "stdin",
        name => name,
    };
    let raw = RawRequest::parse(&read_named(&arguments.request)?, name)?;
    let headers: Vec<Header<'_>> = raw
        .message
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let request = Request {
        method: &raw.method,
        target: &raw.target,
        headers: &headers,
        payload: Payload::Bytes(&raw.message.body),
    };
    let now = match arguments.now {
        Some(now) => now,
        None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
    };
    let secret = arguments.secret.read()?;
    let claim = Claim::from_request(&request).map_err(|error| not_valid(error, &request, ""))?;
    let scope = claim.scope();
    let service = arguments.service.as_deref().unwrap_or(scope.service());
    let region = arguments.region.as_deref().unwrap_or(scope.region());
    let profile = match &arguments.profile_rules {
        Some(rules) => rules.profile(service),
        None => Profile::for_service(service),
    };
    let regions = [region];
    let mut policy = Policy::new(&regions, service);
    policy.profile = profile;
    policy.clock_skew = arguments.clock_skew;
    let key = claim.signing_key(&secret);
    match claim.verify(&key, &request, &policy, now) {
        Ok(verified) => print(format_args!(
            "valid: {}, {}, {}, signed headers {}{}\n",
            verified.access_key_id,
            verified.scope,
            match claim.form() {
                Form::Header => "header form",
                Form::Query => "query form",
            },
            verified.signed_headers,
            match verified.payload_sha256 {
                Some(_) => "",
                None => ", body not signed",
            }
        )),
        Err(error @ Error::SignatureMismatch) => {
            let hint = readings::first(&claim, &key, &request, &policy, now);
            Err(not_valid(
                error,
                &request,
                hint.unwrap_or("; wrong secret, or changed on the way"),
            ))
        }
        Err(Error::WrongRegion) => Err(scoped("region", scope.region(), region)),
        Err(Error::WrongService) => Err(scoped("service", scope.service(), service)),
        Err(error) => Err(not_valid(error, &request, "")),
    }
}

fn not_valid(error: Error, request: &Request<'_>, hint: &str) -> Failure {
    let layer = match error.layer() {
        Layer::Signing => "signing",
        Layer::Parse => "parse",
        Layer::Limit => "limit",
        Layer::Scope => "scope",
        Layer::Freshness => "freshness",
        Layer::Header => "header",
        Layer::Payload => "payload",
        _ => "signature",
    };
    let named = match error {
        Error::AmzHeaderNotSigned { index }
        | Error::ContentTypeNotSigned { index }
        | Error::RepeatedSigningHeader { index }
        | Error::InvalidHeaderValue { index, .. }
        | Error::NonAsciiHeaderValue { index, .. } => request.headers.get(index),
        _ => None,
    };
    let named = named.map_or(String::new(), |(name, _)| format!(" ({name})"));
    Failure::failed(format_args!("not valid: {layer}: {error}{named}{hint}"))
}

fn scoped(what: &str, claimed: &str, expected: &str) -> Failure {
    Failure::failed(format_args!(
        "not valid: scope: the credential is scoped to the {what} {claimed}, not {expected}"
    ))
}
