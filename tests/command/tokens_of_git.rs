//! `sigv4 token codecommit --git-credential`: git's protocol of credential helpers.

use crate::runner::sigv4;
use crate::tokens::{AT, GIT, TEMPORARY, printed};
use std::io::Write;
use std::process::Stdio;

/// Status, stdout and stderr of git's helper.
fn helped(
    more: &[&str],
    asked: impl AsRef<[u8]>,
    variables: &[(&str, &str)],
) -> (Option<i32>, String, String) {
    let arguments = ["token", "codecommit", "--time", AT, "--git-credential"];
    let mut command = sigv4(&[&arguments[..], more].concat());
    let mut child = command
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is too long is not read to its end.
    let _ = child.stdin.take().unwrap().write_all(asked.as_ref());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn of_git() {
    let asked = format!("protocol=https\nhost={GIT}\npath=v1/repos/MyDemoRepo\n\n");
    let url = format!("https://{GIT}/v1/repos/MyDemoRepo");
    let password = printed(&mut sigv4(&["token", "codecommit", &url, "--time", AT]));
    let expected =
        format!("username=AKIDALICE\npassword={password}password_expiry_utc=1704165545\n");
    let done = |stdout: &str| (Some(0), stdout.to_owned(), String::new());
    for more in [&["get"][..], &[]] {
        assert_eq!(helped(more, &asked, &[]), done(&expected));
    }
    // Without the empty line, and with what newer versions of git say.
    let newer = format!(
        "capability[]=authtype\n{}wwwauth[]=Basic\n",
        asked.trim_end_matches('\n').to_owned() + "\n"
    );
    assert_eq!(helped(&["get"], &newer, &[]), done(&expected));
    // The end is that of the credentials, if that is sooner.
    let (_, stdout, _) = helped(&["get"], &asked, &TEMPORARY);
    assert!(
        stdout.contains("username=AKIDALICE%a-token-of-a-session\n"),
        "{stdout}"
    );
    assert!(
        stdout.ends_with("password_expiry_utc=1704165000\n"),
        "{stdout}"
    );
    // What is kept nowhere is neither stored nor erased, and no credentials are needed for it.
    let kept = format!("{}username=x\npassword=y\n", asked.trim_end());
    for operation in ["store", "erase", "capability", "what-comes-next"] {
        let without = [("AWS_SECRET_ACCESS_KEY", "")];
        assert_eq!(helped(&[operation], &kept, &without), done(""));
    }
    // Other helpers answer for others.
    for other in [
        "protocol=https\nhost=github.com\npath=a/b\n",
        "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com.evil.example\npath=v1/repos/a\n",
        "protocol=http\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/a\n",
        "protocol=https\n",
        "",
        "protocol=https\nhost=github.com\nno attribute\n",
    ] {
        assert_eq!(helped(&["get"], other, &[]), done(""), "{other}");
    }
    // Of which it is no matter what else git says.
    let path = [
        &b"protocol=https\nhost=github.com\npath="[..],
        &[b'a'; 70_000],
    ]
    .concat();
    for other in [
        &b"protocol=https\nhost=github.com\npath=\xff\n"[..],
        b"host=\xff\n",
        &path,
    ] {
        assert_eq!(helped(&["get"], other, &[]), done(""));
    }
}

#[test]
fn what_git_does_not_say() {
    let host = format!("protocol=https\nhost={GIT}\n");
    let long = format!("{host}path=v1/repos/{}\n", "a".repeat(70_000));
    for (asked, words) in [
        (
            host.clone(),
            "git tells no path: git config --global credential.useHttpPath true",
        ),
        (
            format!("{host}path=v1/repos/a/b\n"),
            "repository: malformed at byte 11",
        ),
        (
            format!("{host}no attribute\n"),
            "stdin: a line without '=', which is nothing that git asks",
        ),
        (
            format!("{host}path=v1/repos/a\npath\n"),
            "stdin: a line without '=', which is nothing that git asks",
        ),
        (
            long,
            "stdin: more than 65536 bytes, which is nothing that git asks",
        ),
    ] {
        let expected = (Some(2), String::new(), format!("sigv4: {words}\n"));
        assert_eq!(helped(&["get"], &asked, &[]), expected);
    }
    let path = [host.as_bytes(), b"path=v1/repos/\xff\n"].concat();
    let words = "sigv4: stdin: a path that is no UTF-8\n";
    let expected = (Some(2), String::new(), words.to_owned());
    assert_eq!(helped(&["get"], &path, &[]), expected);
    // git is told nothing of a password that is over.
    let ended = [
        TEMPORARY[0],
        ("AWS_CREDENTIAL_EXPIRATION", "2024-01-02T03:00:00Z"),
    ];
    let words = format!("sigv4: the credentials ended at 20240102T030000Z, before {AT}\n");
    let asked = format!("{host}path=v1/repos/a\n");
    assert_eq!(
        helped(&["get"], &asked, &ended),
        (Some(3), String::new(), words)
    );
}
