//! Profiles: whose credentials and region a subcommand uses, and what it hands on.

use crate::runner::{SECRET, TOKEN, bare};
use crate::wire::verifying;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const URL: &str = "https://items.example.com/";

/// A home folder with both files, and with what a process prints.
pub fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let process = format!(
        r#"{{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"{SECRET}","SessionToken":"{TOKEN}","Expiration":"2033-05-18T03:33:20Z","AccountId":"123456789012"}}"#
    );
    let config = format!(
        "[default]\nregion = eu-west-1\n\
         [profile dev]\nregion = eu-west-3\n\
         [profile process]\nregion = eu-west-2\ncredential_process = cat {}/process.json\n\
         [profile itself]\nregion = x\ncredential_process = '{}' export-credentials --profile itself\n\
         [profile other]\ncredential_process = '{}' export-credentials --profile dev\n\
         [profile half]\naws_secret_access_key = {SECRET}\n\
         [profile nothing]\noutput = json\n",
        home.path().display(),
        env!("CARGO_BIN_EXE_sigv4"),
        env!("CARGO_BIN_EXE_sigv4"),
    );
    let credentials = format!(
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = {SECRET}\n\
         [dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = {SECRET}\n"
    );
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/config"), config).unwrap();
    fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
    fs::write(home.path().join("process.json"), process).unwrap();
    home
}

/// At home, with a few variables more.
pub fn at(home: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = bare(arguments);
    // `cat` is looked for there.
    let path = std::env::var_os("PATH").unwrap();
    command.env("HOME", home.path()).env("PATH", path);
    command.envs(variables.iter().copied());
    command
}

/// Status, stdout and stderr.
pub fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = output.status.code().unwrap();
    (status, text(output.stdout), text(output.stderr))
}

#[test]
fn who_signs_and_where() {
    let home = home();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ];
    let dev = [("AWS_PROFILE", "dev")];
    for (arguments, variables, credential, source) in [
        (
            &[][..],
            &[][..],
            "AKIDDEFAULT/20150830/eu-west-1",
            "profile default",
        ),
        (
            &["--profile", "dev"],
            &[],
            "AKIDDEV/20150830/eu-west-3",
            "profile dev",
        ),
        (&[], &dev, "AKIDDEV/20150830/eu-west-3", "profile dev"),
        (&[], &keys, "AKIDENV/20150830/eu-west-1", "environment"),
        (
            &["--profile", "dev"],
            &keys,
            "AKIDDEV/20150830/eu-west-3",
            "profile dev",
        ),
        (
            &["--profile", "process"],
            &dev,
            "AKIDPROCESS/20150830/eu-west-2",
            "profile process (credential_process)",
        ),
        (
            &["--profile", "dev"],
            &[("AWS_REGION", "us-east-1")],
            "AKIDDEV/20150830/us-east-1",
            "profile dev",
        ),
        (
            &["--profile", "dev", "--region", "us-east-2"],
            &[],
            "AKIDDEV/20150830/us-east-2",
            "profile dev",
        ),
        (
            &[],
            &[("AWS_ACCESS_KEY_ID", " "), ("AWS_SECRET_ACCESS_KEY", "\t")],
            "AKIDDEFAULT/20150830/eu-west-1",
            "profile default",
        ),
    ] {
        let fixed = [
            "sign",
            "-v",
            "--service",
            "execute-api",
            "--time",
            "20150830T123600Z",
        ];
        let arguments = [&fixed, arguments, &[URL]].concat();
        let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, variables));
        assert_eq!(status, 0, "{stderr}");
        assert!(
            stdout.contains(&format!("Credential={credential}/")),
            "{stdout}"
        );
        assert!(
            stderr.contains(&format!("credentials: {source}\n")),
            "{stderr}"
        );
        assert!(
            !stderr.contains(SECRET) && !stderr.contains(TOKEN),
            "{stderr}"
        );
    }
}

#[test]
fn a_request_with_a_profile() {
    let home = home();
    let home = &home;
    let url = verifying("execute-api");
    // The server knows the secret; its region is that of the tests.
    let arguments = [
        "request",
        "--fail",
        "--profile",
        "dev",
        "--region",
        "us-east-1",
        &url,
    ];
    let (status, stdout, stderr) = outcome(&mut at(home, &arguments, &[]));
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(stdout, "GET / HTTP/1.1\n");
}

