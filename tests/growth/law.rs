//! Instructions, counted by callgrind, and how fast they may grow.

use std::fmt;
use std::fs;
use std::hint::black_box;
use std::process::{Command, Output};
use std::thread;

/// Callgrind counts what is done here, and writes each count down. Counting and writing take
/// a function each, as callgrind lets one function start one thing.
#[inline(never)]
pub fn counted(step: &dyn Fn()) {
    starts_callgrind(step);
    black_box(()); // a call, not a jump
}

#[inline(never)]
fn starts_callgrind(step: &dyn Fn()) {
    step();
    black_box(());
}

/// Whether instructions are to be counted: it takes valgrind, and minutes.
pub fn is_counting() -> bool {
    let counting = std::env::var_os("SIGV4_COUNT").is_some();
    if !counting {
        println!("nothing was counted: SIGV4_COUNT is not set");
    }
    counting
}

/// `1/3` is the second of three shares of the shapes.
const SHARE: &str = "SIGV4_SHARE";

/// Whether the shape of a number belongs to what this process has to do.
pub fn is_mine(number: usize) -> bool {
    let Ok(share) = std::env::var(SHARE) else {
        return true;
    };
    let (mine, shares) = share.split_once('/').unwrap();
    number % shares.parse::<usize>().unwrap() == mine.parse::<usize>().unwrap()
}

/// Of each call of [`counted`] by a test of this program, which does for each of so many
/// shapes that [`is_mine`] `rows` calls. A process for each processor: counts do not depend on
/// what else runs.
pub fn counts<const ROWS: usize>(test: &'static str, shapes: usize) -> Vec<[u64; ROWS]> {
    let shares = thread::available_parallelism().map_or(1, usize::from);
    let of_share = |share| thread::spawn(move || counts_of(test, share, shares));
    let running: Vec<_> = (0..shares).map(of_share).collect();
    let counts: Vec<_> = running
        .into_iter()
        .map(|share| share.join().unwrap())
        .collect();
    let mut rows: Vec<_> = counts
        .iter()
        .map(|counts| counts.as_chunks().0.iter())
        .collect();
    let all: Vec<_> = (0..shapes)
        .map_while(|shape| rows[shape % shares].next().copied())
        .collect();
    assert_eq!(counts.concat().len(), all.len() * ROWS);
    all
}

/// Each input has pages of its own. Elsewhere its alignment would depend on what was freed
/// before, and the instructions of whatever reads it by words or vectors on that.
const PAGES: &str = "glibc.malloc.mmap_threshold=1024";

fn counts_of(test: &str, share: usize, shares: usize) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    let mut valgrind = Command::new("valgrind");
    let out = folder.path().join("out");
    valgrind
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg("--toggle-collect=*starts_callgrind*")
        .arg("--dump-after=growth::law::counted")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1"])
        .env(SHARE, format!("{share}/{shares}"))
        .env("GLIBC_TUNABLES", PAGES);
    let done = valgrind.output().expect("valgrind is not installed");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let counts = (1_usize..).map_while(|number| {
        let text = fs::read_to_string(folder.path().join(format!("out.{number}"))).ok()?;
        let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
        Some(totals?.trim().parse().unwrap())
    });
    counts.collect()
}

/// In front of a command, all of which is counted.
pub const COUNTING: [&str; 3] = [
    "valgrind",
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
];

/// What [`COUNTING`] says at the end.
pub fn collected(output: &Output) -> u64 {
    let said = String::from_utf8_lossy(&output.stderr);
    let (_, count) = said
        .rsplit_once("Collected : ")
        .expect("what valgrind counted");
    count.lines().next().unwrap().trim().parse().unwrap()
}

/// The instructions for n, 2n and 4n.
pub struct Growth {
    size: usize,
    counts: [u64; 3],
    /// Fewer instructions from 2n to 4n are none.
    noise: f64,
}

impl Growth {
    pub fn of(size: usize, counts: [u64; 3]) -> Self {
        let noise = size as f64;
        Self {
            size,
            counts,
            noise,
        }
    }

    /// Of which two runs with the same input can differ: hashes are seeded anew.
    pub fn of_a_process(size: usize, counts: [u64; 3]) -> Self {
        let noise = 32.0 * size as f64;
        Self {
            size,
            counts,
            noise,
        }
    }

    /// From 2n to 4n, divided by from n to 2n: what does not depend on n is gone. It is 2
    /// for a linear step, 4 for a quadratic one. `None` if next to nothing depends on n: no more is
    /// needed for 4n than for n or 2n. (An allocator can need more for n than for 2n.)
    fn ratio(&self) -> Option<f64> {
        let [first, second, third] = self.counts.map(|count| count as f64);
        if third - second.max(first) < self.noise {
            return None;
        }
        Some((third - second) / (second - first).max(1.0))
    }

    /// The ratio of n log n, and a tenth more.
    fn limit(&self) -> f64 {
        let log = (self.size as f64).log2();
        1.1 * (2.0 * log + 6.0) / (log + 2.0)
    }

    pub fn is_lawful(&self) -> bool {
        self.ratio().is_none_or(|ratio| ratio <= self.limit())
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third] = self.counts;
        let (size, limit) = (self.size, self.limit());
        write!(f, "{first} {second} {third} instructions from n = {size}")?;
        match self.ratio() {
            Some(ratio) => write!(f, ", {ratio:.2} times (at most {limit:.2})"),
            None => f.write_str(", no more with the size"),
        }
    }
}
