//! Waiting for what comes in its own time, but not for ever.

use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything here takes: who gets there has failed.
pub const LONG: Duration = Duration::from_secs(60);

/// What `ask` finds, asked again until it finds something; `what` says what did not come.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(began.elapsed() < LONG, "{what}: not within {LONG:?}");
        thread::sleep(Duration::from_millis(1));
    }
}
