//! Uploads as boto3 and the CRT's S3 client sent them, through the layer.

use super::{policy, through};
use crate::bodies::{Scripted, Step};
use crate::served::Request;
use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::tower::{KnownKey, VerifyLayer};
use sigv4::{Streaming, Timestamp};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn what_others_sent_arrives() {
    let key = KnownKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "alice");
    let keys = BTreeMap::from([("AKIAIOSFODNN7EXAMPLE".to_owned(), key)]);
    let now = Timestamp::parse("20130524T000000Z").unwrap();
    let (mut whole, mut streamed, mut anonymous) = (0, 0, 0);
    for (name, path) in json_files(&vectors().join("streaming-wire")) {
        let text = std::fs::read_to_string(path).unwrap();
        let sent: Sent = serde_json::from_str(&text).unwrap();
        let body = Scripted::new([Step::Bytes(sent.body.clone().into())]);
        let uri = http::Uri::try_from(&sent.url).unwrap();
        let mut request = Request::new(body);
        *request.method_mut() = sent.method.parse().unwrap();
        *request.uri_mut() = uri.path().parse().unwrap();
        for (name, value) in &sent.headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let layer = VerifyLayer::new(&policy(), keys.clone(), tokio::time::sleep);
        let layer = layer.clock(move || now).or_anonymous();
        let (response, seen) = through(&layer, request);
        assert_eq!(response.status(), 200, "{name}: {}", response.body());
        assert_eq!(seen.data, b"hello", "{name}");
        assert!(seen.error.is_none());
        match seen.streaming {
            Some(streaming) => {
                assert_eq!(streaming, Streaming::UnsignedTrailer, "{name}");
                streamed += 1;
            }
            None if sent.headers.contains_key("authorization") => whole += 1,
            None => anonymous += 1,
        }
        if let Some(announced) = sent.headers.get("x-amz-trailer") {
            let trailers = seen.trailers.unwrap();
            let value = trailers[announced].to_str().unwrap();
            assert!(sent.body.contains(&format!("{announced}:{value}\r\n")));
            assert_eq!(seen.headers["content-length"], "5");
        }
    }
    assert_eq!((whole, streamed, anonymous), (7, 7, 5));
}
