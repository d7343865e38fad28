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
mod logger;
mod man;
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
use clap::{CommandFactory, Parser, Subcommand};
use failure::Failure;
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
    Request(Box<request::Arguments>),
    Sign(Box<sign::Arguments>),
    Presign(Box<presign::Arguments>),
    Canonical(Box<canonical::Arguments>),
    Verify(verify::Arguments),
    Explain(Box<explain::Arguments>),
    Demo(demo::Arguments),
    Items(items::Arguments),
    Whoami(Box<whoami::Arguments>),
    ExportCredentials(export_credentials::Arguments),
    PublicKey(Box<public_key::Arguments>),
    Token(token::Arguments),
    PostPolicy(Box<post_policy::Arguments>),
    Serve(serve::Arguments),
    Proxy(Box<proxy_arguments::Arguments>),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

fn main() -> ExitCode {
    let outcome = parse().and_then(run);
    logger::end();
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
        // What is no text cannot be the name of a subcommand.
        let words = std::env::args_os()
            .skip(1)
            .filter_map(|word| word.into_string().ok());
        let words: Vec<_> = words.collect();
        let mut command = Arguments::command();
        command.build();
        Failure::usage(habits::in_a_line(&error, &command, &words))
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
        Command::Request(arguments) => request::run(*arguments),
        Command::Sign(arguments) => sign::run(*arguments),
        Command::Presign(arguments) => presign::run(*arguments),
        Command::Canonical(arguments) => canonical::run(*arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(*arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Items(arguments) => items::run(arguments),
        Command::Whoami(arguments) => whoami::run(&arguments),
        Command::ExportCredentials(arguments) => export_credentials::run(&arguments),
        Command::PublicKey(arguments) => public_key::run(&arguments),
        Command::Token(arguments) => token::run(&arguments),
        Command::PostPolicy(arguments) => post_policy::run(&arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Proxy(arguments) => proxy::run(*arguments),
        Command::Completions(arguments) => completions::run(&arguments, Arguments::command()),
        Command::Man(arguments) => man::run(&arguments, Arguments::command()),
    }
}
