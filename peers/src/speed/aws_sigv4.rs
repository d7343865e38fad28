//! The crate `aws-sigv4`: it derives the key for every signature.

use super::contestant::{Contestant, Sink};
use super::work::{REGION_SET, Work};
use crate::case::EPOCH_SECONDS;
use crate::signers::{aws_body, aws_identity, aws_parameters, aws_parameters_4a, aws_settings};
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableRequest, SigningInstructions, SigningSettings, sign,
};
use aws_smithy_runtime_api::client::identity::Identity;
use std::time::{Duration, UNIX_EPOCH};

pub const NAME: &str = "aws-sigv4";

fn settings(work: Work) -> SigningSettings {
    let mut settings = aws_settings(work.case);
    if work.content_sha256 {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

fn instructions(
    work: Work,
    url: &str,
    identity: &Identity,
    settings: &SigningSettings,
) -> SigningInstructions {
    let time = UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS);
    let (service, settings) = (work.case.service.as_str(), settings.clone());
    let parameters = if work.sigv4a {
        aws_parameters_4a(identity, service, REGION_SET, settings, time)
    } else {
        aws_parameters(identity, service, settings, time)
    };
    let body = aws_body(work.case);
    let request = SignableRequest::new(&work.case.method, url, work.headers(), body);
    let output = sign(request.expect("a request"), &parameters);
    output.expect("a signature").into_parts().0
}

pub fn signing(work: Work) -> Contestant {
    let (identity, settings) = (aws_identity(work.case), settings(work));
    let url = work.case.url();
    let call = move |(), send: Sink<'_>| {
        for (name, value) in instructions(work, &url, &identity, &settings).headers() {
            send(name, value);
        }
    };
    Contestant::signing(NAME, work, || (), call)
}

/// The parts of the URL are put together by its own function, which takes a request.
pub fn presigning(work: Work) -> Contestant {
    let (identity, settings) = (aws_identity(work.case), settings(work));
    let (url, request) = (work.case.url(), work.http());
    let input = move || request.clone();
    Contestant::signing(NAME, work, input, move |mut request, send| {
        instructions(work, &url, &identity, &settings).apply_to_request_http1x(&mut request);
        send("url", &request.uri().to_string());
    })
}
