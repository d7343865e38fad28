//! Log lines on stderr.

use crate::terminal::OneLine;
use std::fmt::Write as _;
use std::io::Write as _;

struct Logger;

/// Shows what this crate logs, up to a level. Other crates are not shown: they could log
/// headers.
pub(crate) fn start(level: log::LevelFilter) {
    if log::set_logger(&Logger).is_ok() {
        log::set_max_level(level);
    }
}

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("sigv4")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let mut line = OneLine::default();
            // Writing to a String does not fail, and a closed stderr is no reason to stop.
            let _ = write!(line, "{}", record.args());
            let _ = std::io::stderr().write_all(line.ended().as_bytes());
        }
    }

    fn flush(&self) {}
}
