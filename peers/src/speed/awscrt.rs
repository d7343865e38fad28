//! AWS's C signer, in a Python of its own that keeps the time: `speed_awscrt.py`.

use super::contestant::Contestant;
use super::work::Work;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

pub const NAME: &str = "awscrt";
const VERSION_4: &str = "awscrt, by Version 4";

/// A Python that signs as often as it is told to. It ends when its input does.
struct Signer {
    process: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

/// By Version 4A; and beside it by Version 4, to see what its interface takes.
pub fn signing(work: Work, python: &Path) -> [Contestant; 2] {
    let version_4 = Work {
        sigv4a: false,
        ..work
    };
    [
        contestant(NAME, work, python),
        contestant(VERSION_4, version_4, python).aside(),
    ]
}

/// # Panics
/// If its signature is not the right one.
fn contestant(name: &'static str, work: Work, python: &Path) -> Contestant {
    let mut signer = Signer::start(work, python);
    let sent: Vec<(String, String)> =
        serde_json::from_value(signer.ask("sign")).expect("names and values");
    work.check(name, &sent);
    Contestant::timed(name, move |calls| {
        let nanoseconds = signer.ask(&calls.to_string()).as_u64();
        Duration::from_nanos(nanoseconds.expect("nanoseconds"))
    })
}

impl Signer {
    fn start(work: Work, python: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("speed_awscrt.py");
        let mut process = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let ask = process.stdin.take().expect("piped");
        let answer = BufReader::new(process.stdout.take().expect("piped"));
        let mut signer = Self {
            process,
            ask: Some(ask),
            answer,
        };
        let mut case = work.case.clone();
        case.host.clone_from(&case.authority);
        let region = super::work::REGION_SET;
        signer.say(&json!({ "case": case, "sigv4a": work.sigv4a, "region_set": region }));
        signer
    }

    fn say(&mut self, line: &Value) {
        let ask = self.ask.as_mut().expect("open");
        writeln!(ask, "{line}").expect("it reads");
        ask.flush().expect("it reads");
    }

    fn ask(&mut self, what: &str) -> Value {
        self.say(&what.into());
        let mut line = String::new();
        self.answer.read_line(&mut line).expect("an answer");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        drop(self.ask.take());
        drop(self.process.wait());
    }
}
