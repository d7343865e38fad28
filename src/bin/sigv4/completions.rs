//! `sigv4 completions`.

use crate::failure::{Failure, print};
use clap::{Arg, Command, ValueHint};

/// Print what makes a shell complete this command's arguments
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 completions bash > ~/.local/share/bash-completion/completions/sigv4"
)]
pub(crate) struct Arguments {
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: &Arguments, command: Command) -> Result<(), Failure> {
    let mut command = command;
    let names: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, hinted_command);
    }
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "sigv4", &mut script);
    print(String::from_utf8_lossy(&script))
}

/// With its subcommands, of which `token` has some.
fn hinted_command(command: Command) -> Command {
    command.mut_args(hinted).mut_subcommands(hinted_command)
}

/// Files only where one is taken: a region or a method is none.
fn hinted(arg: Arg) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    let is_file = names.iter().any(|name| name.contains("FILE"));
    match arg.get_value_hint() {
        ValueHint::Unknown if is_file => arg.value_hint(ValueHint::FilePath),
        ValueHint::Unknown if arg.get_action().takes_values() => arg.value_hint(ValueHint::Other),
        _ => arg,
    }
}
