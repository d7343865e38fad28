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
mod data;
mod demo;
mod duration;
mod explain;
mod explanation_page;
mod explanation_words;
mod export_credentials;
mod failure;
mod habits;
mod header_arguments;
mod hidden;
mod http_chunks;
mod input;
mod inspected_at;
mod items;
mod json;
mod key_file;
mod known_key;
mod later;
mod logger;
mod man;
mod open_files;
mod optional;
mod pieces;
mod post_form;
mod post_policy;
mod post_region;
mod presign;
mod progress;
mod provided;
mod proxy;
mod proxy_arguments;
mod proxy_given;
mod proxy_source;
mod public_key;
mod raw;
mod refusal;
mod reloads;
mod request;
mod rules;
mod secret;
mod secret_file;
mod send;
mod sent_in_chunks;
mod serve;
mod shell;
mod sign;
mod signs_for;
mod sink;
mod terminal;
mod token;
mod token_arguments;
mod token_databases;
mod token_eks;
mod token_git;
mod token_output;
mod token_services;
mod url;
mod verify;
mod whoami;
mod write_out;

use clap::error::ErrorKind;
use clap::{FromArgMatches, Parser, Subcommand};
use failure::Failure;
use later::Later;
use std::process::ExitCode;

/// AWS Signature Version 4 for the terminal
///
/// Exit status: 0 done, 1 no answer, a refusal or not valid, 2 usage, 3 credentials.
#[derive(Parser)]
#[command(
    name = "sigv4",
    version,
    arg_required_else_help = true,
    after_help = "Example:\n  sigv4 demo\n  \
        sigv4 request https://abc123.execute-api.us-east-1.amazonaws.com/prod/items"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Say on stderr what is going on; never a secret
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    Request(Later<request::Arguments>),
    Sign(Later<sign::Arguments>),
    Presign(Later<presign::Arguments>),
    Canonical(Later<canonical::Arguments>),
    Verify(Later<verify::Arguments>),
    Explain(Later<explain::Arguments>),
    Demo(Later<demo::Arguments>),
    Items(Later<items::Arguments>),
    Whoami(Later<whoami::Arguments>),
    ExportCredentials(Later<export_credentials::Arguments>),
    PublicKey(Later<public_key::Arguments>),
    Token(Later<token::Arguments>),
    PostPolicy(Later<post_policy::Arguments>),
    Serve(Later<serve::Arguments>),
    Proxy(Later<proxy_arguments::Arguments>),
    Completions(Later<completions::Arguments>),
    Man(Later<man::Arguments>),
}

fn main() -> ExitCode {
    let outcome = parse().and_then(run);
    // Who does not take the log does not take a failure either: the status alone tells it.
    let is_read = logger::end();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if is_read => failure.report(),
        Err(failure) => failure.unsaid().report(),
    }
}

/// Help and version as clap prints them; what is wrong with the arguments in one line.
fn parse() -> Result<Arguments, Failure> {
    Arguments::try_parse().or_else(|_| {
        // Help and errors speak of all subcommands.
        let mut command = later::whole::<Arguments>();
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let parsed = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
        parsed.map_err(|error| {
            if !error.use_stderr()
                || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            {
                error.exit();
            }
            // What is no text cannot be the name of a subcommand.
            let words = std::env::args_os()
                .skip(1)
                .filter_map(|word| word.into_string().ok());
            let words: Vec<_> = words.collect();
            command.build();
            Failure::usage(habits::in_a_line(&error, &command, &words))
        })
    })
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match (&arguments.command, arguments.verbose) {
        (Command::Proxy(_), _) => logger::start_together(log::LevelFilter::Info),
        (Command::Serve(_), _) | (_, true) => logger::start(log::LevelFilter::Info),
        // What they would log is what they say anyway.
        (Command::Demo(_) | Command::Items(_), false) => {}
        _ => logger::start(log::LevelFilter::Warn),
    }
    match arguments.command {
        Command::Request(Later(arguments)) => request::run(*arguments),
        Command::Sign(Later(arguments)) => sign::run(*arguments),
        Command::Presign(Later(arguments)) => presign::run(*arguments),
        Command::Canonical(Later(arguments)) => canonical::run(*arguments),
        Command::Verify(Later(arguments)) => verify::run(&arguments),
        Command::Explain(Later(arguments)) => explain::run(*arguments),
        Command::Demo(Later(arguments)) => demo::run(&arguments),
        Command::Items(Later(arguments)) => items::run(*arguments),
        Command::Whoami(Later(arguments)) => whoami::run(&arguments),
        Command::ExportCredentials(Later(arguments)) => export_credentials::run(&arguments),
        Command::PublicKey(Later(arguments)) => public_key::run(&arguments),
        Command::Token(Later(arguments)) => token::run(&arguments),
        Command::PostPolicy(Later(arguments)) => post_policy::run(&arguments),
        Command::Serve(Later(arguments)) => serve::run(*arguments),
        Command::Proxy(Later(arguments)) => proxy::run(*arguments),
        Command::Completions(Later(arguments)) => {
            completions::run(&arguments, later::whole::<Arguments>())
        }
        Command::Man(Later(arguments)) => man::run(&arguments, later::whole::<Arguments>()),
    }
}
