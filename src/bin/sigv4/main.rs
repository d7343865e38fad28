//! The command `sigv4`. One file for each subcommand: arguments, output, exit codes.
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]

mod arguments;
mod body;
mod canonical;
mod completions;
mod credentials;
mod demo;
mod duration;
mod explain;
mod failure;
mod items;
mod json;
mod logger;
mod presign;
mod progress;
mod raw;
mod readings;
mod request;
mod rules;
mod send;
mod serve;
mod sign;
mod url;
mod verify;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// AWS Signature Version 4 for the terminal
///
/// Exit status: 0 done, 1 the request or the verification failed, 2 usage, 3 credentials.
#[derive(Parser)]
#[command(name = "sigv4", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Say on stderr what is going on; never a secret
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    Request(Box<request::Arguments>),
    Sign(Box<sign::Arguments>),
    Presign(Box<presign::Arguments>),
    Canonical(Box<canonical::Arguments>),
    Verify(verify::Arguments),
    Explain(Box<explain::Arguments>),
    Demo(demo::Arguments),
    Items(items::Arguments),
    Serve(serve::Arguments),
    Completions(completions::Completions),
    Man(completions::Man),
}

fn main() -> ExitCode {
    let outcome = parse().and_then(run);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Help and version as clap prints them; what is wrong with the arguments in one line.
fn parse() -> Result<Arguments, Failure> {
    Arguments::try_parse().map_err(|error| {
        if !error.use_stderr()
            || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        {
            error.exit();
        }
        let text = error.render().to_string();
        let lines = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty());
        let line = lines.collect::<Vec<_>>().join(" ");
        Failure::usage(line.strip_prefix("error: ").unwrap_or(&line))
    })
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    logger::start(match (&arguments.command, arguments.verbose) {
        (Command::Serve(_), _) | (_, true) => log::LevelFilter::Info,
        // What they would log is what they say anyway.
        (Command::Demo(_) | Command::Items(_), false) => log::LevelFilter::Off,
        _ => log::LevelFilter::Warn,
    });
    match arguments.command {
        Command::Request(arguments) => request::run(*arguments),
        Command::Sign(arguments) => sign::run(*arguments),
        Command::Presign(arguments) => presign::run(*arguments),
        Command::Canonical(arguments) => canonical::run(*arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(*arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Items(arguments) => items::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
    }
}
