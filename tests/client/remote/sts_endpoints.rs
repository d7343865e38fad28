//! Where STS is asked.

use crate::remote::{config, credentials, error};
use sigv4::client::{AssumeRole, CredentialsError, ProvideCredentials, ProviderConfig, Sts};

#[test]
fn where_sts_is() {
    let endpoint = |config: ProviderConfig| {
        let sts = Sts::new(&config)?;
        Ok::<_, CredentialsError>(format!("{} {}", sts.endpoint(), sts.region()))
    };
    for (variables, region, expected) in [
        (&[][..], None, "https://sts.amazonaws.com/ us-east-1"),
        (
            &[("AWS_REGION", "eu-west-3")],
            None,
            "https://sts.eu-west-3.amazonaws.com/ eu-west-3",
        ),
        (
            &[("AWS_DEFAULT_REGION", "cn-north-1")],
            None,
            "https://sts.cn-north-1.amazonaws.com.cn/ cn-north-1",
        ),
        (
            &[("AWS_REGION", "eu-west-3")],
            Some("us-gov-west-1"),
            "https://sts.us-gov-west-1.amazonaws.com/ us-gov-west-1",
        ),
        (
            &[("AWS_REGION", "aws-global")],
            None,
            "https://sts.amazonaws.com/ us-east-1",
        ),
        (
            &[("AWS_ENDPOINT_URL", "https://all.example/x")],
            None,
            "https://all.example/x us-east-1",
        ),
        (
            &[
                ("AWS_ENDPOINT_URL", "https://all.example"),
                ("AWS_ENDPOINT_URL_STS", "https://sts.example"),
                ("AWS_REGION", "eu-west-1"),
            ],
            None,
            "https://sts.example/ eu-west-1",
        ),
        (
            &[
                ("AWS_ENDPOINT_URL", "https://all.example"),
                ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"),
            ],
            Some("eu-west-1"),
            "https://sts.eu-west-1.amazonaws.com/ eu-west-1",
        ),
        (
            &[("AWS_ENDPOINT_URL_STS", "http://localhost:4566")],
            None,
            "http://localhost:4566/ us-east-1",
        ),
    ] {
        let config = config(variables);
        let config = match region {
            Some(region) => config.region(region),
            None => config,
        };
        assert_eq!(endpoint(config).unwrap(), expected);
    }
    for (variables, problem) in [
        (
            [("AWS_REGION", "nowhere")],
            "STS: the region is in no partition of AWS that is known",
        ),
        (
            [("AWS_REGION", "evil.example/x-1")],
            "AWS_REGION is no name of a region: up to 63 letters, digits and hyphens",
        ),
        (
            [("AWS_ENDPOINT_URL_STS", "sts.example")],
            "AWS_ENDPOINT_URL_STS is no http or https URL",
        ),
        (
            [("AWS_ENDPOINT_URL", "https://a/?b")],
            "AWS_ENDPOINT_URL is no http or https URL",
        ),
        (
            [("AWS_ENDPOINT_URL", "http://sts.example/")],
            "AWS_ENDPOINT_URL is plain http to a host that is not this machine",
        ),
    ] {
        assert_eq!(
            endpoint(config(&variables)).unwrap_err().to_string(),
            problem
        );
    }
    let clear = config(&[("AWS_ENDPOINT_URL", "http://localstack:4566/")]).allow_plain_http();
    assert_eq!(
        endpoint(clear).unwrap(),
        "http://localstack:4566/ us-east-1"
    );
}

/// The global endpoint is that of one partition.
#[test]
fn a_role_of_another_partition_needs_a_region() {
    let sts = Sts::new(&config(&[])).unwrap();
    let role = AssumeRole::new(sts, credentials(), "arn:aws-cn:iam::123456789012:role/R");
    let text = error(role.provide_credentials()).to_string();
    assert!(
        text.starts_with("the role's ARN: no region is set"),
        "{text}"
    );
}
