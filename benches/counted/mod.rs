//! One bench of several, so many times, as `benches/instructions` asks for it.

use std::process::ExitCode;

pub type Bench = (&'static str, fn(usize));

/// What an executable of this name does with its arguments.
pub fn run(executable: &str, benches: &[Bench]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--list"] => benches.iter().for_each(|(name, _)| println!("{name}")),
        [bench, count] if !bench.starts_with('-') => {
            let found = benches.iter().find(|(name, _)| *name == bench);
            let (Some((_, run)), Ok(count)) = (found, count.parse()) else {
                eprintln!("no such bench, or not a number: {bench:?} {count:?}");
                return ExitCode::FAILURE;
            };
            run(count);
        }
        // As `cargo bench` calls it.
        _ => println!("run by benches/instructions, as: {executable} BENCH COUNT"),
    }
    ExitCode::SUCCESS
}
