//! Which hosts are endpoints of STS in which partition.

use base64::Engine;
use sigv4::Timestamp;
use sigv4::tokens::{EksTokenError, EksVerifier};

/// Whether a token with this host gets past the check of it.
fn is_taken(region: &str, host: &str) -> bool {
    let url = format!("https://{host}/");
    let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(url);
    let verifier = EksVerifier::new("my-cluster", region).unwrap();
    let error = verifier
        .check(&format!("k8s-aws-v1.{token}"), Timestamp::EPOCH)
        .unwrap_err();
    match error {
        EksTokenError::NotStsHost => false,
        EksTokenError::MissingParameter { name: "Action" } => true,
        other => panic!("{host}: {other}"),
    }
}

/// The cases of aws-iam-authenticator's own test of it (`TestSTSEndpoints`, commit 9aae787), the
/// partition said by one of its regions; and where it takes a region that is none by the pattern
/// of any partition, which this one does not.
#[test]
fn as_aws_iam_authenticator_takes_them() {
    let (aws, cn, gov) = ("us-east-1", "cn-north-1", "us-gov-west-1");
    let (iso, isob) = ("us-iso-east-1", "us-isob-east-1");
    for (region, host, taken) in [
        (aws, "sts.amazonaws.com", true),
        (cn, "sts.amazonaws.com", false),
        (gov, "sts.amazonaws.com", false),
        (iso, "sts.amazonaws.com", false),
        (isob, "sts.amazonaws.com", false),
        ("eu-isoe-west-1", "sts.amazonaws.com", false),
        ("us-isof-south-1", "sts.amazonaws.com", false),
        (cn, "sts.cn-northwest-1.amazonaws.com.cn", true),
        (cn, "sts.cn-north-1.amazonaws.com.cn", true),
        (cn, "sts.us-iso-east-1.c2s.ic.gov", false),
        (cn, "sts.not-a-region1.amazonaws.com.cn", false),
        (aws, "sts-fips.us-west-2.amazonaws.com", true),
        (aws, "sts-fips.us-east-1.amazonaws.com", true),
        (aws, "sts.us-east-1.amazonaws.com", true),
        (aws, "sts.us-east-2.amazonaws.com", true),
        (aws, "sts.us-west-1.amazonaws.com", true),
        (aws, "sts.us-west-2.amazonaws.com", true),
        (aws, "sts.ap-south-1.amazonaws.com", true),
        (aws, "sts.ap-northeast-1.amazonaws.com", true),
        (aws, "sts.ap-southeast-2.amazonaws.com", true),
        (aws, "sts.ca-central-1.amazonaws.com", true),
        (aws, "sts.eu-central-1.amazonaws.com", true),
        (aws, "sts.eu-north-1.amazonaws.com", true),
        (aws, "sts.amazonaws.com.cn", false),
        (aws, "website.amazonaws.com", false),
        (iso, "sts.us-iso-east-1.c2s.ic.gov", true),
        (iso, "sts.cn-north-1.amazonaws.com.cn", false),
        (isob, "sts.cn-north-1.amazonaws.com.cn", false),
        (gov, "sts.us-gov-east-1.amazonaws.com", true),
        (cn, "sts-fips.us-east-1.amazonaws.com", false),
        (cn, "sts.us-isob-east-1.amazonaws.com.cn", false),
        (isob, "sts.us-isob-east-1.amazonaws.com.cn", false),
        (aws, "sts.us-west-2.api.aws", true),
        (cn, "sts.cn-north-1.api.amazonwebservices.com.cn", true),
        (aws, "sts.cn-north-1.api.amazonwebservices.com.cn", false),
        (cn, "sts.us-west-2.amazonaws.com.cn", false),
        (aws, "sts.us-west-2.amazonaws.com.cn", false),
        // By its pattern: regions are not looked up, and new ones come.
        (aws, "sts.us-mars-1.amazonaws.com", true),
        (cn, "sts.us-mars-1.amazonaws.com", false),
        // Taken there.
        (aws, "sts.not-a-region.amazonaws.com", false),
        (aws, "sts.default-region.amazonaws.com", false),
    ] {
        assert_eq!(
            is_taken(region, host),
            taken,
            "{host} in the partition of {region}"
        );
    }
}
