//! `sigv4 completions` and `sigv4 man`.

use crate::failure::{Failure, print};
use clap::CommandFactory;

/// Print what makes a shell complete this command's arguments
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 completions bash > ~/.local/share/bash-completion/completions/sigv4"
)]
pub(crate) struct Completions {
    shell: clap_complete::Shell,
}

/// Print a man page
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 man > sigv4.1\n  sigv4 man sign > sigv4-sign.1")]
pub(crate) struct Man {
    /// The page of this subcommand
    subcommand: Option<String>,
}

pub(crate) fn completions(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = crate::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "sigv4", &mut script);
    print(String::from_utf8_lossy(&script))
}

pub(crate) fn man(arguments: &Man) -> Result<(), Failure> {
    let mut command = crate::Arguments::command();
    command.build();
    let command = match &arguments.subcommand {
        None => command,
        Some(name) => command
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format_args!("there is no subcommand '{name}'")))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(Failure::failed)?;
    print(String::from_utf8_lossy(&page))
}
