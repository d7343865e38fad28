//! Forms of `sigv4 post-policy` that curl sends to `sigv4 serve --service s3`.
#![cfg(target_os = "linux")]

use crate::runner::{bare, run};
use crate::serve_s3::serve;
use std::path::Path;
use std::process::{Child, Command};

/// A process that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A stand-in for S3, and forms for a bucket of it: endpoint, region and key are those that it says to
/// export.
fn stand_in() -> (Server, impl Fn(&[&str]) -> String) {
    let (child, exports) = serve(&[]);
    let form = move |more: &[&str]| {
        let mut command = bare(&["post-policy", "--bucket=bucket", "--key=up/${filename}"]);
        let (code, stdout, stderr) = run(command.envs(exports.clone()).args(more));
        assert_eq!(code, Some(0), "{stderr}");
        stdout
    };
    (Server(child), form)
}

/// What curl says to the status and the body.
fn curl(script: &str, folder: &Path) -> String {
    let silent = script.replacen(
        "curl",
        "curl --silent --write-out '%{http_code}' --max-time 20",
        1,
    );
    let output = Command::new("sh")
        .args(["-c", &silent])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

const NAME: &str = "it's; \"a\" saw,b.png";

#[test]
fn curl_sends_the_line_that_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(NAME), "hello").unwrap();
    let (_server, form) = stand_in();
    let line = |more: &[&str]| {
        let file = format!("--file={NAME}");
        form(&[&["--output=curl", &*file], more].concat())
    };
    let taken = curl(
        &line(&[
            "--field=success_action_status=201",
            "--field=x-amz-meta-note=@it's; \"<a>\" &c=$HOME \\n\\",
            "--content-length-range=5-5",
            "--starts-with=Content-Type=image/",
        ]),
        folder.path(),
    );
    assert!(taken.ends_with("</PostResponse>201"), "{taken}");
    assert!(taken.contains("<Key>up/it's; "), "{taken}");
    // Arguments are in the list of processes: of the form, there is nothing in them.
    let arguments = line(&[]);
    assert_eq!(arguments.lines().next(), Some("curl --config - <<'END'"));
    let refused = curl(&line(&["--content-length-range=6-9"]), folder.path());
    assert!(
        refused.contains("<Code>EntityTooSmall</Code>") && refused.ends_with("400"),
        "{refused}"
    );
    let changed = line(&[]).replace("key=up/", "key=down/");
    let refused = curl(&changed, folder.path());
    assert!(
        refused.contains("Policy Condition failed: [\"starts-with\", \"$key\", \"up/\"]"),
        "{refused}"
    );
}

/// What stands for characters in an attribute.
fn resolved(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

/// The fields of the page as a browser would send them: every input in its order.
#[test]
fn the_page_is_a_form_that_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.png"), "hello").unwrap();
    let (_server, form) = stand_in();
    let page = form(&[
        "--output=html",
        "--field=x-amz-meta-note=\"><b>'&amp;",
        "--starts-with=Content-Type=image/",
    ]);
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(resolved(rest.split('"').next()?))
    };
    let tags = |begin: &str| {
        page.split(&format!("<{begin} "))
            .skip(1)
            .map(|tag| format!(" {tag}"))
            .collect::<Vec<_>>()
    };
    let [form] = &tags("form")[..] else {
        panic!("{page}");
    };
    assert_eq!(attribute(form, "enctype").unwrap(), "multipart/form-data");
    let mut command = Command::new("curl");
    command.args([
        "--silent",
        "--write-out",
        "%{http_code}",
        "--max-time",
        "20",
    ]);
    for input in tags("input") {
        let name = attribute(&input, "name").unwrap();
        match attribute(&input, "value") {
            Some(value) => command.args(["--form-string", &format!("{name}={value}")]),
            None => command.args(["--form", &format!("{name}=@a.png")]),
        };
    }
    command
        .arg(attribute(form, "action").unwrap())
        .current_dir(folder.path());
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "204");
}
