//! Region and service, as AWS's own host names tell them.
//! [Service endpoints](https://docs.aws.amazon.com/general/latest/gr/rande.html)

use std::prelude::rust_2024::*;

/// What a host name tells. The region is missing where it is nowhere in the name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AwsHost {
    /// The service's signing name, for example `execute-api`.
    pub service: String,
    /// For example `eu-west-1`.
    pub region: Option<String>,
}

/// AWS's domains, the longer first.
const DOMAINS: [&str; 4] = [
    ".amazonaws.com.cn",
    ".amazonaws.com",
    ".amazonaws.eu",
    ".api.aws",
];

/// Services whose hosts have names of their own in front (an API, a bucket, an
/// account). Any other such host may be somebody's load balancer or database, not an
/// API of AWS.
const WITH_NAME_IN_FRONT: [&str; 15] = [
    "aoss",
    "appsync-api",
    "ddb",
    "dynamodb",
    "ecr",
    "es",
    "execute-api",
    "kinesis",
    "s3",
    "s3-accesspoint",
    "s3-control",
    "s3-object-lambda",
    "s3-outposts",
    "sagemaker",
    "sqs",
];

/// Services that put the region in front of their own name.
const REGION_IN_FRONT: [&str; 4] = ["aoss", "cloudsearch", "es", "queue"];

