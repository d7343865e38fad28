//! Times this crate and others at the same work: `benchmark [--rounds N] [--json]`.

use peers::speed::results::Results;
use peers::speed::rows;

fn main() {
    let (mut rounds, mut json) = (200, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--rounds" => rounds = number(arguments.next()),
            _ => usage(),
        }
    }
    let mut rows = rows::all();
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
    eprintln!("usage: benchmark [--rounds N] [--json]");
    std::process::exit(2);
}
