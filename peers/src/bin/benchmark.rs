//! Times this crate and others at the same work: `benchmark [--rounds N] [--json]
//! [--python FILE]`. The Python is one that has awscrt; by default that of `peers/run`, if it has
//! made one.

use peers::speed::results::Results;
use peers::speed::rows;
use std::path::Path;

fn main() {
    let (mut rounds, mut json) = (200, false);
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Some(home.join("target/differential/venv/bin/python"));
    python = python.filter(|python| python.exists());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--rounds" => rounds = number(arguments.next()),
            "--python" => python = Some(arguments.next().unwrap_or_else(|| usage()).into()),
            _ => usage(),
        }
    }
    let mut rows = rows::all(python.as_deref());
    rows::run(&mut rows, rounds);
    let results = Results::of(&rows, rounds);
    if json {
        println!("{}", results.json());
    } else {
        print!("{}", results.table());
    }
}

fn number(text: Option<String>) -> usize {
    text.and_then(|text| text.parse().ok())
        .filter(|&number| number > 0)
        .unwrap_or_else(|| usage())
}

fn usage() -> ! {
    eprintln!("usage: benchmark [--rounds N] [--json] [--python FILE]");
    std::process::exit(2);
}
