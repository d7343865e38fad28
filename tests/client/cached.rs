//! Credentials that are kept until shortly before they expire.

use crate::server::{SECRET, TOKEN};
use crate::source::{Hands, at, counting, failed, id, until};
use sigv4::Credentials;
use sigv4::client::{Cache, ProvideCredentials};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[test]
fn renewed_before_the_end() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, 3600 * (number as u64 + 1)));
    let cache = Cache::new(source).clock(hands.reader());
    for (now, expected) in [
        (0, "AKID0"),
        (3299, "AKID0"),
        (3300, "AKID1"),
        (3600, "AKID1"),
        (6900, "AKID2"),
    ] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), expected, "{now}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

/// Less than ten minutes: at half time, not at every request.
#[test]
fn short_lived() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, 120));
    let cache = Cache::new(source).clock(hands.reader());
    for (now, expected) in [(0, 1), (59, 1), (60, 2), (89, 2), (90, 3)] {
        hands.set(now);
        cache.provide_credentials().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
}

#[test]
fn without_an_end() {
    let hands = Hands::default();
    let (source, asked) = counting(|_| Ok(Credentials::new("AKID0", SECRET).into()));
    let cache = Cache::new(source).clock(hands.reader());
    for now in [0, 1 << 20, 1 << 40] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), "AKID0");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn old_ones_while_they_hold() {
    crate::logs::capture();
    let hands = Hands::default();
    let (source, asked) = counting(|number| match number {
        0 => until(0, 3600),
        _ => Err(failed()),
    });
    let cache = Cache::new(source).clock(hands.reader());
    // A failure is not repeated for ten seconds.
    for (now, expected) in [(0, 1), (3300, 2), (3309, 2), (3310, 3), (3599, 4)] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), "AKID0", "{now}");
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
    let warning = "could not be renewed, the old ones still hold: test: down";
    assert!(
        crate::logs::lines()
            .iter()
            .any(|line| line.starts_with("WARN") && line.ends_with(warning))
    );
    hands.set(3600);
    assert_eq!(cache.provide_credentials().unwrap_err(), failed());
    crate::logs::assert_without(&[SECRET, TOKEN]);
}

/// Sixteen threads that find nothing share one answer, a failure too.
#[test]
fn asked_once() {
    for fails in [false, true] {
        let arrived = Arc::new(AtomicUsize::new(0));
        let awaited = arrived.clone();
        let (source, asked) = counting(move |number| {
            // All of them are on their way while the source is asked.
            let bound = Instant::now() + Duration::from_secs(30);
            while awaited.load(Ordering::SeqCst) < 16 && Instant::now() < bound {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(20));
            if fails {
                Err(failed())
            } else {
                until(number, u64::from(u32::MAX))
            }
        });
        let cache = Cache::new(source).clock(|| at(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    arrived.fetch_add(1, Ordering::SeqCst);
                    assert_eq!(cache.provide_credentials().is_err(), fails);
                });
            }
        });
        assert_eq!(asked.load(Ordering::SeqCst), 1, "fails: {fails}");
    }
}

/// A source that fails is left alone for ten seconds, also where nothing is held.
#[test]
fn failures_are_remembered() {
    let hands = Hands::default();
    hands.set(1000);
    let (source, asked) = counting(|number| match number {
        0..=2 => Err(failed()),
        _ => until(number, 3600),
    });
    let cache = Cache::new(source).clock(hands.reader());
    // A clock that is put back makes nobody wait.
    for (now, expected) in [(1000, 1), (1009, 1), (1010, 2), (1019, 2), (1000, 3)] {
        hands.set(now);
        assert_eq!(cache.provide_credentials().unwrap_err(), failed(), "{now}");
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
    hands.set(1010);
    assert_eq!(id(cache.provide_credentials()), "AKID3");
}

#[test]
fn expired_from_the_start() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, [1000, 3600, 3400][number.min(2)]));
    let cache = Cache::new(source).clock(hands.reader());
    hands.set(1000);
    let problem = |end: &str, now: &str| {
        format!(
            "custom source: the credentials had already expired when they were handed out: their end is \
             1970-01-01T{end}Z, and it is 1970-01-01T{now}Z now; is this machine's clock right?"
        )
    };
    assert_eq!(
        cache.provide_credentials().unwrap_err().to_string(),
        problem("00:16:40", "00:16:40")
    );
    hands.set(1010);
    assert_eq!(id(cache.provide_credentials()), "AKID1");
    // Those that hold are not given up for those that do not.
    hands.set(3500);
    assert_eq!(id(cache.provide_credentials()), "AKID1");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    hands.set(3600);
    assert_eq!(
        cache.provide_credentials().unwrap_err().to_string(),
        problem("00:56:40", "01:00:00")
    );
}

