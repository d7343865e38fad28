//! Arguments that come together or not at all.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// What a URL and the options beside it say; nothing without a URL.
pub(crate) struct Optional<T>(pub Option<T>);

const URL: &str = "url";

impl<T: Args> Args for Optional<T> {
    fn augment_args(command: Command) -> Command {
        T::augment_args(command).mut_arg(URL, |url| url.required(false))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: Args> FromArgMatches for Optional<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        if matches.value_source(URL).is_some() {
            return T::from_arg_matches(matches).map(|request| Self(Some(request)));
        }
        // They would be about nothing.
        let known: Vec<_> = T::augment_args(Command::new(""))
            .get_arguments()
            .map(|argument| (argument.get_id().clone(), argument.get_long()))
            .filter_map(|(id, long)| Some((id, long?.to_owned())))
            .collect();
        let given = known.into_iter().find(|(id, _)| {
            let source = matches.try_contains_id(id.as_str()).ok();
            source.is_some() && matches.value_source(id.as_str()) == Some(ValueSource::CommandLine)
        });
        match given {
            Some((_, long)) => Err(Error::raw(
                ErrorKind::MissingRequiredArgument,
                format!("--{long} is about a request: give its URL as well\n"),
            )),
            None => Ok(Self(None)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
