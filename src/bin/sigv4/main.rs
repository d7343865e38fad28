//! The command `sigv4`. One file for each subcommand: arguments, output, exit codes.
#![forbid(unsafe_code)]

mod failure;
mod logger;
mod serve;

use clap::{Parser, Subcommand};
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
    Serve(serve::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Serve(arguments) => {
            logger::start(log::LevelFilter::Info);
            serve::run(arguments)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
