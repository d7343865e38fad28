//! `sigv4 export-credentials`: what other tools are given.

use crate::profiles::{at, home, outcome};
use crate::runner::{SECRET, TOKEN};
use std::process::Command;

#[test]
fn what_a_process_is_given() {
    let home = home();
    let process = ["export-credentials", "--profile", "process"];
    let (status, stdout, stderr) = outcome(&mut at(&home, &process, &[]));
    assert_eq!((status, stderr.as_str()), (0, ""));
    let expected = format!(
        "{{\n  \"Version\": 1,\n  \"AccessKeyId\": \"AKIDPROCESS\",\n  \"SecretAccessKey\": \"{SECRET}\",\n  \
         \"SessionToken\": \"{TOKEN}\",\n  \"Expiration\": \"2033-05-18T03:33:20Z\",\n  \
         \"AccountId\": \"123456789012\"\n}}\n"
    );
    assert_eq!(stdout, expected);
    for format in ["json", "process"] {
        let arguments = [&process[..], &["--format", format]].concat();
        assert_eq!(outcome(&mut at(&home, &arguments, &[])).1, expected);
    }
    // What is not there is left out.
    let (_, stdout, _) = outcome(&mut at(&home, &["export-credentials"], &[]));
    assert_eq!(
        stdout,
        format!(
            "{{\n  \"Version\": 1,\n  \"AccessKeyId\": \"AKIDDEFAULT\",\n  \"SecretAccessKey\": \"{SECRET}\"\n}}\n"
        )
    );
    // And what it prints is read.
    let arguments = ["export-credentials", "--profile", "other"];
    let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.contains("AKIDDEV"), "{stdout}");
}

#[cfg(unix)]
#[test]
fn what_a_shell_is_given() {
    let home = home();
    let script = format!(
        "eval \"$('{}' export-credentials --format env --profile \"$1\")\"; \
         printf '%s\\n' \"$AWS_ACCESS_KEY_ID\" \"$AWS_SECRET_ACCESS_KEY\" \
         \"${{AWS_SESSION_TOKEN-none}}\" \"${{AWS_CREDENTIAL_EXPIRATION-none}}\" \
         \"${{AWS_ACCOUNT_ID-none}}\"",
        env!("CARGO_BIN_EXE_sigv4")
    );
    for (profile, expected) in [
        (
            "process",
            [
                "AKIDPROCESS",
                SECRET,
                TOKEN,
                "2033-05-18T03:33:20Z",
                "123456789012",
            ],
        ),
        // Of other credentials, nothing is left.
        ("dev", ["AKIDDEV", SECRET, "none", "none", "none"]),
    ] {
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh", profile]);
        command.env("HOME", home.path());
        command.env("AWS_SESSION_TOKEN", "old");
        command.env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:36:00Z");
        command.env("AWS_ACCOUNT_ID", "old");
        let (status, stdout, stderr) = outcome(&mut command);
        assert_eq!((status, stderr.as_str()), (0, ""));
        assert_eq!(stdout.lines().collect::<Vec<_>>(), expected);
    }
}
