//! The crate `scratchstack-aws-signature`: it verifies. Its provider of keys has the derived
//! key and answers at once, with an empty principal, the cheapest there is.

use super::contestant::Contestant;
use super::work::Work;
use crate::case::{EPOCH_SECONDS, REGION, SECRET};
use chrono::DateTime;
use scratchstack_aws_signature::{
    GetSigningKeyRequest, GetSigningKeyResponse, KSecretKey, NO_ADDITIONAL_SIGNED_HEADERS,
    SignatureOptions, service_for_signing_key_fn, sigv4_validate_request,
};
use std::future;

pub const NAME: &str = "scratchstack-aws-signature";

pub fn verifying(work: Work) -> Contestant {
    let service = work.case.service.as_str();
    let seconds = i64::try_from(EPOCH_SECONDS).expect("a date");
    let now = DateTime::from_timestamp(seconds, 0).expect("a date");
    let secret: KSecretKey = SECRET.parse().expect("a secret of 40 characters");
    let key = secret.to_ksigning(now.date_naive(), REGION, service);
    let response = GetSigningKeyResponse::builder().signing_key(key).build();
    let response = response.expect("a response");
    let known = move |_: GetSigningKeyRequest| future::ready(Ok(response.clone()));
    let mut provider = service_for_signing_key_fn(known);
    let arrive = |authorization: &str| work.arrived(authorization);
    Contestant::verifying(NAME, work, arrive, move |request| {
        super::ready(sigv4_validate_request(
            request,
            REGION,
            service,
            &mut provider,
            now,
            &NO_ADDITIONAL_SIGNED_HEADERS,
            SignatureOptions::default(),
        ))
    })
}