/// Names in hosts that differ from the names that are signed.
const SIGNED_AS: [(&str, &str); 20] = [
    ("appconfigdata", "appconfig"),
    ("appstream2", "appstream"),
    ("appsync-api", "appsync"),
    ("aps-workspaces", "aps"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-data-automation", "bedrock"),
    ("bedrock-data-automation-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("ddb", "dynamodb"),
    ("email", "ses"),
    ("git-codecommit", "codecommit"),
    ("lambda-url", "lambda"),
    ("models-v2-lex", "lex"),
    ("pinpoint", "mobiletargeting"),
    ("queue", "sqs"),
    ("runtime-v2-lex", "lex"),
    ("s3-accelerate", "s3"),
    ("s3-accesspoint", "s3"),
    ("s3-control", "s3"),
];

/// The region of services that have one endpoint for the world.
const GLOBAL: &str = "us-east-1";

/// What a host name, without a port, tells of service and region; `None` for hosts that
/// AWS's names say nothing about, such as custom domains.
#[must_use]
pub fn recognize(host: &str) -> Option<AwsHost> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(names) = host.strip_suffix(".on.aws") {
        let (rest, region) = names.rsplit_once('.')?;
        let (_, service) = rest.rsplit_once('.')?;
        return (service == "lambda-url" && is_region(region))
            .then(|| known(service, Some(region)));
    }
    let (names, domain) = DOMAINS
        .iter()
        .find_map(|domain| Some((host.strip_suffix(domain)?, *domain)))?;
    let mut labels: Vec<&str> = names.split('.').collect();
    let private = labels.pop_if(|label| *label == "vpce").is_some();
    let last = labels.pop()?;
    if is_region(last) {
        labels.pop_if(|label| *label == "dualstack");
        let service = strip_fips(labels.pop()?);
        let may_have_names =
            private || service.starts_with("s3express-") || WITH_NAME_IN_FRONT.contains(&service);
        return (labels.is_empty() || may_have_names).then(|| known(service, Some(last)));
    }
    if let Some(region) = labels.pop_if(|label| is_region(label)) {
        return REGION_IN_FRONT
            .contains(&last)
            .then(|| known(last, Some(region)));
    }
    if let Some(region) = last.strip_prefix("s3-").filter(|name| is_region(name)) {
        return Some(known("s3", Some(region)));
    }
    if last == "s3-accelerate" || (last == "dualstack" && labels.last() == Some(&"s3-accelerate")) {
        return Some(known("s3", None));
    }
    let global = domain == ".amazonaws.com" && (labels.is_empty() || last == "s3");
    global.then(|| known(strip_fips(last), Some(GLOBAL)))
}

fn known(service: &str, region: Option<&str>) -> AwsHost {
    let service = if service.starts_with("s3express-") {
        "s3express"
    } else {
        SIGNED_AS
            .iter()
            .find(|(in_host, _)| *in_host == service)
            .map_or(service, |(_, signed)| signed)
    };
    AwsHost {
        service: service.into(),
        region: region.map(Into::into),
    }
}

fn strip_fips(service: &str) -> &str {
    service.strip_suffix("-fips").unwrap_or(service)
}

/// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`: at least three parts, the last a number.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let (Some((number, words)), true) = (parts.split_last(), parts.len() >= 3) else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let first = words.first().map_or(0, |word| word.len());
    (2..=4).contains(&first)
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::recognize;
    use std::prelude::rust_2024::*;

    #[test]
    fn hosts() {
        for (host, expected) in [
            (
                "abc123.execute-api.eu-west-1.amazonaws.com",
                "execute-api eu-west-1",
            ),
            (
                "abc123.execute-api.cn-north-1.amazonaws.com.cn",
                "execute-api cn-north-1",
            ),
            (
                "abc123-vpce-0a1.execute-api.us-east-2.amazonaws.com",
                "execute-api us-east-2",
            ),
            (
                "vpce-0a1-x.execute-api.us-east-2.vpce.amazonaws.com",
                "execute-api us-east-2",
            ),
            (
                "abc123.execute-api.us-east-1.api.aws",
                "execute-api us-east-1",
            ),
            ("x.lambda-url.us-west-2.on.aws", "lambda us-west-2"),
            ("lambda.us-gov-west-1.amazonaws.com", "lambda us-gov-west-1"),
            ("sqs.eusc-de-east-1.amazonaws.eu", "sqs eusc-de-east-1"),
            ("kms-fips.us-east-1.amazonaws.com", "kms us-east-1"),
            ("EMAIL.us-east-1.amazonaws.com.", "ses us-east-1"),
            (
                "bedrock-runtime.us-east-1.amazonaws.com",
                "bedrock us-east-1",
            ),
            ("api.ecr.us-east-1.amazonaws.com", "ecr us-east-1"),
            (
                "streams.dynamodb.us-east-1.amazonaws.com",
                "dynamodb us-east-1",
            ),
            ("search-x-1.us-east-1.es.amazonaws.com", "es us-east-1"),
            ("id.us-east-1.aoss.amazonaws.com", "aoss us-east-1"),
            ("us-west-2.queue.amazonaws.com", "sqs us-west-2"),
            ("iam.amazonaws.com", "iam us-east-1"),
            ("sts.amazonaws.com", "sts us-east-1"),
            ("s3.amazonaws.com", "s3 us-east-1"),
            ("bucket.s3.amazonaws.com", "s3 us-east-1"),
            ("s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("my.bucket.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("us-west-1.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("bucket.s3-us-west-2.amazonaws.com", "s3 us-west-2"),
            ("s3-us-west-2.amazonaws.com", "s3 us-west-2"),
            ("s3.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"),
            (
                "bucket.s3.dualstack.us-west-2.amazonaws.com",
                "s3 us-west-2",
            ),
            (
                "bucket.s3-fips.dualstack.us-west-2.amazonaws.com",
                "s3 us-west-2",
            ),
            (
                "ap-123.s3-accesspoint.us-west-2.amazonaws.com",
                "s3 us-west-2",
            ),
            ("123.s3-control.us-west-2.amazonaws.com", "s3 us-west-2"),
            (
                "b.s3express-use1-az4.us-east-1.amazonaws.com",
                "s3express us-east-1",
            ),
            (
                "b.bucket.vpce-1-x.s3.us-east-1.vpce.amazonaws.com",
                "s3 us-east-1",
            ),
            ("bucket.s3-accelerate.amazonaws.com", "s3 -"),
            ("bucket.s3-accelerate.dualstack.amazonaws.com", "s3 -"),
            ("api.example.com", "none"),
            ("localhost", "none"),
            ("127.0.0.1", "none"),
            ("amazonaws.com", "none"),
            ("evilamazonaws.com", "none"),
            ("iam.amazonaws.com.evil.example", "none"),
            ("my-lb-1.us-east-1.elb.amazonaws.com", "none"),
            ("my-nlb-1.elb.us-east-1.amazonaws.com", "none"),
            ("ec2-1-2-3-4.us-west-2.compute.amazonaws.com", "none"),
            ("ec2-1-2-3-4.compute-1.amazonaws.com", "none"),
            ("x.rds.amazonaws.com.cn", "none"),
            ("us-east-1.amazonaws.com", "none"),
        ] {
            let found = recognize(host).map_or("none".into(), |host| {
                std::format!("{} {}", host.service, host.region.as_deref().unwrap_or("-"))
            });
            assert_eq!(found, expected, "{host}");
        }
    }

    #[test]
    fn signing_names() {
        for (in_host, signed) in [
            ("appconfigdata", "appconfig"),
            ("appstream2", "appstream"),
            ("aps-workspaces", "aps"),
            ("bedrock-data-automation", "bedrock"),
            ("bedrock-data-automation-runtime", "bedrock"),
            ("git-codecommit", "codecommit"),
            ("models-v2-lex", "lex"),
            ("pinpoint", "mobiletargeting"),
            ("runtime-v2-lex", "lex"),
        ] {
            let host = recognize(&std::format!("{in_host}.eu-west-1.amazonaws.com")).unwrap();
            assert_eq!(host.service, signed, "{in_host}");
            assert_eq!(host.region.as_deref(), Some("eu-west-1"));
        }
    }
}