/// Whatever is wrong with the configuration: status 3, and nothing on stdout.
#[test]
fn what_is_wrong_with_a_profile() {
    let home = home();
    let config = home.path().join(".aws/config").display().to_string();
    let line = |text: &str| {
        let file = fs::read_to_string(home.path().join(".aws/config")).unwrap();
        let lines = file.lines().position(|line| line.starts_with(text));
        lines.unwrap() + 1
    };
    let half = format!(
        "{config}:{}: profile half: aws_access_key_id is missing beside aws_secret_access_key",
        line("aws_secret")
    );
    let nothing = format!(
        "{config}:{}: profile nothing: has no credentials",
        line("[profile nothing]")
    );
    let itself = format!(
        "{config}:{}: profile itself: credential_process: the command ended with",
        line("[profile itself]")
    );
    for (profile, expected) in [
        ("gone", "profile gone: is not in "),
        ("half", &half),
        ("nothing", &nothing),
        ("itself", &itself),
    ] {
        for arguments in [
            &["sign", "--region", "x", "--service", "x"][..],
            &["export-credentials"],
            &["export-credentials", "--format", "env"],
        ] {
            let mut arguments = [arguments, &["--profile", profile]].concat();
            if arguments[0] == "sign" {
                arguments.push(URL);
            }
            let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
            assert_eq!((status, stdout.as_str()), (3, ""), "{stderr}");
            let expected = format!("sigv4: no credentials: {expected}");
            assert!(
                stderr.lines().last().unwrap().starts_with(&expected),
                "{stderr}"
            );
            assert!(!stderr.contains(SECRET), "{stderr}");
        }
    }
    // A profile of the environment that is not there is no other's turn.
    let sign = ["sign", "--region", "x", "--service", "x", URL];
    let (status, stdout, stderr) = outcome(&mut at(&home, &sign, &[("AWS_PROFILE", "gone")]));
    assert_eq!((status, stdout.as_str()), (3, ""));
    assert!(
        stderr.contains("profile (profile gone: is not in "),
        "{stderr}"
    );
}

/// A broken file does no harm where it is not asked for anything.
#[test]
fn a_broken_file_that_is_not_needed() {
    let home = home();
    fs::write(home.path().join(".aws/config"), "[default\n").unwrap();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ];
    let known = "https://abc123.execute-api.us-east-1.amazonaws.com/";
    let (status, _, stderr) = outcome(&mut at(&home, &["sign", known], &keys));
    assert_eq!((status, stderr.as_str()), (0, ""));
    let (status, stdout, stderr) = outcome(&mut at(&home, &["sign", URL], &keys));
    assert_eq!((status, stdout.as_str()), (3, ""));
    let place = home.path().join(".aws/config:1: ");
    assert!(stderr.contains(&place.display().to_string()), "{stderr}");
}

#[test]
fn a_profile_and_a_key_exclude_each_other() {
    let home = home();
    for other in [
        "--access-key-id=A",
        "--secret-env=A",
        "--secret-file=A",
        "--session-token-env=A",
    ] {
        let arguments = ["sign", "--profile", "dev", other, URL];
        let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
        assert_eq!((status, stdout.as_str()), (2, ""), "{stderr}");
    }
}

#[test]
fn items_of_a_profile() {
    let home = home();
    let gateway = crate::stand_in::allowing();
    let url = gateway.url();
    let arguments = ["items", "--profile", "gone", "--base-url", &url];
    let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
    assert_eq!((status, stdout.as_str()), (3, ""), "{stderr}");
    assert!(stderr.contains("profile gone: is not in "), "{stderr}");
    // It knows one key.
    let credentials = format!(
        "[alice]\naws_access_key_id = AKIDALICE\naws_secret_access_key = {SECRET}\nregion = us-east-1\n"
    );
    fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
    let arguments = ["items", "--profile", "alice", "--base-url", &url];
    let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.contains("hammer"), "{stdout}");
}
