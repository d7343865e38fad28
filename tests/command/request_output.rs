//! `sigv4 request -o` and `-O`: nothing is sent that could not be kept, nothing is lost.

use crate::runner::{file, run, sigv4};
use crate::wire::{serving, verifying};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[test]
fn a_file_that_cannot_be_written_ends_it_before_anything_is_sent() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counting = asked.clone();
    let url = serving(move |_| {
        counting.fetch_add(1, Ordering::SeqCst);
        ("200 OK".into(), b"kept".to_vec())
    });
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none/answer");
    for path in [missing.as_path(), folder.path()] {
        let (code, stdout, stderr) = run(sigv4(&["request", "-d", "x", &url, "-o"]).arg(path));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        let name = path.display().to_string();
        assert!(stderr.starts_with(&format!("sigv4: {name}: ")), "{stderr}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let (code, ..) = run(&mut sigv4(&["request", &url]));
    assert_eq!(code, Some(0));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn without_an_answer_a_file_keeps_what_it_had() {
    let (folder, path) = file("answer", b"what was there");
    let new = folder.path().join("new");
    for path in [&path, &new] {
        let (code, _, stderr) = run(sigv4(&["request", &nobody(), "-o"]).arg(path));
        assert_eq!(code, Some(1), "{stderr}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"what was there");
    assert!(!new.exists());
    // With --fail, a refusal is no answer to be kept.
    let url = serving(|_| ("500 Oh".into(), b"oh".to_vec()));
    for path in [&path, &new] {
        let (code, ..) = run(sigv4(&["request", "--fail", &url, "-o"]).arg(path));
        assert_eq!(code, Some(1));
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"what was there");
    assert!(!new.exists());
    // An answer replaces all of it.
    let (code, ..) = run(sigv4(&["request", &url, "-o"]).arg(&path));
    assert_eq!(code, Some(0));
    assert_eq!(std::fs::read(&path).unwrap(), b"oh");
}

/// The file that is sent can be the one that the answer goes to.
#[test]
fn a_body_is_sent_before_its_file_is_emptied() {
    let url = serving(|arrived| {
        (
            "200 OK".into(),
            arrived.body.iter().rev().copied().collect(),
        )
    });
    let (_folder, path) = file("both", b"abc");
    let (code, _, stderr) = run(sigv4(&["request", &url, "-T"])
        .arg(&path)
        .arg("-o")
        .arg(&path));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read(&path).unwrap(), b"cba");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_with_what_happened() {
    let url = verifying("execute-api");
    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url, "-o", "/dev/full"]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        "sigv4: /dev/full: No space left on device; the request was sent\n"
    );
}

#[test]
fn a_file_is_called_as_the_url_ends() {
    let url = verifying("execute-api");
    let folder = tempfile::tempdir().unwrap();
    let target = format!("{url}/folder/a%20b.txt?x=1/2");
    let mut command = sigv4(&["request", "--fail", "-O", &target]);
    let (code, stdout, stderr) = run(command.current_dir(folder.path()));
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    assert!(folder.path().join("a%20b.txt").exists());
}
