//! A source that takes its time, and many threads that use one client.

use crate::server::{ACCESS_KEY_ID, Act, SECRET, Server, TOKEN, response};
use crate::source::{Hands, at, counting, until};
use sigv4::client::{Cache, Client, ClientError, ProvidedCredentials, TransportKind};
use sigv4::{Credentials, Timestamp};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The time that a source takes is the call's.
#[test]
fn a_slow_source() {
    let server = Server::new(|number| match number {
        0 => vec![Act::Stall],
        _ => vec![response("200 OK", "", "{}")],
    });
    let call = |pause: u64, total: u64| {
        let pause = Duration::from_millis(pause);
        let (source, _) = counting(move |number| {
            std::thread::sleep(pause);
            until(number, u64::from(u32::MAX))
        });
        let client = Client::builder()
            .base_url(server.url())
            .credentials(source)
            .region("us-east-1")
            .service("execute-api")
            .proxy(None)
            .total_timeout(Duration::from_millis(total))
            .build()
            .unwrap();
        let began = Instant::now();
        let error = client.get("/items").send().unwrap_err();
        let ClientError::Transport {
            kind: TransportKind::Deadline,
            message,
        } = error
        else {
            panic!("{error:?}");
        };
        (message, began.elapsed())
    };
    let (message, _) = call(300, 100);
    assert!(message.contains("nothing was sent"), "{message}");
    assert_eq!(server.seen().len(), 0);
    // What is left is all that the response may take.
    let (_, took) = call(1500, 2000);
    assert!(took < Duration::from_millis(3300), "{took:?}");
}

/// Sixteen threads, one client, a server that resets one connection in eight; in the
/// middle of it the credentials have to be renewed.
#[test]
fn many_threads() {
    crate::logs::capture();
    let server = Server::new(|number| {
        // Scattered, but the same in every run.
        if (number.wrapping_mul(0x9E37_79B9) >> 13) % 8 == 0 {
            vec![Act::Reset]
        } else {
            vec![response("200 OK", "", "{}")]
        }
    });
    let hands = Hands::default();
    hands.set(1_000_000);
    let (source, asked) = counting(|number| {
        let token = format!("{TOKEN}{number}");
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(token);
        let end = at(1_003_600 + 1_000_000 * number as u64);
        Ok(ProvidedCredentials::new(credentials).until(end))
    });
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Cache::new(source).clock(hands.reader()))
        .clock(hands.reader())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .pause(|_| ())
        .build()
        .unwrap();
    let done = AtomicUsize::new(0);
    let succeeded = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if done.fetch_add(1, Ordering::SeqCst) == 1600 {
                        hands.set(1_003_300);
                    }
                    match client.get("/items").send() {
                        Ok(_) => succeeded.fetch_add(1, Ordering::SeqCst),
                        Err(ClientError::Transport { .. }) => 0,
                        Err(other) => panic!("{other:?}"),
                    };
                }
            });
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), 3200);
    let succeeded = succeeded.load(Ordering::SeqCst);
    assert!(succeeded > 3000, "{succeeded}");
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "once at the start, once in the middle"
    );
    let seen = server.seen();
    let mut tokens: Vec<_> = seen
        .iter()
        .map(|seen| seen.header("x-amz-security-token").unwrap())
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens, [format!("{TOKEN}0"), format!("{TOKEN}1")]);
    for seen in &seen {
        seen.verify(Timestamp::from_unix(seen.signed_at().unix()).unwrap());
    }
    crate::logs::assert_without(&[SECRET, TOKEN]);
}
