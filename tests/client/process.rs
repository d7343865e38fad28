//! Credentials from a command.
#![cfg(unix)]

use crate::source::{Answered, at};
use sigv4::Credentials;
use sigv4::client::{CredentialsError, Process, ProvideCredentials};
use std::time::{Duration, Instant};

fn run(script: &str) -> Answered {
    // No shell is involved unless the command is one.
    let command = format!(
        "sh -c \"{}\"",
        script.replace('\\', "\\\\").replace('"', "\\\"")
    );
    Process::new(&command)
        .unwrap()
        .timeout(Duration::from_secs(20))
        .provide_credentials()
}

#[test]
fn answers() {
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"1970-01-01T01:00:00.5+00:00"}"#;
    let provided = run(&format!("echo '{json}'")).unwrap();
    assert_eq!(
        provided.credentials,
        Credentials::new("A", "s").with_session_token("t")
    );
    assert_eq!(
        provided.expires_at,
        Some(at(3600) + Duration::from_millis(500))
    );
    for (script, problem) in [
        (
            r#"echo '{"AccessKeyId":"A","SecretAccessKey":"s"}'"#,
            "Version is not 1",
        ),
        (
            r#"echo '{"Version":2,"AccessKeyId":"A","SecretAccessKey":"s"}'"#,
            "Version is not 1",
        ),
        (
            r#"echo '{"Version":1,"AccessKeyId":"A"}'"#,
            "SecretAccessKey is missing",
        ),
        ("echo secret-in-clear", "the answer is no JSON object"),
        (
            "echo secret-in-clear >&2; exit 3",
            "the command ended with exit status: 3",
        ),
        ("head -c 70000 /dev/zero", "the output is over 65536 bytes"),
    ] {
        let error = run(script).unwrap_err();
        assert_eq!(error.to_string(), format!("credential_process: {problem}"));
    }
}

#[test]
fn command_lines() {
    for line in ["", "  ", "\"\"", "tool \"open"] {
        assert!(
            matches!(Process::new(line), Err(CredentialsError::Failed { .. })),
            "{line}"
        );
    }
    let missing = Process::new("/no/such/command --x")
        .unwrap()
        .provide_credentials();
    assert_eq!(
        missing.unwrap_err().to_string(),
        "credential_process: cannot run the program that it names: No such file or directory (os error 2)"
    );
}

#[test]
fn time_limit() {
    // The second one keeps the pipe open in a grandchild.
    for script in ["sleep 5", "sleep 5 & wait", "exec >&-; sleep 5"] {
        let command = format!("sh -c \"{script}\"");
        let started = Instant::now();
        let process = Process::new(&command)
            .unwrap()
            .timeout(Duration::from_millis(200));
        let error = process.provide_credentials().unwrap_err();
        assert_eq!(
            error.to_string(),
            "credential_process: the command took over 200ms"
        );
        assert!(started.elapsed() < Duration::from_secs(4), "{script}");
    }
}

/// What a command leaves behind that keeps its output open costs one thread, not one a question:
/// the command is run again when that has ended.
#[test]
fn a_grandchild_that_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (stays, runs) = (folder.path().join("stays"), folder.path().join("runs"));
    std::fs::write(&stays, "").unwrap();
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#;
    let script = format!(
        "echo x >> {}; echo '{}'; while [ -e {} ]; do sleep 0.02; done &",
        runs.display(),
        json.replace('"', "\\\""),
        stays.display(),
    );
    let process = Process::new(&format!("sh -c \"{script}\"")).unwrap();
    let process = process.timeout(Duration::from_secs(1));
    let ask = || process.provide_credentials();
    assert_eq!(
        ask().unwrap_err().to_string(),
        "credential_process: the command has ended, but something that it started keeps its output open"
    );
    for source in [process.clone(), process.clone()] {
        let error = source.provide_credentials().unwrap_err();
        assert_eq!(
            error.to_string(),
            "credential_process: something that the command started before still keeps its output \
             open: nothing is run until that has ended"
        );
    }
    assert_eq!(std::fs::read_to_string(&runs).unwrap(), "x\n");
    std::fs::remove_file(&stays).unwrap();
    let began = Instant::now();
    while ask().is_err() {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(std::fs::read_to_string(&runs).unwrap(), "x\nx\n");
    // What is killed in time leaves nothing behind.
    let slow = Process::new("sleep 5").unwrap();
    let slow = slow.timeout(Duration::from_millis(100));
    for _ in 0..2 {
        assert_eq!(
            slow.provide_credentials().unwrap_err().to_string(),
            "credential_process: the command took over 100ms"
        );
    }
}

#[test]
fn cached() {
    let file = std::env::temp_dir().join(format!("sigv4-process-{}", std::process::id()));
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#;
    let script = format!(
        "echo x >> {}; echo '{}'",
        file.display(),
        json.replace('"', "\\\"")
    );
    let cache = Process::new(&format!("sh -c \"{script}\""))
        .unwrap()
        .cached();
    for _ in 0..3 {
        cache.provide_credentials().unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "x\n");
    std::fs::remove_file(&file).unwrap();
}

/// Arguments may be secrets, and so may what stands in the place of a program.
#[test]
fn shown_without_words() {
    let process = Process::new("helper --password s3cr3t").unwrap();
    let shown = format!("{process:?}");
    assert_eq!(shown, "Process { words: 3, timeout: 60s, .. }");
}
