//! Credentials from a command.
//! [Process credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)

use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::format;
use std::io::Read;
use std::prelude::rust_2024::*;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const NAME: &str = "credential_process";
/// How many commands of this kind there are above one.
const DEPTH: &str = "SIGV4_CREDENTIAL_PROCESS_DEPTH";
const MAX_DEPTH: u8 = 4;
const MAX_OUTPUT: u64 = 64 * 1024;
/// A buffer that grew would leave a secret behind. There is room for one byte too many, and
/// to find the end.
const CAPACITY: usize = 64 * 1024 + 64;

/// Runs a command that prints credentials, each time it is asked.
///
/// No shell is involved. The command's standard input is empty; what it writes to
/// standard error is not read, as it may hold secrets.
///
/// ```no_run
/// use sigv4::sources::{Process, ProvideCredentials};
///
/// let source = Process::new(r#"/opt/vault-helper --role "read items""#)?.cached();
/// println!("signing as {}", source.provide_credentials()?.credentials.access_key_id());
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Process {
    words: Vec<String>,
    timeout: Duration,
}

impl Process {
    /// A command line as it stands after `credential_process =`: separated by spaces,
    /// with double quotes around what holds spaces itself.
    ///
    /// # Errors
    /// [`CredentialsError::Failed`] where it names no program or a quote is not closed.
    pub fn new(command_line: &str) -> Result<Self, CredentialsError> {
        let words = split_command(command_line);
        Ok(Self {
            words: words.map_err(|problem| CredentialsError::failed(NAME, problem))?,
            timeout: Duration::from_secs(60),
        })
    }

    /// Kills the command after this time; a minute by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs the command only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::new(self)
    }

    fn output(&self) -> Result<Zeroizing<Vec<u8>>, CredentialsError> {
        let failed = |problem: String| CredentialsError::failed(NAME, problem);
        let deadline = Instant::now().checked_add(self.timeout);
        let (program, arguments) = self
            .words
            .split_first()
            .ok_or_else(|| failed("the command is empty".into()))?;
        let depth = depth().ok_or_else(|| failed("the command leads back to itself".into()))?;
        let child = Command::new(program)
            .args(arguments)
            .env(DEPTH, depth.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(format!("cannot run {program:?}: {error}")))?;
        let mut child = Reaped(child);
        let stdout = child
            .0
            .stdout
            .take()
            .ok_or_else(|| failed("the command has no output".into()))?;
        // A thread, because nothing in std reads a pipe with a time limit. It ends with
        // the pipe; a grandchild that keeps the pipe open cannot hold up the caller.
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new()
            .name(NAME.into())
            .spawn(move || {
                let mut output = Zeroizing::new(Vec::with_capacity(CAPACITY));
                let read = stdout
                    .take(MAX_OUTPUT.saturating_add(1))
                    .read_to_end(&mut output);
                // Nobody listens any more after the time limit.
                let _ = sender.send(read.map(|_| output));
            })
            .map_err(|error| failed(format!("cannot start a thread: {error}")))?;
        let late = || failed(format!("the command took over {:?}", self.timeout));
        let output = match receiver.recv_timeout(left(deadline)) {
            Ok(read) => read.map_err(|error| failed(format!("cannot read the output: {error}")))?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(late()),
        };
        if u64::try_from(output.len()).map_or(true, |length| length > MAX_OUTPUT) {
            return Err(failed(format!("the output is over {MAX_OUTPUT} bytes")));
        }
        loop {
            match child.0.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(output),
                Ok(Some(status)) => return Err(failed(format!("the command ended with {status}"))),
                Ok(None) if left(deadline).is_zero() => return Err(late()),
                Ok(None) => thread::sleep(Duration::from_millis(2)),
                Err(error) => return Err(failed(format!("cannot wait: {error}"))),
            }
        }
    }
}

impl ProvideCredentials for Process {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        ProvidedCredentials::from_json(&self.output()?)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

/// Without the arguments, which may be secrets.
impl core::fmt::Debug for Process {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Process")
            .field("program", &self.words.first())
            .field("arguments", &self.words.len().saturating_sub(1))
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// A child that does not outlive its use, and leaves no zombie.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command that asks for the credentials of the profile that it is of, such as
/// `sigv4 export-credentials`, would otherwise start itself for ever.
fn depth() -> Option<u8> {
    let before = std::env::var(DEPTH)
        .ok()
        .and_then(|depth| depth.parse().ok());
    let depth = before.unwrap_or(0_u8).saturating_add(1);
    (depth <= MAX_DEPTH).then_some(depth)
}

fn left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |deadline| {
        deadline.saturating_duration_since(Instant::now())
    })
}

/// The program and its arguments; what is wrong, where that is none.
pub(crate) fn split_command(line: &str) -> Result<Vec<String>, &'static str> {
    let words = split(line).ok_or("has a quote that is not closed")?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err("names no program"),
    }
}

/// Words at white space; quotes join; a backslash takes the next character literally,
/// but not on Windows, where it separates folders. As AWS's CLI splits it.
/// `None` where a quote is not closed.
fn split(line: &str) -> Option<Vec<String>> {
    let escapes = !cfg!(windows);
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') if character == '"' || escapes => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') if escapes => {
                let next = characters.next()?;
                let word = word.get_or_insert_default();
                // Inside quotes only a quote and a backslash need it.
                if quote.is_some() && next != '"' && next != '\\' {
                    word.push('\\');
                }
                word.push(next);
            }
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    if quote.is_some() {
        return None;
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::prelude::rust_2024::*;
    use std::vec;

    #[test]
    fn command_lines() {
        for (line, words) in [
            ("tool", Some(vec!["tool"])),
            ("  tool \t a  b ", Some(vec!["tool", "a", "b"])),
            (
                r#""/my tools/x" --name "a b""#,
                Some(vec!["/my tools/x", "--name", "a b"]),
            ),
            (r#"x "" y"#, Some(vec!["x", "", "y"])),
            (r#"x a"b c"d"#, Some(vec!["x", "ab cd"])),
            ("x $HOME ~ *; y", Some(vec!["x", "$HOME", "~", "*;", "y"])),
            (r#"x "open"#, None),
            ("", Some(vec![])),
        ] {
            let split = split(line);
            let expected = words.map(|words| words.into_iter().map(String::from).collect());
            assert_eq!(split, expected, "{line}");
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn backslashes() {
        for (line, words) in [
            (r"x a\ b", vec!["x", "a b"]),
            (r#"x "a\"b\\c\d""#, vec!["x", r#"a"b\c\d"#]),
            (r"x 'a\b'", vec!["x", r"a\b"]),
        ] {
            assert_eq!(split(line).unwrap(), words, "{line}");
        }
        assert_eq!(split("x \\"), None);
    }
}
