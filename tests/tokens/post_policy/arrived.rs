//! Forms that S3 takes or refuses, one flaw each: `test-vectors/post-policy-accept` and
//! `post-policy-reject`, found by reading the folders.

use crate::support::{json_files, vectors};
use serde_json::Value;
use sigv4::post_policy::{ArrivedForm, PostClaim, PostFault, VerifiedPost};
use sigv4::{Error, Policy, Refusal, RefusalReason, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn read(folder: &str) -> BTreeMap<String, Value> {
    let files = json_files(&vectors().join(folder)).into_iter();
    let read = |path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.map(|(name, path)| (name, read(path))).collect()
}

fn with_form<T>(vector: &Value, use_it: impl FnOnce(&ArrivedForm<'_>, &Policy<'_>) -> T) -> T {
    let fields = vector["fields"].as_array().unwrap().iter();
    let fields: Vec<_> = fields
        .map(|field| {
            (
                field[0].as_str().unwrap(),
                field[1].as_str().unwrap().as_bytes(),
            )
        })
        .collect();
    let bucket = vector["bucket"].as_str().unwrap();
    let form = ArrivedForm::new(bucket, &fields, vector["file_name"].as_str());
    let regions = [vector["region"].as_str().unwrap()];
    use_it(&form, &Policy::new(&regions, "s3"))
}

/// As a service would, the file included.
fn verify<T>(
    vector: &Value,
    form: &ArrivedForm<'_>,
    policy: &Policy<'_>,
    use_it: impl FnOnce(&VerifiedPost<'_>) -> T,
) -> Result<T, PostFault> {
    let claim = PostClaim::from_form(form)?;
    let key = (claim.access_key_id() == "AKIDEXAMPLE").then(|| claim.signing_key(SECRET));
    let now = Timestamp::parse(vector["now"].as_str().unwrap()).unwrap();
    let verified = claim.verify(key.as_ref(), policy, now)?;
    verified.check_length(vector["length"].as_u64().unwrap())?;
    Ok(use_it(&verified))
}

#[test]
fn every_right_form_is_taken() {
    for (name, vector) in read("post-policy-accept") {
        assert!(
            vector["shows"].is_string(),
            "{name} does not say what it shows"
        );
        let outcome = with_form(&vector, |form, policy| {
            verify(&vector, form, policy, |verified| {
                assert_eq!(verified.key, vector["key"].as_str().unwrap(), "{name}");
                assert_eq!(verified.access_key_id, "AKIDEXAMPLE");
                assert_eq!(verified.bucket, "examplebucket");
                assert_eq!(verified.scope.region(), "eu-west-1");
                assert_eq!(verified.session_token, vector["session_token"].as_str());
                assert_eq!(verified.fields().count(), form.fields.len());
            })
        });
        outcome.unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }
}

#[test]
fn every_flaw_is_refused_for_its_reason_and_answered_as_s3_does() {
    let vectors = read("post-policy-reject");
    assert!(vectors.len() >= 120, "only {}", vectors.len());
    let mut rules = BTreeSet::new();
    for (name, vector) in vectors {
        assert!(
            vector["flaw"].is_string(),
            "{name} does not say what is wrong"
        );
        rules.insert(vector["rule"].as_u64().unwrap());
        with_form(&vector, |form, policy| {
            let fault = verify(&vector, form, policy, |_| ()).expect_err(&name);
            assert_eq!(
                format!("{fault:?}"),
                vector["fault"].as_str().unwrap(),
                "{name}"
            );
            let refusal = Refusal::of_post(fault, form, policy);
            assert_eq!(refusal.reason(), RefusalReason::Post(fault));
            let answer = &vector["answer"];
            assert_eq!(
                refusal.message(),
                answer["message"].as_str().unwrap(),
                "{name}"
            );
            assert_eq!(refusal.code(), answer["code"].as_str().unwrap(), "{name}");
            assert_eq!(
                u64::from(refusal.status()),
                answer["status"].as_u64().unwrap(),
                "{name}"
            );
            let body = refusal.body();
            assert!(
                body.contains(&format!("<Code>{}</Code>", refusal.code())),
                "{body}"
            );
            assert_eq!(refusal.note(), fault.to_string());
            // What follows from a secret is in no answer.
            let shown = format!("{body}{fault:?}{fault}{form:?}");
            let claim = PostClaim::from_form(form);
            if let Ok(claim) = claim {
                assert!(!format!("{claim:?}").contains(SECRET));
            }
            assert!(!shown.contains(SECRET), "{name}");
        });
    }
    // All of "Verifying", and the sizes.
    assert_eq!(rules, (1..=9).collect());
}

/// Fields of an answer beside code and message.
#[test]
fn answers_name_what_they_are_about() {
    let vectors = read("post-policy-reject");
    for (name, element) in [
        (
            "1_region",
            "<ArgumentName>X-Amz-Credential</ArgumentName><ArgumentValue>AKIDEXAMPLE/20240102/us-east-1/s3/aws4_request</ArgumentValue><Region>eu-west-1</Region>",
        ),
        (
            "1_no-x-amz-date",
            "<ArgumentName>X-Amz-Date</ArgumentName><ArgumentValue></ArgumentValue>",
        ),
        (
            "1_date-form",
            "<ArgumentValue>2024-01-02T03:04:05Z</ArgumentValue>",
        ),
        (
            "2_cut-policy",
            "<AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>ey",
        ),
        ("7_too-long", "<MaxSizeAllowed>4</MaxSizeAllowed>"),
        (
            "7_too-short",
            "<ProposedSize>5</ProposedSize><MinSizeAllowed>6</MinSizeAllowed>",
        ),
        (
            "9_too-long",
            "<MaxPostPreDataLengthBytes>20480</MaxPostPreDataLengthBytes>",
        ),
        (
            "9_key-1025",
            "<Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>",
        ),
    ] {
        let vector = &vectors[name];
        with_form(vector, |form, policy| {
            let fault = verify(vector, form, policy, |_| ()).unwrap_err();
            let body = Refusal::of_post(fault, form, policy).body();
            assert!(body.contains(element), "{name}: {body}");
        });
    }
}

/// The answer to an unknown key is the answer to a wrong signature, as far as it is told here.
#[test]
fn an_unknown_key_looks_like_a_wrong_signature() {
    let vectors = read("post-policy-accept");
    with_form(&vectors["plain"], |form, policy| {
        let claim = PostClaim::from_form(form).unwrap();
        let now = claim.at();
        let mismatch = PostFault::Claim(Error::SignatureMismatch);
        assert_eq!(claim.verify(None, policy, now), Err(mismatch));
        // Anybody can sign with what stands in for a secret.
        let stand_in = claim.signing_key("no such key");
        assert_eq!(claim.verify(&stand_in, policy, now), Err(mismatch));
        let refusal = Refusal::of_post(RefusalReason::UnknownAccessKey, form, policy);
        assert_eq!(
            (refusal.status(), refusal.code()),
            (403, "InvalidAccessKeyId")
        );
        assert!(
            refusal
                .body()
                .contains("<AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>")
        );
    });
}

/// What no vector can hold: values that are no text.
#[test]
fn what_is_no_text_is_refused() {
    let fields = [("key", &b"\xff"[..])];
    let form = ArrivedForm::new("examplebucket", &fields, None);
    let fault = PostClaim::from_form(&form).unwrap_err();
    assert_eq!(fault, PostFault::InvalidField { index: 0 });
    let fields = [("key", &b"a"[..]), ("FILE", b"")];
    let form = ArrivedForm::new("examplebucket", &fields, None);
    assert_eq!(
        PostClaim::from_form(&form).unwrap_err(),
        PostFault::RepeatedFile
    );
}
