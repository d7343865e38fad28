//! The published suite: what is signed is accepted, and so is what AWS signed.

use crate::support::RawRequest;
use crate::support::suite::{Case, Context, cases, context, unsigned};
use sigv4::{Claim, Error, Form, Policy, Signer};
use std::collections::BTreeMap;
use std::time::Duration;

/// Accepts what stands in `raw`, and hands back the form in which it was signed.
fn accept(raw: &RawRequest, context: &Context) -> Result<Form, Error> {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let claim = Claim::from_request(&request)?;
    let regions = [context.region.as_str()];
    let mut policy = Policy::new(&regions, &context.service);
    policy.profile = context.profile();
    let key = claim.signing_key(&context.credentials.secret_access_key);
    let verified = claim.verify(&key, &request, &policy, context.timestamp())?;
    assert_eq!(verified.access_key_id, context.credentials.access_key_id);
    assert_eq!(
        verified.session_token.as_deref(),
        context.credentials.token.as_deref()
    );
    Ok(claim.form())
}

fn signed(raw: &RawRequest, signer: &Signer, context: &Context) -> RawRequest {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let signed = signer.sign(&request, context.timestamp());
    raw.signed(&signed.unwrap())
}

fn presigned(raw: &RawRequest, signer: &Signer, context: &Context) -> RawRequest {
    let headers = raw.headers();
    let expires = Duration::from_secs(context.expiration_in_seconds);
    let request = raw.request(&headers);
    let url = signer.presign(&request, expires, context.timestamp());
    raw.presigned(&url.unwrap())
}

fn signable_cases() -> impl Iterator<Item = Case> {
    let folders = ["aws-v4", "s3", "iam"].into_iter();
    folders
        .flat_map(cases)
        .filter(|case| !case.request.is_empty())
}

#[test]
fn every_case_of_the_suite_goes_round() {
    let mut accepted = BTreeMap::<_, usize>::new();
    for case in signable_cases() {
        let (context, raw) = (context(&case), unsigned(&case));
        for signer in [context.signer(), context.signer().with_target_as_given()] {
            let sent = signed(&raw, &signer, &context);
            assert_eq!(accept(&sent, &context), Ok(Form::Header), "{}", case.case);
            *accepted.entry("header").or_default() += 1;
            if context.expiration_in_seconds > 0 {
                let sent = presigned(&raw, &signer, &context);
                assert_eq!(accept(&sent, &context), Ok(Form::Query), "{}", case.case);
                *accepted.entry("query").or_default() += 1;
            }
        }
    }
    println!("{accepted:?}");
    assert!(
        accepted["header"] >= 2 * 45 && accepted["query"] >= 2 * 38,
        "{accepted:?}"
    );
}

/// The signed requests that AWS publishes, as they stand.
#[test]
fn every_published_signed_request_is_accepted() {
    let mut accepted = 0;
    for case in cases("aws-v4") {
        let context = context(&case);
        for (form, published) in [(Form::Header, &case.header), (Form::Query, &case.query)] {
            let Some(lines) = &published.signed_request else {
                continue;
            };
            let sent = RawRequest::parse(lines);
            assert_eq!(accept(&sent, &context), Ok(form), "{} {form:?}", case.case);
            accepted += 1;
        }
    }
    assert!(accepted >= 76, "only {accepted}");
}
