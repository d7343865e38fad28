//! Runs the command as a user does, with nothing of the environment that the tests run in.

use std::path::PathBuf;
use std::process::{Command, Output};

pub const SECRET: &str = "a-secret-that-must-not-be-seen";
pub const TOKEN: &str = "a-token-that-must-not-be-seen";

/// The command, with no variable but the one that says that this is no EC2 instance.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigv4"));
    command
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .args(arguments);
    command
}

/// The same with the credentials that the servers of these tests know.
pub fn sigv4(arguments: &[&str]) -> Command {
    let mut command = bare(arguments);
    known(&mut command);
    command
}

/// A script of sh, with the same credentials.
#[cfg(unix)]
pub fn in_shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    known(&mut command);
    command
}

fn known(command: &mut Command) {
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1");
}

/// Status, stdout and stderr, neither of which holds a secret.
pub fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(stdout), text(stderr));
    for secret in [SECRET, TOKEN] {
        assert!(
            !stdout.contains(secret) && !stderr.contains(secret),
            "{stdout}{stderr}"
        );
    }
    (status.code(), stdout, stderr)
}

/// A file of its own, which goes with the folder.
pub fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}
