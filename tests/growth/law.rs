//! Instructions, counted by callgrind, and how fast they may grow.

use std::fmt;
use std::fs;
use std::hint::black_box;
use std::process::Command;

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

/// Of each call of [`counted`] by a test of this program.
pub fn counts(test: &str) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    let mut valgrind = Command::new("valgrind");
    let out = folder.path().join("out");
    valgrind
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg("--toggle-collect=*starts_callgrind*")
        .arg("--dump-after=growth::law::counted")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1"]);
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

/// The instructions for n, 2n and 4n.
pub struct Growth {
    size: usize,
    counts: [u64; 3],
}

impl Growth {
    pub fn of(size: usize, counts: [u64; 3]) -> Self {
        Self { size, counts }
    }

    /// From 2n to 4n, divided by from n to 2n: what does not depend on n is gone. It is 2
    /// for a linear step, 4 for a quadratic one. `None` if next to nothing depends on n.
    fn ratio(&self) -> Option<f64> {
        let [first, second, third] = self.counts.map(|count| count as f64);
        let noise = self.size as f64;
        if third - second < noise {
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
