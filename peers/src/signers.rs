//! The implementations that run in this process.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH_SECONDS, EXPIRES, Form, REGION, SECRET, TIME};
use crate::outcome::Outcome;
use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::{v4, v4a};
use aws_smithy_runtime_api::client::identity::Identity;
use sigv4::{Credentials, Error, Payload, Profile, Request, Signature, Signer, Stages, Timestamp};
use std::cell::RefCell;
use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn signer(service: &str, token: Option<&str>) -> Signer {
    let mut credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
    if let Some(token) = token {
        credentials = credentials.with_session_token(token);
    }
    let profile = Profile {
        non_ascii_header_values: true,
        ..Profile::for_service(service)
    };
    Signer::new(credentials, REGION, service).with_profile(profile)
}

fn time() -> Timestamp {
    Timestamp::parse(TIME).expect("a timestamp")
}

/// The target that this crate wants on the wire; as it is given, if the crate refuses it.
pub fn wire_target(service: &str, target: &str) -> String {
    let request = Request {
        method: "GET",
        target,
        headers: &[("host", b"h")],
        payload: Payload::EMPTY,
    };
    signer(service, None)
        .sign(&request, time())
        .map_or_else(|_| target.to_owned(), |signed| signed.target().to_owned())
}

/// The `host` header that this crate makes of a URL.
///
/// # Panics
/// If it is not a URL.
pub fn host(scheme: &str, authority: &str) -> String {
    let uri = format!("{scheme}://{authority}/");
    let mut request = http::Request::get(uri).body(()).expect("a URL");
    signer("iam", None)
        .sign_http(&mut request, Payload::EMPTY, time())
        .expect("a request that can be signed");
    let host = request.headers().get("host").expect("a host");
    host.to_str().expect("ASCII").to_owned()
}

/// What is signed, and the signature.
fn both_ways(signer: &Signer, case: &Case) -> (Result<Stages, Error>, Result<Signature, Error>) {
    let mut headers = vec![("host", case.host.as_bytes())];
    headers.extend(
        case.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes())),
    );
    let request = Request {
        method: &case.method,
        target: &case.target,
        headers: &headers,
        payload: Payload::Bytes(case.body.as_bytes()),
    };
    let expires = Duration::from_secs(EXPIRES);
    match case.form {
        Form::Header => (
            signer.stages(&request, time()),
            signer
                .sign(&request, time())
                .map(|signed| signed.signature()),
        ),
        Form::Query => (
            signer.presign_stages(&request, expires, time()),
            signer
                .presign(&request, expires, time())
                .map(|url| url.signature()),
        ),
    }
}

/// This crate.
///
/// # Panics
/// If two ways to the same signature differ.
pub fn ours(case: &Case) -> Outcome {
    let signer = signer(&case.service, case.token.as_deref());
    outcome(&signer.with_target_as_given(), case)
}

fn outcome(signer: &Signer, case: &Case) -> Outcome {
    let (stages, signature) = both_ways(signer, case);
    match (stages, signature) {
        (Ok(stages), Ok(signature)) => Outcome::Signed {
            signature: signature.to_string(),
            canonical_request: String::from_utf8(stages.canonical_request).expect("UTF-8"),
        },
        (Err(error), Err(_)) => Outcome::Refused {
            error: error.to_string(),
        },
        _ => panic!("the stages and the signature of {case:?} do not agree"),
    }
}

/// This crate by Version 4A.
///
/// # Panics
/// If two ways to the same signature differ.
pub fn ours_4a(case: &Case, region_set: &str) -> Outcome {
    let four = signer(&case.service, case.token.as_deref());
    let signer = Signer::new(four.credentials().clone(), region_set, &case.service)
        .with_profile(four.profile().with_sigv4a())
        .with_target_as_given();
    outcome(&signer, case)
}

/// The crate `aws-sigv4`, with the settings that AWS's SDK gives it for these services.
///
/// # Panics
/// If the parameters lack something.
pub fn aws_sigv4(case: &Case) -> Outcome {
    let identity = aws_identity(case);
    let time = UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS);
    let settings = aws_settings(case);
    aws_outcome(
        case,
        &aws_parameters(&identity, &case.service, settings, time),
    )
}

/// The same by Version 4A.
///
/// # Panics
/// If the parameters lack something.
pub fn aws_sigv4_4a(case: &Case, region_set: &str) -> Outcome {
    let identity = aws_identity(case);
    let time = UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS);
    let settings = aws_settings(case);
    aws_outcome(
        case,
        &aws_parameters_4a(&identity, &case.service, region_set, settings, time),
    )
}

fn aws_outcome(case: &Case, parameters: &SigningParams<'_>) -> Outcome {
    let headers = case
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let signed = SignableRequest::new(&case.method, case.url(), headers, aws_body(case))
        .and_then(|request| sign(request, parameters));
    let canonical_request = LOGGED.take();
    match signed {
        Ok(signed) => Outcome::Signed {
            signature: signed.signature().to_owned(),
            canonical_request: unredacted(&canonical_request, case),
        },
        Err(error) => Outcome::Refused {
            error: source_of(&error),
        },
    }
}

/// The identity that the SDK would hold on to.
pub(crate) fn aws_identity(case: &Case) -> Identity {
    let token = case.token.clone();
    AwsCredentials::new(ACCESS_KEY_ID, SECRET, token, None, "peers").into()
}

/// What AWS's SDK sets for the service.
pub(crate) fn aws_settings(case: &Case) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if case.is_s3() {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if case.form == Form::Query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(EXPIRES));
        if case.service == "iotdevicegateway" {
            settings.session_token_mode = SessionTokenMode::Exclude;
        }
    }
    settings
}

/// # Panics
/// If the parameters lack something.
pub(crate) fn aws_parameters<'a>(
    identity: &'a Identity,
    service: &'a str,
    settings: SigningSettings,
    time: SystemTime,
) -> SigningParams<'a> {
    v4::SigningParams::builder()
        .identity(identity)
        .region(REGION)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .expect("all parameters")
        .into()
}

/// # Panics
/// If the parameters lack something.
pub(crate) fn aws_parameters_4a<'a>(
    identity: &'a Identity,
    service: &'a str,
    region_set: &'a str,
    settings: SigningSettings,
    time: SystemTime,
) -> SigningParams<'a> {
    v4a::SigningParams::builder()
        .identity(identity)
        .region_set(region_set)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .expect("all parameters")
        .into()
}

pub(crate) fn aws_body(case: &Case) -> SignableBody<'_> {
    if case.is_s3() && case.form == Form::Query {
        SignableBody::UnsignedPayload
    } else {
        SignableBody::Bytes(case.body.as_bytes())
    }
}

fn source_of(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), source_of)
}

/// The log hides the session token; that nothing else was hidden, the signature proves.
fn unredacted(canonical_request: &str, case: &Case) -> String {
    let Some(token) = &case.token else {
        return canonical_request.to_owned();
    };
    let hidden = format!(
        "x-amz-security-token:** redacted (length={}) **",
        token.len()
    );
    canonical_request.replace(&hidden, &format!("x-amz-security-token:{token}"))
}

thread_local! {
    static LOGGED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the canonical request that `aws-sigv4` logs: its API does not show it.
pub struct CanonicalRequests;

impl Subscriber for CanonicalRequests {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("aws_sigv4") && metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Keep);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Keep;

impl Visit for Keep {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "canonical_request" {
            LOGGED.set(format!("{value:?}"));
        }
    }
}
