//! The crate `rusty-s3`: presigned URLs for S3, with the key derived for each.

use super::contestant::{Contestant, Sink};
use super::work::Work;
use crate::case::{ACCESS_KEY_ID, EPOCH_SECONDS, EXPIRES, REGION, SECRET};
use jiff::Timestamp;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::time::Duration;

pub const NAME: &str = "rusty-s3";

pub fn presigning(work: Work) -> Contestant {
    let case = work.case;
    let (bucket, endpoint) = case.authority.split_once('.').expect("bucket and endpoint");
    let endpoint = format!("https://{endpoint}").parse().expect("a URL");
    let bucket = Bucket::new(endpoint, UrlStyle::VirtualHost, bucket, REGION).expect("a bucket");
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
    let seconds = i64::try_from(EPOCH_SECONDS).expect("a date");
    let at = Timestamp::from_second(seconds).expect("a date");
    let call = move |(), send: Sink<'_>| {
        let object = case.path().trim_start_matches('/');
        let get = bucket.get_object(Some(&credentials), object);
        let url = get.sign_with_time(Duration::from_secs(EXPIRES), &at);
        send("url", url.as_str());
    };
    Contestant::signing(NAME, work, || (), call)
}
