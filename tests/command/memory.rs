//! What stands in the memory of the command while it prints credentials.
#![cfg(target_os = "linux")]

use crate::runner::bare;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

const SECRET: &str = "wJalrXUtnFEMI0K7MDENG0bPxRfiCYMEMORYEXAMPLE";
/// The allocator writes over the beginning of what was freed: the end tells.
const END: &[u8] = b"0bPxRfiCYMEMORYEXAMPLE";
/// Longer than any pipe holds.
const PIPE: usize = 1024 * 1024;

/// How often the secret's end stands in memory that the process can write: heap, stack, its own
/// data.
fn found(child: &Child) -> usize {
    let process = format!("/proc/{}", child.id());
    let maps = fs::read_to_string(format!("{process}/maps")).unwrap();
    let mut memory = File::open(format!("{process}/mem")).unwrap();
    let mut count = 0;
    for line in maps.lines() {
        let mut columns = line.split(' ');
        let (range, access) = (columns.next().unwrap(), columns.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
        if !access.starts_with("rw") || line.contains("[v") {
            continue;
        }
        let mut bytes = Vec::new();
        memory.seek(SeekFrom::Start(from)).unwrap();
        // What was unmapped meanwhile is read as far as it is there.
        let _ = Read::by_ref(&mut memory)
            .take(to - from)
            .read_to_end(&mut bytes);
        count += bytes
            .windows(END.len())
            .filter(|window| *window == END)
            .count();
    }
    count
}

/// It waits for something: once it has the secret, that is whoever reads what it writes.
fn is_asleep(child: &Child) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    after_name.trim_start().starts_with('S')
}

/// How often the secret stands in memory where the command writes it, and what it wrote. None where
/// it had written before its standard output, a pipe, was full.
fn stands(format: &str, keys: &Path) -> Option<(usize, String)> {
    let (mut reader, mut writer) = io::pipe().unwrap();
    let full = writer.try_clone().unwrap();
    let filler = thread::spawn(move || writer.write_all(&[b'.'; PIPE]));
    let mut command = bare(&["export-credentials", "--profile", "dev", "--format", format]);
    command
        .env("AWS_SHARED_CREDENTIALS_FILE", keys)
        .stdout(full);
    let mut child = command.spawn().unwrap();
    drop(command);
    let began = Instant::now();
    let mut count = 0;
    while count == 0 && child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(60), "{format}");
        thread::sleep(Duration::from_millis(10));
        if is_asleep(&child) {
            count = found(&child);
        }
    }
    let mut written = String::new();
    reader.read_to_string(&mut written).unwrap();
    filler.join().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    (count > 0).then(|| (count, written.replace('.', "")))
}

/// Twice, in the credentials and in what is written, and nowhere in what was freed: neither what
/// the file was read into, nor a copy of the text.
#[test]
fn of_export_credentials() {
    let home = tempfile::tempdir().unwrap();
    let keys =
        format!("[dev]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {SECRET}\n");
    let path = home.path().join("credentials");
    fs::write(&path, keys).unwrap();
    for format in ["process", "env"] {
        let mut tries = std::iter::repeat_with(|| stands(format, &path));
        let (count, written) = tries.by_ref().take(100).flatten().next().unwrap();
        assert!(written.contains(SECRET), "{written}");
        assert_eq!(count, 2, "{format}");
    }
}
