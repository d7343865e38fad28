//! What is made is taken, and nothing else.

use proptest::prelude::*;
use sigv4::post_policy::{ArrivedForm, PostClaim, PostPolicy};
use sigv4::{Credentials, Error, Policy, Signer, Timestamp};
use std::time::Duration;

const BUCKET: &str = "examplebucket";

fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

fn signer() -> Signer {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").with_session_token("a-token");
    Signer::new(credentials, "eu-west-1", "s3")
}

/// The key, with the name of the file in it.
fn verify(fields: &[(String, String)], bucket: &str, length: u64) -> Result<String, String> {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let form = ArrivedForm::new(bucket, &fields, Some("saw.png"));
    let claim = PostClaim::from_form(&form).map_err(|fault| fault.to_string())?;
    let key = claim.signing_key("secret");
    let policy = Policy::new(&["eu-west-1"], "s3");
    let verified = claim
        .verify(&key, &policy, at())
        .map_err(|fault| fault.to_string())?;
    verified
        .check_length(length)
        .map_err(|fault| fault.to_string())?;
    Ok(verified.key.to_string())
}

/// Any text that a form can carry.
fn value() -> impl Strategy<Value = String> {
    "[^\r\n\0]{0,12}|\\$.{0,4}|\"\\\\\u{1}ü".prop_map(|text| {
        let text: String = text.chars().filter(|c| !"\r\n\0".contains(*c)).collect();
        text.replace("${filename}", "")
    })
}

proptest! {
    #[test]
    fn what_is_made_is_taken_and_nothing_else(
        key in value(),
        named in any::<bool>(),
        values in proptest::collection::vec(value(), 0..4),
        prefix in value(),
        filled in value(),
        range in (0_u64..9, 0_u64..9),
        change in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!key.is_empty() || named);
        let wanted = if named { format!("{key}${{filename}}") } else { key.clone() };
        let mut policy = PostPolicy::new(BUCKET, wanted, Duration::from_secs(60));
        for (index, value) in values.iter().enumerate() {
            policy = policy.field(format!("x-amz-meta-{index}"), value);
        }
        let (low, high) = (range.0.min(range.1), range.0.max(range.1));
        let policy = policy.starts_with("x-amz-meta-open", &prefix).content_length_range(low..=high);
        let form = signer().sign_post_policy(&policy, at()).unwrap();
        let open = format!("{prefix}{filled}");
        let mut fields: Vec<_> = form.fields()
            .chain([("X-Amz-Meta-Open", open.as_str())])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let expected = if named { format!("{key}saw.png") } else { key };
        for length in [low, high] {
            prop_assert_eq!(verify(&fields, BUCKET, length), Ok(expected.clone()));
        }
        prop_assert!(verify(&fields, BUCKET, high + 1).is_err());
        prop_assert!(verify(&fields, "another", low).is_err());
        // Any other value, and any field that is left out or added.
        let place = change.index(fields.len() - 1);
        let (name, kept) = fields[place].clone();
        fields[place].1 = format!("{kept}x");
        let free = named && name == "key";
        prop_assert_eq!(verify(&fields, BUCKET, low).is_ok(), free, "{}", name);
        fields.remove(place);
        prop_assert!(verify(&fields, BUCKET, low).is_err(), "{}", name);
        fields.insert(place, (name, kept));
        fields.push(("x-amz-meta-more".into(), String::new()));
        prop_assert!(verify(&fields, BUCKET, low).is_err());
    }

    /// A signature says nothing of what is under it: whatever is signed is read to its end.
    #[test]
    fn any_document_ends(text in "\\{\"expiration\": ?\"2024-01-02T04:04:05Z\",\"conditions\":\\[.{0,40}\\]\\}|.{0,60}|[\\[{]{0,300}") {
        let form = signer().sign_post_document(&text, at()).unwrap().with_field("key", "a").unwrap();
        let fields: Vec<_> = form.fields()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let refused = verify(&fields, BUCKET, 0).unwrap_err();
        prop_assert_ne!(refused, Error::SignatureMismatch.to_string());
    }
}
