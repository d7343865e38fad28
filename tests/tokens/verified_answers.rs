//! Who signed, by what STS answers.

use crate::verified::{Eks, read};
use sigv4::tokens::{StsAnswerError, StsCaller};

const ARN: &str = "arn:aws:sts::123456789012:assumed-role/Admin/session";

fn caller(status: u16, body: &str) -> Result<StsCaller, StsAnswerError> {
    let cases = read::<Eks>("eks");
    let (_, case) = cases
        .iter()
        .find(|(name, _)| name == "accept_awscli")
        .unwrap();
    case.check(&case.token)
        .unwrap()
        .caller(status, body.as_bytes())
}

fn answer(account: &str, arn: &str, user_id: &str) -> String {
    let result = serde_json::json!({ "Account": account, "Arn": arn, "UserId": user_id });
    let metadata = serde_json::json!({ "RequestId": "a" });
    let response =
        serde_json::json!({ "GetCallerIdentityResult": result, "ResponseMetadata": metadata });
    serde_json::json!({ "GetCallerIdentityResponse": response }).to_string()
}

#[test]
fn who_signed() {
    let right = answer("123456789012", ARN, "AROAEXAMPLE:session");
    let found = caller(200, &right).unwrap();
    assert_eq!(found.account, "123456789012");
    assert_eq!(found.arn, ARN);
    assert_eq!(found.user_id, "AROAEXAMPLE:session");
    for status in [0, 201, 302, 400, 403, 500] {
        assert_eq!(
            caller(status, &right),
            Err(StsAnswerError::Refused { status })
        );
    }
}

/// No part of a caller is made up, nor taken from elsewhere in the answer.
#[test]
fn answers_that_name_nobody() {
    let nobody = Err(StsAnswerError::NoCaller);
    for (account, arn, user_id) in [
        ("12345678901", "arn:aws:iam::12345678901:root", "A"),
        ("12345678901x", "arn:aws:iam::12345678901x:root", "A"),
        ("123456789012", "arn:aws:iam::123456789013:root", "A"),
        ("123456789012", "arn:aws:iam::123456789012", "A"),
        ("123456789012", "arn:aws:iam::123456789012:", "A"),
        ("123456789012", "x:aws:iam::123456789012:root", "A"),
        ("123456789012", "", "A"),
        ("123456789012", "arn:aws:iam::123456789012:root", ""),
    ] {
        assert_eq!(caller(200, &answer(account, arn, user_id)), nobody, "{arn}");
    }
    let flat = format!(r#"{{"Account":"123456789012","Arn":"{ARN}","UserId":"A"}}"#);
    let other = answer("123456789012", ARN, "A").replace("GetCallerIdentity", "GetOther");
    let number = answer("123456789012", ARN, "A").replace(r#""123456789012""#, "123456789012");
    assert_eq!(caller(200, &number), nobody);
    let xml = "<GetCallerIdentityResponse></GetCallerIdentityResponse>";
    let cut = r#"{"GetCallerIdentityResponse":{"#;
    for body in ["", "[]", "null", xml, cut, &flat, &other] {
        assert_eq!(
            caller(200, body),
            Err(StsAnswerError::NotTheAnswer),
            "{body}"
        );
    }
    let (bytes, limit) = (65_537, 65_536);
    assert_eq!(
        caller(200, &" ".repeat(bytes)),
        Err(StsAnswerError::TooLong { bytes, limit })
    );
}
