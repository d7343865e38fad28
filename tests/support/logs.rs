//! Everything that is logged, to be searched for what must not be there.
#![allow(dead_code)]

use log::{LevelFilter, Log, Metadata, Record};
use std::sync::{Mutex, Once};

struct Capture(Mutex<Vec<String>>);

static CAPTURE: Capture = Capture(Mutex::new(Vec::new()));

impl Log for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // At this level, and only there, ureq's protocol crate dumps the bytes of the
        // wire, which a facade cannot keep it from. The README warns of it.
        !(metadata.level() == log::Level::Trace && metadata.target().starts_with("ureq_proto"))
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}: {}", record.level(), record.target(), record.args());
            self.0.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

/// From here on, everything is kept, down to `trace`.
pub fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&CAPTURE).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
}

pub fn lines() -> Vec<String> {
    CAPTURE.0.lock().unwrap().clone()
}

/// None of the texts was ever logged.
pub fn assert_without(texts: &[&str]) {
    let lines = lines();
    assert!(!lines.is_empty(), "nothing was captured");
    for line in &lines {
        for text in texts {
            assert!(!line.contains(text), "in the log: {line}");
        }
    }
}
