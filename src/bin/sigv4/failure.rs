//! How a subcommand ends: what goes to stdout, one line on stderr, and an exit status.
//!
//! | status | |
//! |---|---|
//! | 0 | done; for `request` without `--fail`, whatever the service answered |
//! | 1 | no answer, an answer that `--fail` refuses, or what was looked at is not valid |
//! | 2 | the arguments, or a file that they name, cannot be used: nothing was sent |
//! | 3 | credentials are missing or cannot be used: nothing was sent |

pub(crate) use crate::terminal::harmless;
use crate::terminal::{Escaping, one_line};
use sigv4::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// What is said, and the exit status.
pub(crate) struct Failure {
    code: u8,
    message: Option<String>,
}

impl Failure {
    /// The request or the verification failed.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self::new(1, message)
    }

    /// The arguments, or a file that they name, cannot be used.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(2, message)
    }

    /// Credentials are missing or cannot be used.
    pub(crate) fn credentials(message: impl Display) -> Self {
        Self::new(3, message)
    }

    fn new(code: u8, message: impl Display) -> Self {
        Self {
            code,
            message: Some(message.to_string()),
        }
    }

    /// What is said.
    pub(crate) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// The exit status alone.
    pub(crate) fn unsaid(self) -> Self {
        Self {
            message: None,
            ..self
        }
    }

    pub(crate) fn report(self) -> ExitCode {
        if let Some(message) = self.message {
            say(format_args!("sigv4: {}\n", one_line(message)));
        }
        ExitCode::from(self.code)
    }
}

/// Whether what signing refuses is a wrong credential, and not a wrong argument.
pub(crate) fn is_of_credentials(error: &Error) -> bool {
    matches!(
        error,
        Error::EmptyAccessKeyId
            | Error::InvalidAccessKeyId { .. }
            | Error::EmptySecretAccessKey
            | Error::InvalidSessionToken { .. }
    )
}

/// The system's own words for what went wrong with a file, without its number.
pub(crate) fn words(error: &io::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => words,
    }
}

/// Writes to stderr. It may be closed; there is nowhere else to say it.
pub(crate) fn say(text: impl Display) {
    let _ = write!(io::stderr(), "{text}");
}

/// Writes to stdout, in a terminal without controls. A reader that has gone away ends the
/// program quietly, as with other tools; anything else that goes wrong is a failure.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    let text = text.to_string();
    if io::stdout().is_terminal() {
        let mut escaping = Escaping::default();
        let escaped = escaping.piece(text.as_bytes()) + &escaping.end();
        return print_bytes(escaped.as_bytes());
    }
    print_bytes(text.as_bytes())
}

/// The same for what need not be text, and for text with colours.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|error| Failure::failed(format_args!("stdout: {}", words(&error)))),
    }
}
