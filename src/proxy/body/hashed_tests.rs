//! Bodies that are hashed: in memory, in files, and neither.

use super::body_fault::BodyFault;
use super::scripted_body::*;
use crate::proxy::cause::Cause;
use crate::proxy::places::Places;
use crate::proxy::settings::Body as Rule;
use crate::signature::hash::sha256;
use allocation_counter::measure;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use std::path::PathBuf;
use std::prelude::rust_2024::*;
use std::vec;

fn bytes(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

#[test]
fn what_is_sent_is_what_came_at_every_limit() {
    let setting = Setting::new(Rule::Hashed);
    let piece = super::spool_file::PIECE;
    for length in [
        1,
        999,
        1_000,
        1_001,
        piece - 1,
        piece,
        piece + 1,
        2 * piece,
        499_999,
        500_000,
    ] {
        let data = bytes(length);
        for (cut, announced) in [(length, true), (length, false), (777, true), (8_192, false)] {
            let mut head = upload(&[("transfer-encoding", "chunked"), ("expect", "100-continue")]);
            let body = Scripted::new(&data, cut, announced);
            let (kept, got) = run(async {
                let prepared = setting.prepare(&mut head, body).await.unwrap();
                assert_eq!(sha256_of(prepared.payload), sha256(&data), "{length}");
                let kept = setting.budget.taken();
                let body = unsigned_body(prepared);
                assert_eq!(body.size_hint().exact(), Some(length as u64));
                (kept, sent(body).await.unwrap())
            });
            assert!(got.0 == data && got.1.is_none(), "{length} by {cut}");
            let in_file = if length > 1_000 { length as u64 } else { 0 };
            assert_eq!(kept, in_file, "{length} by {cut}");
            assert_eq!(setting.budget.taken(), 0);
            let headers = &head.headers;
            assert_eq!(headers["content-length"], *length.to_string());
            assert!(!headers.contains_key("transfer-encoding") && !headers.contains_key("expect"));
        }
    }
}

#[test]
fn pieces_of_one_byte() {
    let setting = Setting::new(Rule::Hashed);
    let data = bytes(3_000);
    let mut head = upload(&[]);
    let (got, _) = run(async {
        let body = Scripted::new(&data, 1, false);
        let prepared = setting.prepare(&mut head, body).await.unwrap();
        sent(unsigned_body(prepared)).await.unwrap()
    });
    assert_eq!(got, data);
}

/// The one piece that most bodies have goes through as it is.
#[test]
fn one_piece_is_not_copied() {
    let setting = Setting::new(Rule::Hashed);
    let data = Bytes::from(bytes(1_000));
    let body = Scripted {
        steps: [Step::Data(data.clone())].into(),
        ..Scripted::default()
    };
    let (got, _) = run(async {
        let prepared = setting.prepare(&mut upload(&[]), body).await.unwrap();
        sent(unsigned_body(prepared)).await.unwrap()
    });
    assert_eq!(got.as_ptr(), data.as_ptr());
}

#[test]
fn too_long() {
    let setting = Setting::new(Rule::Hashed);
    // Said before it comes: not even asked for.
    let said = Scripted {
        untouched: true,
        length: Some(500_001),
        ..Scripted::default()
    };
    let unsaid = Scripted::new(&bytes(500_001), 9_999, false);
    for body in [said, unsaid] {
        let fault = run(setting.prepare(&mut upload(&[]), body)).err().unwrap();
        assert!(
            matches!(fault, BodyFault::TooLong { limit: 500_000 }),
            "{fault}"
        );
        assert_eq!(fault.cause(), Cause::TooLong);
        assert_eq!(setting.budget.taken(), 0);
    }
}

#[test]
fn files_have_a_room_in_common() {
    let mut setting = Setting::new(Rule::Hashed);
    setting.budget = Places::new(10_000);
    let prepare = async |length, announced| {
        let body = Scripted::new(&bytes(length), 999, announced);
        setting.prepare(&mut upload(&[]), body).await
    };
    run(async {
        let first = prepare(6_000, true).await.unwrap();
        for announced in [true, false] {
            let fault = prepare(4_001, announced).await.err().unwrap();
            assert!(
                matches!(fault, BodyFault::NoRoom { limit: 10_000 }),
                "{fault}"
            );
            assert_eq!(fault.cause(), Cause::Spool);
            assert_eq!(setting.budget.taken(), 6_000);
        }
        let other = prepare(4_000, true).await.unwrap();
        assert_eq!(setting.budget.taken(), 10_000);
        // What fits into memory needs no room there.
        prepare(1_000, false).await.unwrap();
        // Half of it sent, and then nobody reads on.
        let mut body = unsigned_body(first);
        let piece = http_body_util::BodyExt::frame(&mut body).await.unwrap();
        assert_eq!(piece.unwrap().into_data().unwrap().len(), 6_000);
        assert_eq!(setting.budget.taken(), 4_000);
        drop((body, other));
        assert_eq!(setting.budget.taken(), 0);
    });
    // What never fits is refused before it is read.
    let body = Scripted {
        untouched: true,
        length: Some(10_001),
        ..Scripted::default()
    };
    assert!(run(setting.prepare(&mut upload(&[]), body)).is_err());
}

#[test]
fn callers_who_leave_or_wait_leave_nothing() {
    let setting = Setting::new(Rule::Hashed);
    for length in [10, 300_000] {
        let begun = Scripted::new(&bytes(length), 50_000, false);
        let fault = run(setting.prepare(&mut upload(&[]), begun.clone().then(Step::Leaves)));
        let fault = fault.err().unwrap();
        assert!(matches!(fault, BodyFault::CutOff(_)), "{fault}");
        assert_eq!(setting.budget.taken(), 0);
        let fault = run(setting.prepare(&mut upload(&[]), begun.clone().then(Step::Waits)));
        let fault = fault.err().unwrap();
        assert_eq!(fault.to_string(), "nothing of the body came for 60 seconds");
        assert_eq!(fault.cause(), Cause::SlowCaller);
        assert_eq!(setting.budget.taken(), 0);
        // The request itself is given up in mid-body.
        run(async {
            let mut head = upload(&[]);
            let reading = setting.prepare(&mut head, begun.then(Step::Waits));
            let given_up = tokio::time::timeout(core::time::Duration::from_secs(1), reading);
            assert!(given_up.await.is_err());
        });
        assert_eq!(setting.budget.taken(), 0);
    }
}

/// Who announces a long body and sends a byte of it costs no file.
#[test]
fn files_are_made_of_what_has_come() {
    let mut setting = Setting::new(Rule::Hashed);
    setting.limits.spool = Some(PathBuf::from("/proc"));
    let body = |length| Scripted {
        length: Some(400_000),
        ..Scripted::new(&bytes(length), 500, false).then(Step::Waits)
    };
    let fault = run(setting.prepare(&mut upload(&[]), body(1_000)));
    assert_eq!(fault.err().unwrap().cause(), Cause::SlowCaller);
    let fault = run(setting.prepare(&mut upload(&[]), body(1_001)));
    assert_eq!(fault.err().unwrap().cause(), Cause::Spool);
}

#[test]
fn files_that_cannot_be() {
    let mut setting = Setting::new(Rule::Hashed);
    let folder = tempfile::tempdir().unwrap();
    let a_file = folder.path().join("file");
    std::fs::write(&a_file, "").unwrap();
    for place in [folder.path().join("none"), a_file, PathBuf::from("/proc")] {
        setting.limits.spool = Some(place.clone());
        let body = Scripted::new(&bytes(2_000), 500, false);
        let fault = run(setting.prepare(&mut upload(&[]), body)).err().unwrap();
        assert!(
            matches!(fault, BodyFault::Spool(_)),
            "{}: {fault}",
            place.display()
        );
        assert_eq!(fault.cause(), Cause::Spool);
        assert_eq!(setting.budget.taken(), 0);
        // Short ones need no file.
        let body = Scripted::new(&bytes(1_000), 500, false);
        assert!(run(setting.prepare(&mut upload(&[]), body)).is_ok());
    }
    setting.limits.spool = Some(folder.path().into());
    let body = Scripted::new(&bytes(2_000), 500, false);
    let prepared = run(setting.prepare(&mut upload(&[]), body)).unwrap();
    // It has no name.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(prepared);
}

#[test]
fn nothing_is_hashed_where_nothing_comes() {
    for rule in [Rule::Hashed, Rule::Unsigned, Rule::Chunked, Rule::Believed] {
        let setting = Setting::new(rule);
        for (headers, length) in [
            (&[][..], Some("0")),
            (&[("content-length", "0")], Some("0")),
            (&[("x-amz-content-sha256", EMPTY)], Some("0")),
        ] {
            let mut head = upload(headers);
            let body = Scripted {
                length: Some(0),
                untouched: true,
                ..Scripted::default()
            };
            let prepared = run(setting.prepare(&mut head, body)).unwrap();
            assert_eq!(sha256_of(prepared.payload), sha256(b""));
            assert!(unsigned_body(prepared).is_end_stream());
            let said = head.headers.get("content-length");
            assert_eq!(said.map(|value| value.to_str().unwrap()), length);
        }
        let mut head = http::Request::get("https://a/")
            .body(())
            .unwrap()
            .into_parts()
            .0;
        let body = Scripted {
            length: Some(0),
            ..Scripted::default()
        };
        run(setting.prepare(&mut head, body)).unwrap();
        assert!(head.headers.is_empty());
    }
}

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn trailers_follow() {
    let setting = Setting::new(Rule::Hashed);
    let mut trailers = HeaderMap::new();
    trailers.insert("x-a", "1".parse().unwrap());
    trailers.insert("x-b", "2".parse().unwrap());
    // Nobody may say behind the body what only a head may.
    let mut came = trailers.clone();
    came.insert("authorization", "Bearer mine".parse().unwrap());
    for length in [1, 2_000] {
        let mut head = upload(&[("trailer", "x-a")]);
        let body = Scripted::new(&bytes(length), 600, false).then(Step::Trailers(came.clone()));
        let got = run(async {
            let prepared = setting.prepare(&mut head, body).await.unwrap();
            let body = unsigned_body(prepared);
            assert_eq!(body.size_hint().exact(), None);
            sent(body).await.unwrap()
        });
        assert!(got.0 == bytes(length) && got.1.as_ref() == Some(&trailers));
        assert_eq!(head.headers["trailer"], "x-a,x-b");
        assert_eq!(head.headers["transfer-encoding"], "chunked");
        assert!(!head.headers.contains_key("content-length"));
    }
    // Announced, and not there.
    let mut head = upload(&[("trailer", "x-a")]);
    run(setting.prepare(&mut head, Scripted::new(b"a", 1, false))).unwrap();
    assert!(!head.headers.contains_key("trailer"));
}

/// 16 MiB, into a file and out of it, in pieces as hyper has them.
#[test]
fn memory_does_not_grow_with_the_body() {
    let mut setting = Setting::new(Rule::Hashed);
    setting.limits.body = u64::MAX;
    setting.budget = Places::new(u64::MAX);
    let piece = Bytes::from(vec![7; 16_384]);
    let count = (16 << 20) / piece.len();
    let body = Scripted {
        steps: vec![Step::Data(piece); count].into(),
        ..Scripted::default()
    };
    let mut length = 0;
    let used = measure(|| {
        run(async {
            let prepared = setting.prepare(&mut upload(&[]), body).await.unwrap();
            let mut body = unsigned_body(prepared);
            while let Some(frame) = http_body_util::BodyExt::frame(&mut body).await {
                length += frame.unwrap().into_data().unwrap().len();
            }
        });
    });
    assert_eq!(length, 16 << 20);
    assert!(used.bytes_max < 1 << 20, "{used:?}");
}
