//! Log lines on stderr.

use crate::terminal::one_line;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};
use std::mem::{swap, take};
#[cfg(unix)]
use std::os::fd::AsFd;
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
    together: Some(Together::new()),
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
    let spawned = own_stderr().and_then(|stderr| thread.spawn(|| together.write(stderr)));
    match spawned {
        Ok(_) => show(&TOGETHER, level),
        Err(_) => start(level),
    }
}

/// Waits until all is written, but not for ever: `false` where something is left.
pub(crate) fn end() -> bool {
    TOGETHER.together.as_ref().is_none_or(Together::wait)
}

/// Stderr without the process's lock: where a reader stands still, the message of a panic would wait for that, and
/// the proxy's thread with it.
#[cfg(unix)]
fn own_stderr() -> io::Result<impl Write + Send> {
    let stderr = io::stderr().as_fd().try_clone_to_owned()?;
    Ok(std::fs::File::from(stderr))
}

/// Terminals have an encoding of their own, which the library knows.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn own_stderr() -> io::Result<impl Write + Send> {
    Ok(io::stderr())
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
    const fn new() -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                lines: String::new(),
                lost: 0,
                is_writing: false,
            }),
            some: Condvar::new(),
            none: Condvar::new(),
        }
    }

    fn add(&self, line: &str) {
        let mut waiting = self.waiting();
        let is_first = waiting.is_empty();
        // Behind one that is lost none is kept: the gap has one place.
        let length = waiting.lines.len().saturating_add(line.len());
        if waiting.lost > 0 || length > MOST {
            waiting.lost = waiting.lost.saturating_add(1);
        } else {
            waiting.have_room_for(length);
            waiting.lines.push_str(line);
        }
        drop(waiting);
        if is_first {
            self.some.notify_one();
        }
    }

    fn write(&self, mut stderr: impl Write) {
        let (mut lines, mut unsaid) = (String::new(), 0);
        loop {
            let waiting = self.waiting();
            drop(self.some.wait_while(waiting, |waiting| waiting.is_empty()));
            thread::sleep(PAUSE);
            let mut waiting = self.waiting();
            swap(&mut lines, &mut waiting.lines);
            let lost = take(&mut waiting.lost);
            waiting.is_writing = true;
            drop(waiting);
            unsaid = say(&mut stderr, unsaid);
            let left = left_of(&mut stderr, lines.as_bytes());
            unsaid = say(
                &mut stderr,
                unsaid.saturating_add(lost).saturating_add(left),
            );
            lines.clear();
            lines.shrink_to(KEPT);
            self.waiting().is_writing = false;
            self.none.notify_all();
        }
    }

    /// Whether all is written.
    fn wait(&self) -> bool {
        let waiting = self.waiting();
        let is_left = |waiting: &mut Waiting| waiting.is_writing || !waiting.is_empty();
        let waited = self.none.wait_timeout_while(waiting, LAST, is_left);
        waited.is_ok_and(|(_, waited)| !waited.timed_out())
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

    /// Twice as much each time, as a text does by itself, but never more than is kept.
    fn have_room_for(&mut self, length: usize) {
        let room = self.lines.capacity();
        if length > room {
            let wanted = room.saturating_mul(2).min(MOST).max(length);
            self.lines
                .reserve_exact(wanted.saturating_sub(self.lines.len()));
        }
    }
}

/// Says how many lines were lost; as many are unsaid where that could not be written.
fn say(stderr: &mut impl Write, lost: usize) -> usize {
    if lost == 0 {
        return 0;
    }
    let line = format!("{lost} lines of this log were lost: nobody took them\n");
    match left_of(stderr, line.as_bytes()) {
        0 => 0,
        _ => lost,
    }
}

/// Writes lines, and says how many did not get out whole. Whoever made stderr non-blocking, as a terminal's other
/// programs can, gets them once there is room.
fn left_of(stderr: &mut impl Write, mut lines: &[u8]) -> usize {
    while !lines.is_empty() {
        match stderr.write(lines) {
            Ok(0) => break,
            Ok(length) => lines = lines.get(length..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(_) => break,
        }
    }
    lines.iter().filter(|byte| **byte == b'\n').count()
}

/// At once: what goes out in two writes can have another's line between them. A closed stderr is no
/// reason to stop.
fn write(lines: &str) {
    let _ = io::stderr().write_all(lines.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_takes_no_more_room_than_it_may() {
        let together = Together::new();
        let line = "a".repeat(299) + "\n";
        for _ in 0..MOST / line.len() + 7 {
            together.add(&line);
        }
        let waiting = together.waiting();
        assert!(waiting.lines.capacity() <= MOST);
        assert_eq!(waiting.lines.len(), MOST / line.len() * line.len());
        assert_eq!(waiting.lost, 7);
    }

    /// Has room for so many bytes, and is broken then.
    struct Broken(usize);

    impl Write for Broken {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let length = self.0.min(bytes.len());
            self.0 = self.0.saturating_sub(length);
            match length {
                0 => Err(ErrorKind::StorageFull.into()),
                _ => Ok(length),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_were_not_written_are_counted() {
        let mut stderr = Broken(6);
        assert_eq!(left_of(&mut stderr, b"one\ntwo\nthree\n"), 2);
        assert_eq!(say(&mut stderr, 2), 2);
        assert_eq!(say(&mut Broken(usize::MAX), 2), 0);
    }

    #[test]
    fn the_end_says_whether_all_is_out() {
        let together = Together::new();
        assert!(together.wait());
        together.add("nobody writes it\n");
        assert!(!together.wait());
    }
}
