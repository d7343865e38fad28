//! The command, one file in `tests/command/cases` for each behaviour: exact stdout, stderr, status.
//!
//! Run in `tests/command/cases`, with no other variables than those of the file.

use crate::runner::bare;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    status: i32,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

#[test]
fn every_behaviour() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/cases");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    names.sort();
    assert!(names.len() > 100, "only {} files", names.len());
    let mut wrong = Vec::new();
    for path in &names {
        let text = std::fs::read_to_string(path).unwrap();
        let behaviour: Behaviour =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if let Err(difference) = behaviour.check(&folder) {
            wrong.push(format!("{}: {difference}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

impl Behaviour {
    fn check(&self, folder: &Path) -> Result<(), String> {
        let args: Vec<_> = self.args.iter().map(String::as_str).collect();
        let mut child = bare(&args)
            .current_dir(folder)
            .envs(&self.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails early does not read it.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let status = output.status.code().unwrap();
        if (status, &stdout, &stderr) == (self.status, &self.stdout, &self.stderr) {
            Ok(())
        } else {
            Err(format!(
                "status {status}\nstdout:\n{stdout}\nstderr:\n{stderr}"
            ))
        }
    }
}
