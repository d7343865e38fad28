//! What variables and profiles are told wrongly: the variable or the place is named, and no value.

use crate::profiles::{at, home, outcome};
use crate::runner::{SECRET, TOKEN, bare, run, sigv4};
use crate::wire::serving;
use std::fs;

const URL: &str = "https://items.example.com/";
/// As AWS's documentation has one, in the place of something else.
const PASTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// One that could be the name of a region, or of a section.
const ALSO_PASTED: &str = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYEXAMPLEKEY";

#[test]
fn a_secret_in_another_place() {
    let home = home();
    for pasted in [PASTED, ALSO_PASTED] {
        let (_, stdout, stderr) = run(sigv4(&["sign", URL]).env("AWS_REGION", pasted));
        assert!(!stderr.contains(pasted), "{stdout}{stderr}");
        let role = "role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = dev";
        for lines in [
            format!("credential_process = {pasted}"),
            format!("{role}\nmfa_serial = {pasted}"),
            format!("sso_session = {pasted}"),
            format!("role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = {pasted}"),
            format!(
                "role_arn = arn:aws:iam::123456789012:role/R\nweb_identity_token_file = {pasted}"
            ),
            format!("region = {pasted}.x"),
        ] {
            let config = format!("[profile wrong]\n{lines}\n");
            fs::write(home.path().join(".aws/config"), config).unwrap();
            let arguments = ["whoami", "-v", "--profile", "wrong"];
            let (status, stdout, stderr) = outcome(&mut at(&home, &arguments, &[]));
            assert_eq!((status, stdout.as_str()), (3, ""), "{stderr}");
            assert!(!stderr.contains(pasted), "{stderr}");
            let place = home.path().join(".aws/config:");
            assert!(stderr.contains(&place.display().to_string()), "{stderr}");
        }
    }
}

/// The command reads a region as the library does.
#[test]
fn the_region_of_a_variable() {
    let sign = ["sign", "--service", "execute-api", URL];
    let mut command = sigv4(&sign);
    command
        .env("AWS_REGION", "  ")
        .env("AWS_DEFAULT_REGION", "eu-north-1");
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("/eu-north-1/execute-api/"), "{stdout}");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let value = std::ffi::OsStr::from_bytes(b"us-west-2\xff");
        let (code, stdout, stderr) = run(command.env("AWS_REGION", value));
        assert_eq!((code, stdout.as_str()), (Some(3), ""));
        assert_eq!(stderr, "sigv4: no region: AWS_REGION is no UTF-8\n");
        // Nothing is read that does not count.
        let (code, _, stderr) = run(command.args(["--region", "eu-west-1"]));
        assert_eq!(code, Some(0), "{stderr}");
    }
}

/// `AWS_CREDENTIAL_EXPIRATION` is that of a token.
#[test]
fn until_when() {
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/A</Arn>\
         <UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let url = serving(move |_| ("200 OK".into(), identity.into()));
    let whoami = |token: &str, end: &str| {
        let mut command = sigv4(&["whoami"]);
        command.env("AWS_ENDPOINT_URL_STS", &url);
        command
            .env("AWS_SESSION_TOKEN", token)
            .env("AWS_CREDENTIAL_EXPIRATION", end);
        run(&mut command)
    };
    let (code, stdout, stderr) = whoami("", "2020-01-01T00:00:00Z");
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(!stdout.contains("until"), "{stdout}");
    let (code, stdout, stderr) = whoami(TOKEN, "2033-05-18T05:33:20+02:00");
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.contains("until          2033-05-18T03:33:20Z\n"),
        "{stdout}"
    );
    let (code, stdout, stderr) = whoami(TOKEN, "garbage");
    assert_eq!((code, stdout.as_str()), (Some(3), ""));
    let expected = "sigv4: AWS_CREDENTIAL_EXPIRATION is no RFC 3339 time\n";
    assert_eq!(stderr, expected);
    let (code, stdout, stderr) = whoami("\u{e9}", "");
    assert_eq!((code, stdout.as_str()), (Some(3), ""));
    let expected = "sigv4: AWS_SESSION_TOKEN: session token";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn no_profile() {
    for arguments in [
        &["sign", "--profile", "", URL][..],
        &["whoami", "--profile="],
        &["export-credentials", "--profile", ""],
        &["items", "--profile", "", "--base-url", URL],
    ] {
        let (code, stdout, stderr) = run(&mut bare(arguments));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(stderr.contains("--profile"), "{stderr}");
    }
}

/// Whose credentials they are is known before anybody is asked.
#[test]
fn the_source_is_said() {
    let refusing = serving(|_| ("403 Forbidden".into(), Vec::new()));
    for arguments in [
        &["whoami", "-v"][..],
        &["items", "-v", "--base-url", &refusing],
    ] {
        let home = home();
        let mut command = at(&home, arguments, &[("AWS_PROFILE", "dev")]);
        command.env("AWS_ENDPOINT_URL_STS", &refusing);
        let (status, _, stderr) = outcome(&mut command);
        assert_eq!(status, 1, "{stderr}");
        assert!(
            stderr.contains("credentials: profile dev\n"),
            "{arguments:?}: {stderr}"
        );
        assert!(!stderr.contains(SECRET), "{stderr}");
    }
}

/// One that a variable names and that says nothing of credentials may be there for its region.
#[test]
fn a_profile_that_is_passed_over() {
    let home = home();
    let sign = ["sign", "--region", "x", "--service", "x", URL];
    let (status, _, stderr) = outcome(&mut at(&home, &sign, &[("AWS_PROFILE", "nothing")]));
    assert_eq!(status, 3, "{stderr}");
    let warning = "has no credentials: passed over, though a variable names it\n";
    assert_eq!(stderr.matches(warning).count(), 1, "{stderr}");
    let (_, _, stderr) = outcome(&mut at(&home, &sign, &[]));
    assert!(!stderr.contains("passed over, though"), "{stderr}");
}

/// `eval "$(…)"` succeeds where the command fails, and the keys of before are used on.
#[cfg(unix)]
#[test]
fn the_example_of_a_shell() {
    let (_, help, _) = run(&mut bare(&["export-credentials", "--help"]));
    let line = help.lines().find(|line| line.contains("eval")).unwrap();
    let tool = format!("'{}'", env!("CARGO_BIN_EXE_sigv4"));
    let script = line
        .replace("sigv4", &tool)
        .replace("--profile dev", "--profile gone");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).env_clear();
    let (code, _, stderr) = run(&mut command);
    assert_ne!(code, Some(0), "{stderr}");
}