/// A thread that waits for another one has a limit of its own.
#[test]
fn patience() {
    let (begun, is_begun) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let ends = std::sync::Mutex::new((begun, ended));
    let (source, asked) = counting(move |number| {
        let ends = ends.lock().unwrap();
        ends.0.send(()).unwrap();
        ends.1.recv().unwrap();
        until(number, 3600)
    });
    let cache = Cache::new(source)
        .clock(|| at(0))
        .wait_at_most(Duration::from_millis(50));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| id(cache.provide_credentials()));
        is_begun.recv().unwrap();
        let (answer, answered) = std::sync::mpsc::channel();
        let cache = &cache;
        scope.spawn(move || answer.send(cache.provide_credentials()).unwrap());
        let answered = answered.recv_timeout(Duration::from_secs(20));
        // Whatever came of it, everybody goes home.
        end.send(()).unwrap();
        assert_eq!(asking.join().unwrap(), "AKID0");
        let problem = "custom source: another thread has been asking for over 50ms";
        let error = answered.expect("no answer in time").unwrap_err();
        assert_eq!(error.to_string(), problem);
    });
    assert_eq!(id(cache.provide_credentials()), "AKID0");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// A source that panics leaves the next one its turn.
#[test]
fn a_source_that_panics() {
    let (source, _) = counting(|number| match number {
        0 => panic!("on purpose"),
        _ => until(number, 3600),
    });
    let cache = Cache::new(source).clock(|| at(0));
    let panicked = std::thread::scope(|scope| {
        let asking = scope.spawn(|| cache.provide_credentials().is_ok());
        asking.join().is_err()
    });
    assert!(panicked);
    assert_eq!(id(cache.provide_credentials()), "AKID1");
}

/// Whoever must not wait gets what is at hand, while a source is stuck: nothing, then the old
/// ones, in the end the new ones.
#[test]
fn what_is_ready() {
    let hands = Hands::default();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let ended = std::sync::Mutex::new(ended);
    let (source, asked) = counting(move |number| {
        ended.lock().unwrap().recv().unwrap();
        until(number, 3600 * (number as u64 + 1))
    });
    let cache = Arc::new(Cache::new(source).clock(hands.reader()));
    let ready = || cache.ready().unwrap().map(|provided| id(Ok(provided)));
    let becomes = |expected: &str| {
        let bound = Instant::now() + Duration::from_secs(30);
        while ready().as_deref() != Some(expected) && Instant::now() < bound {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(ready().as_deref(), Some(expected));
    };
    // Nobody has sent anything: whoever waited for the source would wait for ever.
    for _ in 0..100 {
        assert_eq!(ready(), None);
    }
    end.send(()).unwrap();
    becomes("AKID0");
    hands.set(3300);
    for _ in 0..100 {
        assert_eq!(ready().as_deref(), Some("AKID0"));
    }
    end.send(()).unwrap();
    becomes("AKID1");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Sixteen threads, and credentials that are renewed every few calls: each is asked for once, and
/// nobody is handed what has ended.
#[test]
fn rotation_under_sixteen_threads() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, 3600 * (number as u64 + 1)));
    let cache = Cache::new(source).clock(hands.reader());
    let calls = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..500 {
                    // An hour for each hundred calls, less the margin.
                    let hour = calls.fetch_add(1, Ordering::SeqCst) / 100;
                    if hour > 0 {
                        hands.advance_to(3600 * hour as u64 - 300);
                    }
                    let before = hands.now();
                    let provided = cache.provide_credentials().unwrap();
                    assert!(provided.expires_at.unwrap() > before);
                }
            });
        }
    });
    // Once an hour; a thread that is held up while it asks can be late for one.
    let asked = asked.load(Ordering::SeqCst);
    assert!((79..=80).contains(&asked), "{asked}");
}
