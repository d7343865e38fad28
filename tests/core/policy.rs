//! What a policy asks for, and what it can be relaxed to.

use crate::arrived::{Arrived, signed_by_hand};
use crate::support::example::{TIME, signer};
use sigv4::{Credentials, Error, Policy, Profile, QueryPlus, Signer};

#[test]
fn host_is_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "GET", "/");
    let arrived = signed_by_hand(&base, &["x-amz-date"], TIME);
    let policy = arrived.policy();
    assert_eq!(arrived.outcome(&policy), Err(Error::HostNotSigned));
    let relaxed = arrived.outcome_where(|policy| policy.host_signed = false);
    assert_eq!(relaxed, Ok(()));
}

#[test]
fn amz_headers_are_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "GET", "/").header("X-aMz-Meta", "1");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], TIME);
    let policy = arrived.policy();
    let expected = Err(Error::AmzHeaderNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    let mut relaxed = policy;
    relaxed.amz_headers_signed = false;
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
    // A name that only starts alike.
    let base = Arrived::new("execute-api", "GET", "/").header("X-Amzn-Trace-Id", "1");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], TIME);
    assert_eq!(arrived.outcome(&policy), Ok(()));
    // The date is in the string to sign, whether its header is signed or not.
    let base = Arrived::new("execute-api", "GET", "/");
    let mut arrived = signed_by_hand(&base, &["host"], TIME);
    let expected = Err(Error::AmzHeaderNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
    arrived.headers[1].1 = b"20150830T123601Z".to_vec();
    assert_eq!(arrived.outcome(&relaxed), Err(Error::SignatureMismatch));
}

#[test]
fn content_type_is_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "POST", "/").header("Content-Type", "text/plain");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], TIME);
    let policy = arrived.policy();
    let expected = Err(Error::ContentTypeNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    let relaxed = arrived.outcome_where(|policy| policy.content_type_signed = false);
    assert_eq!(relaxed, Ok(()));
    // The maker of a presigned URL does not know it.
    let url = Arrived::new("execute-api", "POST", "/")
        .presigned(&signer("execute-api"))
        .header("Content-Type", "text/plain");
    assert_eq!(url.outcome(&policy), Ok(()));
}

#[test]
fn regions_and_service_are_expected() {
    let arrived = Arrived::new("execute-api", "GET", "/").signed(&signer("execute-api"));
    let outcome = |regions: &[&str], service: &str| arrived.outcome(&Policy::new(regions, service));
    assert_eq!(outcome(&["us-east-1"], "execute-api"), Ok(()));
    assert_eq!(outcome(&["eu-west-1", "us-east-1"], "execute-api"), Ok(()));
    assert_eq!(
        outcome(&["eu-west-1"], "execute-api"),
        Err(Error::WrongRegion)
    );
    assert_eq!(
        outcome(&["us-east-1x"], "execute-api"),
        Err(Error::WrongRegion)
    );
    assert_eq!(outcome(&[], "execute-api"), Err(Error::WrongRegion));
    assert_eq!(outcome(&["us-east-1"], "lambda"), Err(Error::WrongService));
    assert_eq!(
        outcome(&["us-east-1"], "Execute-api"),
        Err(Error::WrongService)
    );
}

/// `?a=b+c`, signed by those who read it as a space and by those who do not.
#[test]
fn both_spellings_of_plus_are_accepted_where_the_policy_says_so() {
    let base = Arrived::new("execute-api", "GET", "/?a=b+c%2B");
    let space = Profile {
        query_plus: QueryPlus::Space,
        ..Profile::DEFAULT
    };
    let as_space = signer("execute-api")
        .with_profile(space)
        .with_target_as_given();
    let as_plus = signer("execute-api").with_target_as_given();
    let mismatch = Err(Error::SignatureMismatch);
    for (forms, literal, spaced) in [
        (
            [
                base.clone().signed(&as_plus),
                base.clone().presigned(&as_plus),
            ],
            Ok(()),
            mismatch,
        ),
        (
            [
                base.clone().signed(&as_space),
                base.clone().presigned(&as_space),
            ],
            mismatch,
            Ok(()),
        ),
    ] {
        for arrived in forms {
            let policy = arrived.policy();
            assert!(arrived.target.contains("b+c"));
            assert_eq!(arrived.outcome(&policy), literal);
            let mut reads_spaces = policy;
            reads_spaces.profile = space;
            assert_eq!(arrived.outcome(&reads_spaces), spaced);
            for mut both in [policy, reads_spaces] {
                both.both_query_plus = true;
                assert_eq!(arrived.outcome(&both), Ok(()));
                let mut changed = arrived.clone();
                changed.target = changed.target.replace("b+c", "b-c");
                assert_eq!(changed.outcome(&both), mismatch);
            }
        }
    }
}

/// No secret at all, not even one from the source of this crate, makes a signature that
/// holds for an unknown access key.
#[test]
fn no_secret_opens_an_unknown_access_key() {
    for secret in ["no such key", "unknown", "-", "AWS4"] {
        let credentials = Credentials::new("AKIDUNKNOWN", secret);
        let stranger = Signer::new(credentials, "us-east-1", "execute-api");
        let base = Arrived::new("execute-api", "GET", "/items");
        for arrived in [base.clone().signed(&stranger), base.presigned(&stranger)] {
            let outcome = arrived.outcome(&arrived.policy());
            assert_eq!(outcome, Err(Error::SignatureMismatch), "{secret}");
        }
    }
}
