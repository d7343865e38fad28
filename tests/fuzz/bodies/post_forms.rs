//! Forms that upload to S3, beside a second reading of their policies.

use super::example::SECRET;
use serde_json::Value;
use sigv4::post_policy::{ArrivedForm, MAX_FORM, MAX_KEY, PostClaim, PostFault, VerifiedPost};
use sigv4::{Credentials, Error, Header, Policy, Refusal, Signer, Timestamp};

const REGION: &str = "eu-west-1";

/// As the vectors have it.
fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

/// After a byte, lines: bucket, name of the file, `name=value` for each field. Of an odd byte the
/// last line is a policy, which is signed here.
///
/// Whatever arrives is read to its end and answered, and no secret is told. What holds meets its
/// policy as `serde_json` reads it: each condition, and one for each field.
pub fn post_forms(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let mut lines: Vec<_> = rest.split(|byte| *byte == b'\n').collect();
    let document = match kind & 1 {
        0 => None,
        _ => lines.pop().and_then(|line| std::str::from_utf8(line).ok()),
    };
    let mut lines = lines.into_iter();
    let mut text = || std::str::from_utf8(lines.next()?).ok();
    let (bucket, file_name) = (text().unwrap_or_default(), text());
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", SECRET), REGION, "s3");
    let signed = document.map(|document| signer.sign_post_document(document, at()).unwrap());
    let mut fields: Vec<Header<'_>> = Vec::new();
    for line in lines {
        let split = line.iter().position(|byte| *byte == b'=').unwrap_or(0);
        let (name, value) = line.split_at(split);
        if let Ok(name) = std::str::from_utf8(name) {
            fields.push((name, value.get(1..).unwrap_or_default()));
        }
    }
    let is_proof = |name: &str| name.starts_with(['X', 'x', 'P', 'p']);
    let names_proof = fields.iter().any(|(name, _)| is_proof(name));
    if let Some(signed) = &signed {
        fields.extend(
            signed
                .fields()
                .map(|(name, value)| (name, value.as_bytes())),
        );
    }
    let form = ArrivedForm::new(bucket, &fields, file_name);
    let policy = Policy::new(&[REGION], "s3");
    let outcome = verified(&form, &policy, |verified| {
        if let Some(document) = document {
            check(document, bucket, verified);
        }
    });
    let Err(fault) = outcome else {
        // A byte of the policy more, and nothing holds.
        let longer: Vec<_> = fields
            .iter()
            .map(|(name, value)| match name.eq_ignore_ascii_case("policy") {
                true => (*name, [value, &b"A"[..]].concat()),
                false => (*name, value.to_vec()),
            })
            .collect();
        let longer: Vec<_> = longer
            .iter()
            .map(|(name, value)| (*name, &value[..]))
            .collect();
        let form = ArrivedForm::new(bucket, &longer, file_name);
        let refused = verified(&form, &policy, |_| ()).unwrap_err();
        let mismatch = PostFault::Claim(Error::SignatureMismatch);
        let too_long = matches!(refused, PostFault::FormTooLong { .. });
        assert!(refused == mismatch || too_long, "{refused}");
        return;
    };
    if document.is_some() && !names_proof {
        assert_ne!(fault, PostFault::Claim(Error::SignatureMismatch));
    }
    let refusal = Refusal::of_post(fault, &form, &policy);
    let shown = format!("{}{fault:?}{fault}{form:?}", refusal.body());
    assert!((400..500).contains(&refusal.status()) && !refusal.note().is_empty());
    assert!(
        !shown.contains(SECRET)
            || data
                .windows(SECRET.len())
                .any(|part| part == SECRET.as_bytes())
    );
}

fn verified(
    form: &ArrivedForm<'_>,
    policy: &Policy<'_>,
    look: impl FnOnce(&VerifiedPost<'_>),
) -> Result<(), PostFault> {
    let claim = PostClaim::from_form(form)?;
    let key = claim.signing_key(SECRET);
    look(&claim.verify(&key, policy, at())?);
    Ok(())
}

/// What the policy says, read another way.
fn check(document: &str, bucket: &str, verified: &VerifiedPost<'_>) {
    let text = document.replace("\\\\", "\\u005c").replace("\\$", "$");
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json.as_object().unwrap().len(), 2);
    let conditions = json["conditions"].as_array().unwrap();
    let (mut bound, mut low, mut high) = (Vec::new(), 0, u64::MAX);
    for condition in conditions {
        let (operator, name, operand) = match condition {
            Value::Object(object) => {
                assert_eq!(object.len(), 1);
                let (name, value) = object.iter().next().unwrap();
                ("eq", format!("${name}"), value)
            }
            list => {
                assert_eq!(list.as_array().unwrap().len(), 3);
                let name = list[1].as_str().unwrap_or_default().to_owned();
                (list[0].as_str().unwrap(), name, &list[2])
            }
        };
        if operator == "content-length-range" {
            low = low.max(condition[1].as_u64().unwrap());
            high = high.min(operand.as_u64().unwrap());
            continue;
        }
        let name = name.strip_prefix('$').unwrap().to_ascii_lowercase();
        let value = match name.as_str() {
            "bucket" => bucket,
            name => verified.field(name).unwrap(),
        };
        let operand = operand.as_str().unwrap();
        match operator {
            "eq" => assert_eq!(value, operand),
            "starts-with" if name == "content-type" => {
                let mut parts = value.split(',').map(str::trim_start);
                assert!(parts.all(|part| part.starts_with(operand)));
            }
            "starts-with" => assert!(value.starts_with(operand)),
            other => panic!("{other}"),
        }
        bound.push(name);
    }
    assert_eq!(
        (verified.minimum_length, verified.maximum_length),
        (low, high)
    );
    assert!(bound.contains(&"bucket".to_owned()));
    // However often the name of the file was put in.
    let bytes: usize = verified.fields().map(|(_, value)| value.len()).sum();
    assert!(bytes <= MAX_FORM && verified.key.len() <= MAX_KEY);
    for (name, _) in verified.fields() {
        let name = name.to_ascii_lowercase();
        let free = ["policy", "x-amz-signature"].contains(&&*name) || name.starts_with("x-ignore-");
        assert!(free || bound.contains(&name), "{name}");
    }
}
