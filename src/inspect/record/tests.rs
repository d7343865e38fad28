//! What is kept of a request, and wiped of it.

use super::super::head::Head;
use super::super::verdict::Verdict;
use super::{Answered, Body, By, Filled, Judged, KEPT, Proxied, Seen};
use crate::gateway::reply::Why;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

#[test]
fn of_a_long_body_the_hash() {
    let long = std::vec![0; KEPT + 1];
    let hash = crate::signature::hash::sha256(&long);
    let of = |is_known| Body::of(long.clone(), || is_known);
    assert_eq!(of(false).payload(), Payload::Sha256(hash));
    assert_eq!(of(true).payload(), Payload::Unsigned);
    assert_eq!(Body::of(b"a".to_vec(), || false).kept(), Some(&b"a"[..]));
}

/// With a request leaves what was answered, and what a form said of itself.
#[test]
fn all_that_was_said_is_wiped() {
    let wiped = |by| {
        let head = http::Request::get("/a").body(()).unwrap().into_parts().0;
        let mut seen = Seen {
            at: Timestamp::EPOCH,
            took: core::time::Duration::ZERO,
            status: None,
            from: None,
            head: Head::of(&head),
            body: Body::Kept(Zeroizing::new(b"a".to_vec())),
            by,
        };
        seen.wipe();
        assert_eq!((seen.head.target(), seen.body.kept()), ("", Some(&b""[..])));
        seen.by
    };
    let answered = Answered {
        status: 200,
        headers: Vec::from([("set-cookie".to_owned(), b"session=1".to_vec())]),
        body: Some(Zeroizing::new(b"a".to_vec())),
    };
    let by = wiped(By::Proxy(Proxied {
        is_signed: true,
        caller: None,
        refused: None,
        answered: Some(answered),
        broken_off: None,
    }));
    let By::Proxy(proxied) = by else {
        unreachable!()
    };
    let answered = proxied.answered.unwrap();
    assert!(answered.headers.iter().all(|(_, value)| value.is_empty()));
    assert!(answered.body.unwrap().is_empty());
    let form = Filled {
        key: "AKIDEXAMPLE".into(),
        scope: "20150830/us-east-1/s3/aws4_request".into(),
        asks: Some((Vec::new(), "arn:aws:s3:::a/b".into())),
    };
    let by = wiped(By::Gateway(Judged {
        verdict: Verdict::Allowed,
        why: Why::Served,
        note: "".into(),
        proven: true,
        form: Some(Box::new(form)),
        body: None,
    }));
    let By::Gateway(judged) = by else {
        unreachable!()
    };
    let form = judged.form.unwrap();
    assert_eq!((&*form.key, &*form.scope), ("", ""));
    assert_eq!(form.asks, Some((Vec::new(), String::new())));
}
