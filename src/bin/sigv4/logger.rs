//! Log lines on stderr.

use crate::terminal::one_line;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

struct Logger {
    /// Without where each line is written at once.
    together: Option<Together>,
}

/// Lines that are written together.
#[derive(Default)]
struct Together {
    lines: Mutex<String>,
    some: Condvar,
}

/// How long a line waits for others. Nobody sees it, and a busy proxy has a hundred of them in it.
const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of lines that wait: who reads them slowly stops who writes them, as it does otherwise.
const MOST: usize = 64 << 10;
/// Nearly all lines are shorter, in bytes.
const USUAL: usize = 256;

static AT_ONCE: Logger = Logger { together: None };
static TOGETHER: Logger = Logger {
    together: Some(Together {
        lines: Mutex::new(String::new()),
        some: Condvar::new(),
    }),
};

/// Shows what this crate logs, up to a level. Other crates are not shown: they could log
/// headers.
pub(crate) fn start(level: log::LevelFilter) {
    show(&AT_ONCE, level);
}

/// The same for those who log a line a request: a call to the system for each would be a twentieth of
/// what it costs. Whoever ends calls [`end`].
pub(crate) fn start_together(level: log::LevelFilter) {
    let Some(together) = &TOGETHER.together else {
        return start(level);
    };
    let thread = thread::Builder::new().name("sigv4 log".into());
    match thread.spawn(|| together.write()) {
        Ok(_) => show(&TOGETHER, level),
        Err(_) => start(level),
    }
}

/// Writes what still waits.
pub(crate) fn end() {
    log::logger().flush();
}

fn show(logger: &'static Logger, level: log::LevelFilter) {
    if log::set_logger(logger).is_ok() {
        log::set_max_level(level);
    }
}

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("sigv4")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut line = String::with_capacity(USUAL);
        // Writing to a String does not fail.
        let _ = write!(line, "{}", record.args());
        let mut line = one_line(line);
        line.push('\n');
        match &self.together {
            Some(together) => together.add(&line),
            None => write(&line),
        }
    }

    fn flush(&self) {
        if let Some(together) = &self.together {
            together.flush();
        }
    }
}

impl Together {
    fn add(&self, line: &str) {
        let mut lines = self.lines();
        if lines.len() > MOST {
            write(&lines);
            lines.clear();
        }
        let is_first = lines.is_empty();
        lines.push_str(line);
        drop(lines);
        if is_first {
            self.some.notify_one();
        }
    }

    fn write(&self) {
        loop {
            let lines = self.lines();
            let some = self.some.wait_while(lines, |lines| lines.is_empty());
            drop(some);
            thread::sleep(PAUSE);
            self.flush();
        }
    }

    /// Under the lock: lines stay in their order.
    fn flush(&self) {
        let mut lines = self.lines();
        write(&lines);
        lines.clear();
    }

    fn lines(&self) -> MutexGuard<'_, String> {
        // Whole lines at every moment at which a thread could have stopped.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At once: what goes out in two writes can have another's line between them. A closed stderr is no
/// reason to stop.
fn write(lines: &str) {
    let _ = std::io::stderr().write_all(lines.as_bytes());
}
