//! What can be signed, and what is refused.

use sigv4::post_policy::{PostForm, PostPolicy, PostPolicyError};
use sigv4::{Credentials, Error, Signer, Timestamp};
use std::time::Duration;

fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

fn signer() -> Signer {
    let credentials = Credentials::new("AKIDEXAMPLE", "a-secret").with_session_token("a-token");
    Signer::new(credentials, "eu-west-1", "s3")
}

fn policy(key: &str) -> PostPolicy {
    PostPolicy::new("examplebucket", key, Duration::from_secs(60))
}

fn sign(policy: &PostPolicy) -> Result<PostForm, PostPolicyError> {
    signer().sign_post_policy(policy, at())
}

fn value<'f>(form: &'f PostForm, called: &str) -> &'f str {
    form.fields().find(|(name, _)| *name == called).unwrap().1
}

/// The policy of a form, decoded.
fn text(form: &PostForm) -> String {
    use base64::Engine;
    let policy = base64::engine::general_purpose::STANDARD.decode(value(form, "policy"));
    String::from_utf8(policy.unwrap()).unwrap()
}

#[test]
fn what_makes_no_sense_is_refused() {
    use PostPolicyError as E;
    let refused = |policy: PostPolicy| sign(&policy).unwrap_err();
    for (bucket, position) in [("", 0), ("a/b", 1), ("exämple", 2), ("a b", 1)] {
        let policy = PostPolicy::new(bucket, "key", Duration::from_secs(1));
        assert_eq!(refused(policy), E::InvalidBucket { position }, "{bucket}");
    }
    assert_eq!(refused(policy("")), E::EmptyKey);
    assert_eq!(refused(policy("a\nb")), E::InvalidKey { position: 1 });
    for key in ["${filename}.jpg", "a/${filename}/${filename}"] {
        assert_eq!(refused(policy(key)), E::KeyFilenameNotLast);
    }
    let key = || policy("key").field("acl", "private");
    for name in [
        "bucket",
        "KEY",
        "Policy",
        "file",
        "X-Amz-Date",
        "x-amz-signature",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-security-token",
    ] {
        assert_eq!(
            refused(key().field(name, "a")),
            E::ReservedField { index: 1 }
        );
    }
    assert_eq!(
        refused(key().starts_with("x-amz-date", "")),
        E::ReservedField { index: 1 }
    );
    assert_eq!(
        refused(key().field("ACL", "private")),
        E::RepeatedField { index: 1 }
    );
    for name in ["", "a b", "a\"b", "ä"] {
        assert_eq!(
            refused(key().field(name, "a")),
            E::InvalidFieldName { index: 1 }
        );
        assert_eq!(
            refused(key().eq(name, "a")),
            E::InvalidFieldName { index: 1 }
        );
    }
    assert_eq!(
        refused(key().field("a", "b\rc")),
        E::InvalidFieldValue {
            index: 1,
            position: 1
        }
    );
    assert_eq!(
        refused(key().field("a", "${filename}b")),
        E::FilenameNotLast { index: 1 }
    );
    assert_eq!(
        refused(
            key()
                .content_length_range(0..=1)
                .content_length_range(0..=1)
        ),
        E::RepeatedRange { index: 2 }
    );
    let reversed = core::ops::RangeInclusive::new(2, 1);
    assert_eq!(
        refused(key().content_length_range(reversed)),
        E::EmptyRange {
            minimum: 2,
            maximum: 1
        }
    );
    for unmet in [
        key().eq("acl", "public-read"),
        key().starts_with("ACL", "public"),
        key().starts_with("key", "other/"),
    ] {
        assert_eq!(refused(unmet), E::Unmet { index: 1 });
    }
    assert_eq!(
        refused(policy(&"k".repeat(1025))),
        E::KeyTooLong { limit: 1024 }
    );
    assert!(sign(&policy(&("k".repeat(1024) + "${filename}"))).is_ok());
    let types = key().field("Content-Type", "image/png,text/html");
    assert_eq!(
        refused(types.starts_with("content-type", "image/")),
        E::Unmet { index: 2 }
    );
}

