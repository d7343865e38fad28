//! Arguments of a subcommand that are made where that one is called.

use clap::{ArgMatches, Args, Command, CommandFactory, Error, FromArgMatches};
use std::cell::Cell;

/// Those of all subcommands together are most of what the command does before it does anything, and pages
/// of memory that a proxy keeps.
pub(crate) struct Later<T>(pub(crate) Box<T>);

thread_local! {
    static AT_ONCE: Cell<bool> = const { Cell::new(false) };
}

/// A command with the arguments of all its subcommands.
pub(crate) fn whole<T: CommandFactory>() -> Command {
    AT_ONCE.set(true);
    let command = T::command();
    AT_ONCE.set(false);
    command
}

impl<T: Args> Args for Later<T> {
    fn augment_args(command: Command) -> Command {
        if AT_ONCE.get() {
            T::augment_args(command)
        } else {
            command.defer(T::augment_args)
        }
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|given| Self(Box::new(given)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::{Later, whole};
    use clap::{Args, Command, CommandFactory, Parser, Subcommand};

    #[derive(Parser)]
    struct Arguments {
        #[command(subcommand)]
        command: Called,
    }

    #[derive(Subcommand)]
    enum Called {
        Sign(Later<Sign>),
        Verify(Later<Verify>),
    }

    #[derive(Args)]
    struct Sign {
        url: String,
    }

    #[derive(Args)]
    struct Verify {
        #[arg(long)]
        file: String,
    }

    #[test]
    fn only_what_is_called_is_made() {
        let made = |command: &Command| {
            let made = command.get_subcommands();
            made.map(|subcommand| subcommand.get_arguments().count())
                .collect::<Vec<_>>()
        };
        assert_eq!(made(&Arguments::command()), [0, 0]);
        assert_eq!(made(&whole::<Arguments>()), [1, 1]);
        // And not of those that come later.
        let mut command = Arguments::command();
        let called = command.try_get_matches_from_mut(["sigv4", "sign", "https://example.com"]);
        assert!(called.is_ok());
        let mut subcommands = command.get_subcommands();
        assert!(subcommands.any(|of| of.get_name() == "verify" && of.get_arguments().count() == 0));
    }

    #[test]
    fn arguments_are_those_given() {
        let of = |words: &[&str]| {
            Arguments::try_parse_from(words)
                .ok()
                .map(|given| given.command)
        };
        let sign = of(&["sigv4", "sign", "https://example.com"]);
        assert!(
            matches!(sign, Some(Called::Sign(Later(sign))) if sign.url == "https://example.com")
        );
        let verify = of(&["sigv4", "verify", "--file", "a"]);
        assert!(matches!(verify, Some(Called::Verify(Later(verify))) if verify.file == "a"));
        assert!(of(&["sigv4", "sign"]).is_none());
    }
}
