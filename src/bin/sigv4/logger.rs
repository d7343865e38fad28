//! Log lines on stderr.

use crate::terminal::one_line;
use std::fmt::Write as _;
use std::io::Write as _;
use std::mem::{swap, take};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

struct Logger {
    /// Without where each line is written at once.
    together: Option<Together>,
}

/// Lines that are written together, by a thread of their own: who logs waits for nobody who reads.
struct Together {
    waiting: Mutex<Waiting>,
    /// There is something to write.
    some: Condvar,
    /// Nothing is left.
    none: Condvar,
}

struct Waiting {
    lines: String,
    /// How many lines had no room behind those.
    lost: usize,
    /// Others are being written.
    is_writing: bool,
}

/// How long a line waits for others. Nobody sees it, and a busy proxy has a hundred of them in it.
const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of lines that wait where whoever reads them stands still, and as many are being written: some
/// thousands of lines. Further ones are counted, and lost.
const MOST: usize = 1 << 20;
/// What is kept of that in between, in bytes.
const KEPT: usize = 64 << 10;
/// How long the end waits for who reads.
const LAST: Duration = Duration::from_secs(2);
/// Nearly all lines are shorter, in bytes.
const USUAL: usize = 256;

static AT_ONCE: Logger = Logger { together: None };
static TOGETHER: Logger = Logger {
    together: Some(Together {
        waiting: Mutex::new(Waiting {
            lines: String::new(),
            lost: 0,
            is_writing: false,
        }),
        some: Condvar::new(),
        none: Condvar::new(),
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

/// Waits until all is written, but not for ever.
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
            together.wait();
        }
    }
}

impl Together {
    fn add(&self, line: &str) {
        let mut waiting = self.waiting();
        let is_first = waiting.is_empty();
        // Behind one that is lost none is kept: the gap has one place.
        if waiting.lost > 0 || waiting.lines.len().saturating_add(line.len()) > MOST {
            waiting.lost = waiting.lost.saturating_add(1);
        } else {
            waiting.lines.push_str(line);
        }
        drop(waiting);
        if is_first {
            self.some.notify_one();
        }
    }

    fn write(&self) {
        let mut lines = String::new();
        loop {
            let waiting = self.waiting();
            drop(self.some.wait_while(waiting, |waiting| waiting.is_empty()));
            thread::sleep(PAUSE);
            let mut waiting = self.waiting();
            swap(&mut lines, &mut waiting.lines);
            let lost = take(&mut waiting.lost);
            waiting.is_writing = true;
            drop(waiting);
            if lost > 0 {
                let _ = writeln!(
                    lines,
                    "{lost} lines of this log were lost: nobody took them"
                );
            }
            write(&lines);
            lines.clear();
            lines.shrink_to(KEPT);
            self.waiting().is_writing = false;
            self.none.notify_all();
        }
    }

    fn wait(&self) {
        let waiting = self.waiting();
        let is_left = |waiting: &mut Waiting| waiting.is_writing || !waiting.is_empty();
        drop(self.none.wait_timeout_while(waiting, LAST, is_left));
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Whole lines at every moment at which a thread could have stopped.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.lost == 0
    }
}

/// At once: what goes out in two writes can have another's line between them. A closed stderr is no
/// reason to stop.
fn write(lines: &str) {
    let _ = std::io::stderr().write_all(lines.as_bytes());
}
