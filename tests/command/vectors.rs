//! The published vectors through `sigv4 sign` and `sigv4 presign`, as a user runs them.

use crate::runner::bare;
use crate::support::{RawRequest, json_files, vectors};
use serde_json::Value;
use std::process::Command;

struct Case {
    name: String,
    vector: Value,
    context: Value,
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cases() -> Vec<Case> {
    let contexts = read(&vectors().join("contexts.json"));
    json_files(&vectors().join("aws-v4"))
        .into_iter()
        .map(|(name, path)| {
            let vector = read(&path);
            let own = vector.get("context").or_else(|| contexts.get(&name));
            Case {
                context: own.unwrap().clone(),
                name,
                vector,
            }
        })
        .collect()
}

impl Case {
    fn request(&self) -> RawRequest {
        let lines = self.vector["request"].as_array().unwrap();
        let lines: Vec<_> = lines
            .iter()
            .map(|line| line.as_str().unwrap().to_owned())
            .collect();
        let mut request = RawRequest::parse(&lines);
        // The two older cases are dated already; signing dates them anew.
        request
            .headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("x-amz-date"));
        request
    }

    fn context(&self, name: &str) -> Option<&str> {
        self.context[name].as_str()
    }

    fn switch(&self, name: &str) -> bool {
        self.context[name].as_bool().unwrap_or_default()
    }

    fn rules(&self) -> String {
        let mut rules = vec!["default"];
        if self.context["normalize"] == false {
            rules.push("keep-path");
        }
        if self.switch("sign_body") {
            rules.push("content-sha256");
        }
        if self.switch("omit_session_token") {
            rules.push("token-unsigned");
        }
        rules.join(",")
    }

    /// The subcommand with all that the case says.
    fn command(&self, subcommand: &str) -> Command {
        let request = self.request();
        let mut command = bare(&[subcommand]);
        let credentials = &self.context["credentials"];
        command
            .env(
                "AWS_SECRET_ACCESS_KEY",
                credentials["secret_access_key"].as_str().unwrap(),
            )
            .env(
                "AWS_SESSION_TOKEN",
                credentials["token"].as_str().unwrap_or_default(),
            )
            .args([
                "--access-key-id",
                credentials["access_key_id"].as_str().unwrap(),
            ])
            .args(["--region", self.context("region").unwrap()])
            .args(["--service", self.context("service").unwrap()])
            .args([
                "--time",
                &self.context("timestamp").unwrap().replace(['-', ':'], ""),
            ])
            .args(["--signed-headers", "all", "--path-as-is"])
            .args(["--profile-rules", &self.rules()])
            .args(["--request", &request.method]);
        let mut host = String::new();
        for (name, value) in &request.headers {
            if name.eq_ignore_ascii_case("host") {
                host.clone_from(value);
            } else {
                command.args(["--header", &format!("{name}: {value}")]);
            }
        }
        if !request.body.is_empty() {
            command.args(["--data", &request.body]);
        }
        let target = &request.target;
        command.arg(format!("https://{host}{target}"));
        command
    }

    /// What the vector publishes, joined.
    fn published(&self, form: &str, stage: &str) -> Option<String> {
        let lines = self.vector[form][stage].as_array()?;
        let lines: Vec<_> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        Some(lines.join("\n").trim_end_matches('\n').to_owned())
    }

    /// Cases and stages that contradict themselves.
    fn is_exception(&self, stage: &str) -> bool {
        let exceptions = read(&vectors().join("exceptions.json"));
        let mut exceptions = exceptions.as_array().unwrap().iter();
        exceptions.any(|e| e["case"] == *self.name && e["stage"] == stage)
    }
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn sign_gives_the_published_values() {
    let (mut cases_run, mut compared) = (0, 0);
    for case in cases() {
        let mut command = case.command("sign");
        cases_run += 1;
        let printed: Value =
            serde_json::from_str(&stdout(command.args(["--output", "json"]))).unwrap();
        for stage in ["canonical_request", "string_to_sign", "signature"] {
            let Some(published) = case.published("header", stage) else {
                continue;
            };
            let exception = case.is_exception(&format!("header.{stage}"));
            let same = printed[stage] == *published;
            assert_eq!(
                same, !exception,
                "{}: {stage}: {}",
                case.name, printed[stage]
            );
            compared += 1;
        }
        if let Some(published) = case.published("header", "signed_request") {
            let exception = case.is_exception("header.signed_request");
            let authorization = printed["headers"]["authorization"].as_str().unwrap();
            let carried = published.contains(authorization);
            assert_eq!(carried, !exception, "{}: {authorization}", case.name);
            compared += 1;
        }
    }
    assert_eq!((cases_run, compared), (40, 157));
}

#[test]
fn presign_gives_the_published_signatures() {
    let mut compared = 0;
    for case in cases() {
        let expires = case.context["expiration_in_seconds"].as_u64().unwrap_or(0);
        let Some(published) = case.published("query", "signature") else {
            continue;
        };
        let mut command = case.command("presign");
        let url = stdout(command.args(["--expires", &format!("{expires}s")]));
        let same = url.contains(&format!("X-Amz-Signature={published}"));
        assert_eq!(
            same,
            !case.is_exception("query.signature"),
            "{}: {url}",
            case.name
        );
        compared += 1;
    }
    assert!(compared >= 37, "only {compared}");
}
