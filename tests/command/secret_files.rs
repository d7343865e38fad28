//! `--secret-file`: what may stand in it, and who may read it.
#![cfg(unix)]

use crate::runner::{SECRET, file, run, sigv4};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn sign(path: &Path) -> (Option<i32>, String, String) {
    let mut command = sigv4(&[
        "sign",
        "--time",
        "20150830T123600Z",
        "https://sts.amazonaws.com/",
    ]);
    command.env_remove("AWS_SECRET_ACCESS_KEY");
    run(command.arg("--secret-file").arg(path))
}

fn own(path: &Path) {
    set_mode(path, 0o600);
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn one_line_end_is_not_part_of_the_secret() {
    let (code, by_variable, _) = run(&mut sigv4(&[
        "sign",
        "--time",
        "20150830T123600Z",
        "https://sts.amazonaws.com/",
    ]));
    assert_eq!(code, Some(0));
    for end in ["", "\n", "\r\n"] {
        let (_folder, path) = file("secret", format!("{SECRET}{end}").as_bytes());
        own(&path);
        let (code, stdout, stderr) = sign(&path);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{end:?}");
        assert_eq!(stdout, by_variable, "{end:?}");
    }
}

#[test]
fn what_no_editor_shows_is_named_with_its_place() {
    for (content, said) in [
        (
            "\u{feff}SECRET\n",
            "a byte order mark (U+FEFF) at line 1, column 1",
        ),
        (
            "SEC\u{a0}RET",
            "a no-break space (U+00A0) at line 1, column 4",
        ),
        (
            "SECRET\u{200b}\n",
            "an invisible character (U+200B) at line 1, column 7",
        ),
        (
            "SE\u{ad}CRET\n",
            "an invisible character (U+00AD) at line 1, column 3",
        ),
        (
            "SECRET\u{202e}",
            "an invisible character (U+202E) at line 1, column 7",
        ),
        ("SECRET\r", "a carriage return (U+000D) at line 1, column 7"),
        (
            "SEC\r\nRET\r\n",
            "a carriage return (U+000D) at line 1, column 4",
        ),
        ("SECRET\n\n", "a line break (U+000A) at line 1, column 7"),
        ("SECRET \n", "white space (U+0020) at line 1, column 7"),
        (" SECRET", "white space (U+0020) at line 1, column 1"),
        ("SEC\tRET", "a tab (U+0009) at line 1, column 4"),
        (
            "SEC\0RET",
            "a control character (U+0000) at line 1, column 4",
        ),
        (
            "SEC\u{9b}RET",
            "a control character (U+009B) at line 1, column 4",
        ),
        ("ÜÜ\u{2003}RET", "white space (U+2003) at line 1, column 3"),
        ("", "empty"),
        ("\n", "empty"),
    ] {
        let (_folder, path) = file("secret", content.as_bytes());
        own(&path);
        let (code, stdout, stderr) = sign(&path);
        assert_eq!((code, stdout.as_str()), (Some(3), ""), "{content:?}");
        assert_eq!(stderr, format!("sigv4: {}: {said}\n", path.display()));
    }
    let (_folder, path) = file("secret", b"SEC\xffRET");
    own(&path);
    let (code, _, stderr) = sign(&path);
    assert_eq!(code, Some(3));
    let said = format!("sigv4: {}: no UTF-8 at byte 3\n", path.display());
    assert_eq!(stderr, said);
}

#[test]
fn a_file_that_everybody_can_read_is_warned_of() {
    let (folder, path) = file("secret", SECRET.as_bytes());
    for (mode, warned) in [(0o600, false), (0o640, false), (0o644, true), (0o604, true)] {
        set_mode(&path, mode);
        let (code, stdout, stderr) = sign(&path);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.contains("Signature="));
        let warning = format!(
            "{}: every user of this machine can read it; chmod 600 keeps it yours\n",
            path.display()
        );
        assert_eq!(stderr, if warned { &*warning } else { "" }, "{mode:o}");
    }
    let (code, _, stderr) = sign(folder.path());
    assert_eq!(code, Some(3));
    let said = format!("sigv4: {}: Is a directory\n", folder.path().display());
    assert_eq!(stderr, said);
}
