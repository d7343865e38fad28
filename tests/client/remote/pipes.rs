//! Pipes in place of files.
#![cfg(unix)]

use crate::remote::{ROLE, config, ok, root, sts_answer};
use crate::server::{Server, TOKEN};
use sigv4::client::{Chain, CredentialsError, ProvideCredentials, WebIdentity};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

/// What comes of it, unless it waits for ever.
fn in_time(
    ask: impl FnOnce() -> Result<(), CredentialsError> + Send + 'static,
) -> Result<(), CredentialsError> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(ask()));
    receiver.recv_timeout(Duration::from_secs(30)).unwrap()
}

/// Nobody writes to it: whoever opens it would wait for ever.
#[test]
fn named_pipes() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let pipe = pipe.to_str().unwrap();
    let token = config(&[
        ("AWS_WEB_IDENTITY_TOKEN_FILE", pipe),
        ("AWS_ROLE_ARN", ROLE),
    ]);
    let file = config(&[("AWS_CONFIG_FILE", pipe)]);
    let token = in_time(move || {
        let source = WebIdentity::from_environment(&token)?;
        source.provide_credentials().map(drop)
    });
    let file = in_time(move || Chain::with_config(&file).provide_credentials().map(drop));
    for result in [token, file] {
        let text = result.unwrap_err().to_string();
        let words = format!("{pipe}: ");
        assert!(
            text.contains(&words) && text.contains("a named pipe"),
            "{text}"
        );
    }
}

/// What a shell hands over with `<(…)` is open already.
#[test]
fn of_a_shell() {
    let server = Server::new(|_| ok(sts_answer("AssumeRoleWithWebIdentity")));
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(TOKEN.as_bytes()).unwrap();
    drop(writer);
    let config = config(&[
        (
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            &format!("/dev/fd/{}", reader.as_raw_fd()),
        ),
        ("AWS_ROLE_ARN", ROLE),
        ("AWS_ENDPOINT_URL_STS", &root(&server)),
    ]);
    let asked = in_time(move || {
        let source = WebIdentity::from_environment(&config)?;
        source.provide_credentials().map(drop)
    });
    assert!(asked.is_ok(), "{asked:?}");
}
