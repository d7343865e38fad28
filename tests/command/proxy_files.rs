//! `sigv4 proxy`: how many files it may have open.
#![cfg(target_os = "linux")]

use crate::proxied::{Running, upstream};
use crate::runner::in_shell;
use std::fs::read_to_string;

/// With another limit, set by the shell that becomes the proxy.
fn started(limit: &str) -> Running {
    let command = format!(
        "{limit}; exec '{}' proxy --upstream http://127.0.0.1:{} --listen 0 --service execute-api --region eu-west-1",
        env!("CARGO_BIN_EXE_sigv4"),
        upstream()
    );
    let mut command = in_shell(&command);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    Running::start(&mut command)
}

/// Soft and hard.
fn limits(running: &Running) -> (String, String) {
    let limits = read_to_string(format!("/proc/{}/limits", running.child.id())).unwrap();
    let mut lines = limits.lines();
    let line = lines.find_map(|line| line.strip_prefix("Max open files"));
    let mut words = line.unwrap().split_whitespace().map(str::to_owned);
    (words.next().unwrap(), words.next().unwrap())
}

#[test]
fn it_takes_as_many_as_it_can_need() {
    let running = started("ulimit -S -n 128; ulimit -H -n 4000");
    assert_eq!(limits(&running), ("2368".into(), "4000".into()));
    // What is more already stays.
    let running = started("ulimit -S -n 3000; ulimit -H -n 4000");
    assert_eq!(limits(&running), ("3000".into(), "4000".into()));
}

#[test]
fn fewer_than_can_be_needed_are_said() {
    let running = started("ulimit -S -n 128; ulimit -H -n 1500");
    let said = running.says("files may be open");
    assert!(
        said.starts_with(
            "1500 files may be open, and 2368 can be needed: 1024 connections of callers (limits.connections), \
             256 to upstreams (upstream_connections), 1024 bodies in files (limits.requests)"
        ),
        "{said}"
    );
    assert_eq!(limits(&running), ("1500".into(), "1500".into()));
}
