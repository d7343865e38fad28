//! Credentials from a command.
//! [Process credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)

use crate::sources::cache::Cache;
use crate::sources::command_line::{Words, split_command};
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::format;
use std::io::{self, Read};
use std::path::Path;
use std::prelude::rust_2024::*;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
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
/// For a child to end that was killed.
const PATIENCE: Duration = Duration::from_secs(1);
/// For a reader to notice that its pipe was closed.
const SOON: Duration = Duration::from_millis(100);

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
    words: Words,
    timeout: Duration,
    /// Readers that did not end with their command.
    left: Arc<Mutex<Vec<JoinHandle<()>>>>,
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
            left: Arc::default(),
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

    /// What a reader waits for that did not end, nobody can take from it: before another one is
    /// started it has to be gone, so that they do not add up.
    fn check_left(&self) -> Result<(), CredentialsError> {
        let mut left = lock(&self.left);
        left.retain(|reader| !reader.is_finished());
        if left.is_empty() {
            return Ok(());
        }
        let problem = "something that the command started before still keeps its output open: \
                       nothing is run until that has ended";
        Err(CredentialsError::failed(NAME, problem))
    }

    fn output(&self) -> Result<Zeroizing<Vec<u8>>, CredentialsError> {
        let failed = |problem: String| CredentialsError::failed(NAME, problem);
        self.check_left()?;
        let deadline = Instant::now().checked_add(self.timeout);
        let (program, arguments) = self
            .words
            .split_first()
            .ok_or_else(|| failed("the command is empty".into()))?;
        let depth = depth().ok_or_else(|| failed("the command leads back to itself".into()))?;
        let child = Command::new(program.as_str())
            .args(arguments.iter().map(|argument| argument.as_str()))
            .env(DEPTH, depth.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(cannot_run(program, &error)))?;
        let mut child = Reaped(child);
        let stdout = child
            .0
            .stdout
            .take()
            .ok_or_else(|| failed("the command has no output".into()))?;
        // A thread, because nothing in std reads a pipe with a time limit. It ends with
        // the pipe; a grandchild that keeps the pipe open cannot hold up the caller.
        let (sender, receiver) = mpsc::channel();
        let reader = thread::Builder::new()
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
        let Ok(read) = receiver.recv_timeout(left(deadline)) else {
            let has_ended = matches!(child.0.try_wait(), Ok(Some(_)));
            drop(child);
            // What only the command had open is closed now.
            let after = receiver.recv_timeout(SOON);
            if matches!(after, Err(RecvTimeoutError::Timeout)) {
                lock(&self.left).push(reader);
            }
            let holds =
                "the command has ended, but something that it started keeps its output open";
            return Err(if has_ended {
                failed(holds.into())
            } else {
                late()
            });
        };
        let output = read.map_err(|error| failed(format!("cannot read the output: {error}")))?;
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

/// What is no program could be a secret in its place.
fn cannot_run(program: &str, error: &io::Error) -> String {
    let is_there = program.contains(std::path::MAIN_SEPARATOR) && Path::new(program).is_file();
    if is_there {
        format!("cannot run {program:?}: {error}")
    } else {
        format!("cannot run the program that it names: {error}")
    }
}

/// Without the words, which may be secrets.
impl core::fmt::Debug for Process {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Process")
            .field("words", &self.words.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A child that does not outlive its use, and leaves no zombie, unless it cannot be killed: one of
/// another user's rights, or one that the kernel holds.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let end = Instant::now().checked_add(PATIENCE);
        while matches!(self.0.try_wait(), Ok(None)) && !left(end).is_zero() {
            thread::sleep(Duration::from_millis(2));
        }
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