#[test]
fn seven_days_at_most_and_no_longer_than_the_credentials() {
    let week = Duration::from_secs(604_800);
    let ends = |policy: &PostPolicy| sign(policy).map(|form| form.expires_at().unwrap());
    let of = |expires| PostPolicy::new("examplebucket", "key", expires);
    assert_eq!(ends(&of(week)).unwrap().as_str(), "20240109T030405Z");
    for (expires, seconds) in [
        (Duration::ZERO, 0),
        (week + Duration::from_secs(1), 604_801),
        (week + Duration::from_nanos(1), 604_801),
        (Duration::MAX, u64::MAX),
    ] {
        let limit = 604_800;
        let error = Error::ExpiresOutOfRange { seconds, limit };
        assert_eq!(ends(&of(expires)), Err(PostPolicyError::Signing(error)));
    }
    let end = Timestamp::parse("20240102T030505Z").unwrap();
    let policy = of(week).credentials_end(end);
    assert_eq!(ends(&policy), Ok(end));
    assert!(
        text(&sign(&policy).unwrap()).starts_with(r#"{"expiration": "2024-01-02T03:05:05Z", "#)
    );
    let later = of(Duration::from_secs(1)).credentials_end(end);
    assert_eq!(ends(&later).unwrap().as_str(), "20240102T030406Z");
    let ended = PostPolicyError::CredentialsEnded {
        ended: at(),
        at: at(),
    };
    assert_eq!(ends(&of(week).credentials_end(at())), Err(ended));
}

#[test]
fn who_signs_is_checked() {
    let credentials = |id, secret| Credentials::new(id, secret);
    for (signer, error) in [
        (
            Signer::new(credentials("", "a"), "eu-west-1", "s3"),
            Error::EmptyAccessKeyId,
        ),
        (
            Signer::new(credentials("a", ""), "eu-west-1", "s3"),
            Error::EmptySecretAccessKey,
        ),
        (
            Signer::new(credentials("a", "b"), "", "s3"),
            Error::EmptyRegion,
        ),
        (
            Signer::new(credentials("a", "b"), "eu/west", "s3"),
            Error::InvalidRegion { position: 2 },
        ),
    ] {
        let error = Err(PostPolicyError::Signing(error));
        assert_eq!(
            signer.sign_post_policy(&policy("key"), at()).map(drop),
            error
        );
        assert_eq!(signer.sign_post_document("{}", at()).map(drop), error);
    }
    let other = Signer::new(credentials("a", "b"), "eu-west-1", "execute-api");
    let refused = other.sign_post_policy(&policy("key"), at()).map(drop);
    assert_eq!(refused, Err(PostPolicyError::NotS3));
}

/// Forms of Signature Version 4A are documented nowhere.
#[cfg(feature = "v4a")]
#[test]
fn not_by_version_4a() {
    let profile = sigv4::Profile::for_service("s3").with_sigv4a();
    let refused = signer()
        .with_profile(profile)
        .sign_post_policy(&policy("key"), at());
    assert_eq!(refused.map(drop), Err(PostPolicyError::NotS3));
}

#[test]
fn every_text_is_written_as_json() {
    let form = sign(
        &policy("a \"key\" \\ ü")
            .field("x-amz-meta-price", "$5")
            .field("x-amz-meta-name", "by ${filename}")
            .eq("x-amz-meta-tag", "a$")
            .starts_with("x-amz-meta-note", "\u{1}"),
    );
    let text = text(&form.unwrap());
    for written in [
        r#"{"x-amz-meta-price": "\$5"}"#,
        r#"["starts-with", "$x-amz-meta-name", "by "]"#,
        r#"{"x-amz-meta-tag": "a$"}"#,
        r#"["starts-with", "$x-amz-meta-note", "\u0001"]"#,
        r#"{"bucket": "examplebucket"}, {"key": "a \"key\" \\ ü"}, {"x-amz-algorithm""#,
        r#"{"x-amz-security-token": "a-token"}]}"#,
    ] {
        assert!(text.contains(written), "{written}: {text}");
    }
}

#[test]
fn nothing_that_is_shown_is_a_secret() {
    let policy = policy("key").field("x-amz-server-side-encryption-customer-key", "a-key");
    let form = sign(&policy).unwrap();
    let shown = format!("{policy:?} {form:?} {form:#?}");
    let signature = value(&form, "x-amz-signature");
    for secret in [
        "a-secret",
        "a-token",
        "a-key",
        signature,
        value(&form, "policy"),
    ] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(shown.contains("x-amz-signature"));
}

#[test]
fn every_error_has_words() {
    let errors = [
        PostPolicyError::NotS3,
        PostPolicyError::InvalidBucket { position: 3 },
        PostPolicyError::EmptyKey,
        PostPolicyError::KeyTooLong { limit: 3 },
        PostPolicyError::FormTooLong { limit: 3 },
        PostPolicyError::InvalidKey { position: 3 },
        PostPolicyError::KeyFilenameNotLast,
        PostPolicyError::FilenameNotLast { index: 3 },
        PostPolicyError::InvalidFieldName { index: 3 },
        PostPolicyError::InvalidFieldValue {
            index: 3,
            position: 4,
        },
        PostPolicyError::ReservedField { index: 3 },
        PostPolicyError::RepeatedField { index: 3 },
        PostPolicyError::Unmet { index: 3 },
        PostPolicyError::RepeatedRange { index: 3 },
        PostPolicyError::EmptyRange {
            minimum: 4,
            maximum: 3,
        },
        PostPolicyError::CredentialsEnded {
            ended: at(),
            at: at(),
        },
    ];
    let texts: std::collections::BTreeSet<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), errors.len());
    for text in texts {
        assert!(
            !text.is_empty() && !text.contains('\n') && !text.ends_with('.'),
            "{text}"
        );
    }
}
