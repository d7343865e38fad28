//! Memory that bodies have together.

use super::scripted_body::*;
use crate::proxy::cause::Cause;
use crate::proxy::memory::Memory;
use crate::proxy::settings::Body as Rule;
use std::prelude::rust_2024::*;
use std::vec;

/// What a body takes of it: what is announced, and where that is more or unknown, what it may be; in a file,
/// two pieces.
#[test]
fn memory_is_there_before_a_body_is_read() {
    let mut setting = Setting::new(Rule::Hashed);
    let in_file = super::spool_file::HELD;
    setting.memory = Memory::new(usize::try_from(in_file).unwrap() + 1_500);
    let prepare = async |length, announced| {
        let body = Scripted::new(&vec![b'x'; length], 500, announced);
        setting.prepare(&mut upload(&[]), body).await
    };
    let no_room = async |announced| {
        let untouched = Scripted {
            untouched: true,
            length: announced,
            ..Scripted::default()
        };
        let fault = setting
            .prepare(&mut upload(&[]), untouched)
            .await
            .err()
            .unwrap();
        assert!(
            fault
                .to_string()
                .ends_with("and none became free within 5s"),
            "{fault}"
        );
        assert_eq!(fault.cause(), Cause::Busy);
    };
    run(async {
        let short = prepare(600, true).await.unwrap();
        let long = prepare(2_000, false).await.unwrap();
        no_room(Some(901)).await;
        no_room(Some(2_000)).await;
        no_room(None).await;
        prepare(900, true).await.unwrap();
        // It is given back with what is sent, and not before.
        let body = unsigned_body(short);
        no_room(None).await;
        drop(body);
        let unknown = prepare(10, false).await;
        assert!(unknown.is_err());
        drop(long);
        let unknown = prepare(10, false).await.unwrap();
        // What turned out to be short leaves the rest to others.
        prepare(2_000, false).await.unwrap();
        drop(unknown);
    });
}
