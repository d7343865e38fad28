//! How a subcommand fails: one line on stderr and an exit status.

use std::fmt::Display;
use std::process::ExitCode;

/// What is said, and the exit status.
pub(crate) struct Failure {
    code: u8,
    message: String,
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
            message: message.to_string(),
        }
    }

    pub(crate) fn report(self) -> ExitCode {
        // stderr may be closed; there is nowhere else to say it.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("sigv4: {}\n", harmless(&self.message)),
        );
        ExitCode::from(self.code)
    }
}

/// Writes to stdout. A reader that has gone away ends the program quietly, as with other
/// tools; anything else that goes wrong is a failure.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    print_bytes(text.to_string().as_bytes())
}

/// The same for what need not be text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written =
        std::io::Write::write_all(&mut out, bytes).and_then(|()| std::io::Write::flush(&mut out));
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|error| Failure::failed(format_args!("stdout: {}", error.kind()))),
    }
}

/// What others wrote could steer a terminal: all controls but line ends are replaced.
pub(crate) fn harmless(text: &str) -> String {
    let replaced = |char: char| match char {
        '\n' => '\n',
        _ if char.is_control() => '\u{fffd}',
        _ => char,
    };
    text.chars().map(replaced).collect()
}
