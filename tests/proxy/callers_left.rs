//! Whose callers left, by the log: its metric does not say by which version of HTTP.

use crate::busy_upstream::Meets;
use log::{LevelFilter, Log, Metadata, Record};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests whose callers left, by the log: first those who reset their connection, then others.
static LEFT: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

struct CountsLeft;

impl Log for CountsLeft {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        if line.contains(" ended_by=caller") {
            // Over HTTP/2 none of them has a body.
            let target = line
                .split_once(" POST /")
                .and_then(|(_, rest)| rest.split(' ').next());
            let number = target.and_then(|target| target.parse().ok());
            let is_left = number.is_some_and(|number| Meets::of(number) == Meets::CallerLeaves);
            LEFT[usize::from(!is_left)].fetch_add(1, Ordering::SeqCst);
        }
    }

    fn flush(&self) {}
}

/// For a process of its own: nothing else can be told of its log.
pub fn count() {
    log::set_logger(&CountsLeft).unwrap();
    log::set_max_level(LevelFilter::Info);
}

/// How many of those who reset, and of others.
pub fn counted() -> (usize, usize) {
    let [reset, others] = LEFT.each_ref().map(|count| count.load(Ordering::SeqCst));
    (reset, others)
}
