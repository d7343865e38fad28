//! A bar on stderr while a large body is on its way.

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

/// Smaller bodies are over before a bar could be read.
const WORTH_A_BAR: u64 = 1 << 20;

/// How often the bar is drawn.
const PERIOD: Duration = Duration::from_millis(100);

const WIDTH: u64 = 30;

/// Passes a reader on and shows how far it is, where stderr is a terminal and the length
/// is known.
pub(crate) struct Progress<R> {
    reader: R,
    total: Option<u64>,
    done: u64,
    drawn: Option<Instant>,
    what: &'static str,
}

impl<R: Read> Progress<R> {
    pub(crate) fn new(reader: R, length: Option<u64>, what: &'static str) -> Self {
        let total = length.filter(|length| *length > WORTH_A_BAR);
        Self {
            reader,
            total: total.filter(|_| io::stderr().is_terminal()),
            done: 0,
            drawn: None,
            what,
        }
    }

    fn draw(&mut self) {
        let Some(total) = self.total else { return };
        let over = self.done >= total;
        if !over && self.drawn.is_some_and(|drawn| drawn.elapsed() < PERIOD) {
            return;
        }
        self.drawn = Some(Instant::now());
        let line = bar(self.done, total, self.what);
        let end = if over { "\n" } else { "" };
        // A closed stderr is no reason to stop.
        let _ = write!(io::stderr(), "\r{line}{end}");
    }
}

fn bar(done: u64, total: u64, what: &str) -> String {
    let part = |of: u64| {
        done.min(total)
            .saturating_mul(of)
            .checked_div(total)
            .unwrap_or(of)
    };
    let full = usize::try_from(part(WIDTH)).unwrap_or(0);
    let free = usize::try_from(WIDTH).unwrap_or(0).saturating_sub(full);
    format!(
        "[{}{}] {:3}% of {} MiB {what}",
        "#".repeat(full),
        ".".repeat(free),
        part(100),
        total >> 20
    )
}

impl<R: Read> Read for Progress<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.done = self
            .done
            .saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if read > 0 {
            self.draw();
        }
        Ok(read)
    }
}
