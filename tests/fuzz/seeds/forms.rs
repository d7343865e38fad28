//! Forms that upload to S3, for the fuzz target that reads them.

use super::Seeds;
use serde_json::Value;
use std::path::Path;

/// As they came, and with their policies to be signed.
pub fn add_forms(seeds: &mut Seeds, project: &Path) {
    let mut add = |kind: &[u8], lines: &[String]| {
        let seed = [kind, lines.join("\n").as_bytes()].concat();
        seeds.insert(("post_forms", seed));
    };
    // Of the flaws, some: many are of one kind.
    for (folder, step) in [("post-policy-accept", 1), ("post-policy-reject", 5)] {
        let entries = std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.into_iter().step_by(step) {
            let text = std::fs::read_to_string(path).unwrap();
            let vector: Value = serde_json::from_str(&text).unwrap();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let mut lines = vec![text(&vector["bucket"]), text(&vector["file_name"])];
            let fields = vector["fields"].as_array().unwrap().iter();
            let fields = fields.map(|field| (text(&field[0]), text(&field[1])));
            let (proof, own): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| {
                name.starts_with("x-amz-") && !name.contains("meta") || name == "policy"
            });
            let line = |(name, value): &(String, String)| format!("{name}={value}");
            lines.extend(own.iter().map(line));
            add(
                b"\0",
                &[lines.clone(), proof.iter().map(line).collect()].concat(),
            );
            let policy = proof.iter().find(|(name, _)| name == "policy");
            let policy = policy.and_then(|(_, policy)| {
                use base64::Engine;
                let policy = base64::engine::general_purpose::STANDARD
                    .decode(policy)
                    .ok()?;
                String::from_utf8(policy).ok()
            });
            let policy = policy.unwrap_or_default().replace(['\n', '\r'], " ");
            add(b"\x01", &[lines, vec![policy]].concat());
        }
    }
}
