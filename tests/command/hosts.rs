//! The command infers what the library does, and for the rest says what to pass.

use sigv4::endpoint::{Destination, Given, Takes, recognize, resolve};
use std::path::Path;
use std::process::Command;

/// `region/service` of the credential scope, or stderr.
fn signed_for(host: &str) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_sigv4"))
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "sa-east-1")
        .args(["sign", "--time", "20240101T000000Z"])
        .arg(format!("https://{host}/"))
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let scope = stdout
        .split_once("AKIDEXAMPLE/20240101/")
        .and_then(|(_, rest)| rest.split_once("/aws4_request"))
        .map(|(scope, _)| scope.to_owned());
    scope.ok_or_else(|| String::from_utf8(output.stderr).unwrap())
}

/// All of them, shared out to the processors: a process each.
#[test]
fn hosts_of_the_models() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors/endpoints");
    let read = |name| std::fs::read_to_string(folder.join(name)).unwrap();
    let (hosts, refused) = (read("endpoints.tsv"), read("refused.tsv"));
    let lines: Vec<_> = hosts
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(lines.len() > 1_600);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for share in lines.chunks(lines.len().div_ceil(threads)) {
            let refused = &refused;
            scope.spawn(move || share.iter().for_each(|line| check(line, refused)));
        }
    });
}

/// A host, a tab, and the scopes that are right, `service/region`.
fn check(line: &str, refused: &str) {
    let (host, wanted) = line.split_once('\t').unwrap();
    let to = Destination {
        scheme: "https",
        host,
        target: "/",
    };
    match signed_for(host) {
        // That of Version 4A, which such a host takes only.
        Ok(service) if !service.contains('/') => {
            assert!(refused.contains(&format!("\n{host}\t")), "{host}");
            assert_eq!(recognize(host).unwrap().takes, Takes::SigV4aOnly);
            assert_eq!(resolve(&to, &Given::default()).unwrap().service, service);
        }
        Ok(scope) => {
            let (region, service) = scope.split_once('/').unwrap();
            let scope = format!("{service}/{region}");
            assert!(wanted.split(' ').any(|one| one == scope), "{host}: {scope}");
        }
        Err(stderr) => {
            assert!(refused.contains(&format!("\n{host}\t")), "{stderr}");
            let error = resolve(&to, &Given::default()).unwrap_err().to_string();
            assert!(stderr.starts_with(&format!("sigv4: {error}")), "{stderr}");
        }
    }
}
