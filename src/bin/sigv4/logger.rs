//! Log lines on stderr.

use crate::terminal::one_line;
use std::io::Write;

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
            // A closed stderr is no reason to stop.
            let _ = writeln!(
                std::io::stderr(),
                "{}",
                one_line(&record.args().to_string())
            );
        }
    }

    fn flush(&self) {}
}
