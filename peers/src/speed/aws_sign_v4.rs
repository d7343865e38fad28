//! The crate `aws-sign-v4`: it makes the `Authorization` header alone, and derives the key
//! for every signature. Date and session token are its caller's to write.

use super::contestant::Contestant;
use super::work::Work;
use crate::case::{ACCESS_KEY_ID, EPOCH_SECONDS, REGION, SECRET};
use aws_sign_v4::AwsSign;
use chrono::DateTime;
use http::HeaderValue;

pub const NAME: &str = "aws-sign-v4";

pub fn signing(work: Work) -> Contestant {
    let (case, url) = (work.case, work.case.url());
    let seconds = i64::try_from(EPOCH_SECONDS).expect("a date");
    let at = DateTime::from_timestamp(seconds, 0).expect("a date");
    let mut headers = work.http().headers().clone();
    let call = move |(), send: super::contestant::Sink<'_>| {
        let date = at.format("%Y%m%dT%H%M%SZ").to_string();
        headers.insert("x-amz-date", value(&date));
        if let Some(token) = &case.token {
            headers.insert("x-amz-security-token", value(token));
        }
        let body = case.body.as_str();
        let service = case.service.as_str();
        let signer = AwsSign::new(
            &case.method,
            &url,
            &at,
            &headers,
            REGION,
            ACCESS_KEY_ID,
            SECRET,
            service,
            body,
        );
        send("authorization", &signer.sign());
        send("x-amz-date", &date);
    };
    Contestant::signing(NAME, work, || (), call)
}

fn value(text: &str) -> HeaderValue {
    text.parse().expect("a header value")
}
