//! A form as a whole: how long it is, and each field once.

use sigv4::post_policy::{PostForm, PostPolicy, PostPolicyError};
use sigv4::{Credentials, Signer, Timestamp};
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

/// A form has a field once, whatever is asked of it; and what nothing meets is not signed.
#[test]
fn several_conditions_on_one_field() {
    let open = |policy: PostPolicy| {
        let form = sign(&policy)?;
        let open = form.to_be_filled_in();
        let open: Vec<_> = open
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Ok(open.join(" "))
    };
    let unmet = |index| Err(PostPolicyError::Unmet { index });
    let types = |prefix: &str| policy("key").starts_with("Content-Type", prefix);
    for (policy, expected) in [
        (
            types("image/").starts_with("content-type", "image/png"),
            Ok("Content-Type=image/png"),
        ),
        (
            types("image/png").starts_with("content-type", "image/"),
            Ok("Content-Type=image/png"),
        ),
        (
            types("image/").eq("content-type", "image/png"),
            Ok("Content-Type=image/png"),
        ),
        (
            types("image/").eq("content-type", "image/a,image/b"),
            Ok("Content-Type=image/a,image/b"),
        ),
        (
            policy("key")
                .eq("a", "1")
                .starts_with("A", "")
                .eq("b", "")
                .eq("a", "1"),
            Ok("a=1 b="),
        ),
        (
            types("image/").starts_with("content-type", "text/"),
            unmet(1),
        ),
        (
            types("image/").eq("content-type", "image/a,text/b"),
            unmet(1),
        ),
        (policy("key").eq("a", "1").eq("A", "2"), unmet(1)),
        (
            policy("key")
                .eq("a", "1")
                .starts_with("b", "")
                .starts_with("a", "11"),
            unmet(2),
        ),
    ] {
        assert_eq!(open(policy), expected.map(str::to_owned));
    }
}

/// S3 takes no longer one: names and values, the policy and what is to be filled in among them.
#[test]
fn no_form_is_longer_than_s3_takes() {
    let long = |length| policy("key").field("x-amz-meta-a", "v".repeat(length));
    let total = |policy: &PostPolicy| {
        let form = sign(policy)?;
        let fields = form.fields().chain(form.to_be_filled_in());
        Ok(fields.map(|(name, value)| name.len() + value.len()).sum())
    };
    let too_long: Result<usize, _> = Err(PostPolicyError::FormTooLong { limit: 20_480 });
    let longest = (8_000..9_000)
        .rev()
        .find(|length| total(&long(*length)).is_ok());
    let longest = longest.unwrap();
    let room = 20_480 - total(&long(longest)).unwrap();
    assert!(room < 4, "{room}"); // each byte is there twice, once as base64
    assert_eq!(total(&long(longest + 1)), too_long);
    assert_eq!(
        total(&policy("key").eq("x-amz-meta-a", "v".repeat(longest + 1))),
        too_long
    );
    let document = |length| {
        signer()
            .sign_post_document(&" ".repeat(length), at())
            .map(drop)
    };
    assert_eq!(
        (document(13_000), document(16_000)),
        (Ok(()), too_long.map(drop))
    );
    let form = signer().sign_post_document("{}", at()).unwrap();
    assert_eq!(
        form.with_field("a", "v".repeat(20_400)).map(drop),
        too_long.map(drop)
    );
}

/// What a form could not carry is no field of it.
#[test]
fn fields_beside_a_document() {
    use PostPolicyError as E;
    let form = || {
        let form = signer().sign_post_document("{}", at()).unwrap();
        form.with_field("acl", "private").unwrap()
    };
    for (name, value, error) in [
        ("", "a", E::InvalidFieldName { index: 1 }),
        ("a\"b", "a", E::InvalidFieldName { index: 1 }),
        ("a\r\n", "a", E::InvalidFieldName { index: 1 }),
        (
            "a",
            "b\n",
            E::InvalidFieldValue {
                index: 1,
                position: 1,
            },
        ),
        ("Policy", "a", E::ReservedField { index: 1 }),
        ("x-amz-security-token", "a", E::ReservedField { index: 1 }),
        ("file", "a", E::ReservedField { index: 1 }),
        ("ACL", "private", E::RepeatedField { index: 1 }),
    ] {
        assert_eq!(
            form().with_field(name, value).map(drop),
            Err(error),
            "{name}"
        );
    }
    let form = form()
        .with_field("bucket", "a")
        .unwrap()
        .with_field("key", "b")
        .unwrap();
    let names: Vec<_> = form.fields().map(|(name, _)| name).take(4).collect();
    assert_eq!(names, ["acl", "bucket", "key", "x-amz-algorithm"]);
}
