//! `test-vectors/post-policy`: S3's own example, and forms of botocore and of the JavaScript SDK.

use crate::support::{json_files, vectors};
use serde_json::Value;
use sigv4::post_policy::PostPolicy;
use sigv4::{Credentials, Signer, Timestamp};
use std::time::Duration;

/// Each with its name.
fn figures() -> Vec<(String, Value)> {
    let files = json_files(&vectors().join("post-policy")).into_iter();
    let read = |path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.map(|(name, path)| (name, read(path))).collect()
}

fn text<'v>(figure: &'v Value, member: &str) -> &'v str {
    figure[member].as_str().unwrap()
}

fn signer(figure: &Value) -> Signer {
    let credentials = Credentials::new(
        text(figure, "access_key_id"),
        text(figure, "secret_access_key"),
    );
    let credentials = match figure["session_token"].as_str() {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    };
    Signer::new(credentials, text(figure, "region"), "s3")
}

/// Names without regard to case, as S3 compares them.
fn field<'v>(figure: &'v Value, name: &str) -> Option<&'v str> {
    let mut fields = figure["fields"].as_object().unwrap().iter();
    let found = fields.find(|(found, _)| found.eq_ignore_ascii_case(name));
    found.and_then(|(_, value)| value.as_str())
}

/// The policy of each as it stands: everything that belongs to its signature.
#[test]
fn every_policy_is_signed_as_it_was() {
    let figures = figures();
    assert!(figures.len() >= 5, "only {}", figures.len());
    for (name, figure) in figures {
        let at = Timestamp::parse(text(&figure, "at")).unwrap();
        let form = signer(&figure).sign_post_document(text(&figure, "policy_text"), at);
        let form = form.unwrap();
        let mut count = 0;
        for (of, value) in form.fields() {
            assert_eq!(field(&figure, of), Some(value), "{name}: {of}");
            count += 1;
        }
        let proof = 5 + usize::from(!figure["session_token"].is_null());
        assert_eq!(count, proof, "{name}");
    }
}

/// Those of botocore, made of what was asked of it: every field, in its order, and the policy
/// byte for byte.
#[test]
fn every_form_of_botocore_is_made_as_it_was() {
    let mut found = 0;
    for (name, figure) in figures() {
        if !name.starts_with("botocore") {
            continue;
        }
        found += 1;
        let at = Timestamp::parse(text(&figure, "at")).unwrap();
        let policy = PostPolicy::new(
            text(&figure, "bucket"),
            "user/user1/${filename}",
            Duration::from_secs(3600),
        )
        .field("acl", "public-read")
        .field("success_action_redirect", "http://example.com/ok")
        .content_length_range(0..=10_485_760)
        .starts_with("Content-Type", "image/");
        let form = signer(&figure).sign_post_policy(&policy, at).unwrap();
        let expected = figure["fields"].as_object().unwrap().iter();
        let expected: Vec<_> = expected
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        assert_eq!(form.fields().collect::<Vec<_>>(), expected, "{name}");
        let open: Vec<_> = form.to_be_filled_in().collect();
        assert_eq!(open, [("Content-Type", "image/")]);
        assert_eq!(
            form.expires_at().unwrap().to_rfc3339(),
            "2024-01-02T04:04:05Z"
        );
    }
    assert_eq!(found, 2);
}
