//! What the caller says, beside what the host tells.

use sigv4::Algorithm;
use sigv4::endpoint::{Destination, EndpointError, Given, Note, resolve};

const EXECUTE_API: &str = "abc123.execute-api.eu-west-1.amazonaws.com";

fn to(host: &str) -> Destination<'_> {
    Destination {
        scheme: "https",
        host,
        target: "/",
    }
}

fn given<'a>(service: Option<&'a str>, region: Option<&'a str>) -> Given<'a> {
    Given {
        service,
        region,
        algorithm: None,
        fallback_service: Some("execute-api"),
        fallback_region: Some("eu-north-1"),
    }
}

#[test]
fn what_is_signed_for() {
    let none = given(None, None);
    for (host, given, expected, notes) in [
        // The host knows better than the environment.
        (EXECUTE_API, none, "execute-api/eu-west-1", vec![]),
        // Custom domains tell nothing.
        (
            "api.example.com",
            none,
            "execute-api/eu-north-1",
            vec![Note::AssumedService],
        ),
        // A customer's, on a host that AWS names: its region is no other than that in the name.
        (
            "foo.us-east-1.elasticbeanstalk.com",
            none,
            "execute-api/us-east-1",
            vec![Note::AssumedService],
        ),
        (
            "abc.us-east-1.awsapprunner.com",
            given(Some("es"), Some("eu-west-3")),
            "es/eu-west-3",
            vec![Note::OtherRegion {
                host: "us-east-1".into(),
            }],
        ),
        (
            "d111111abcdef8.cloudfront.net",
            none,
            "execute-api/eu-north-1",
            vec![Note::AssumedService],
        ),
        (
            "api.example.com",
            given(Some("es"), Some("eu-west-3")),
            "es/eu-west-3",
            vec![],
        ),
        // What is given is signed for, and what differs is said.
        (
            EXECUTE_API,
            given(Some("es"), Some("eu-west-2")),
            "es/eu-west-2",
            vec![
                Note::OtherService {
                    host: "execute-api",
                },
                Note::OtherRegion {
                    host: "eu-west-1".into(),
                },
            ],
        ),
        (
            EXECUTE_API,
            given(Some("execute-api"), Some("eu-west-1")),
            "execute-api/eu-west-1",
            vec![],
        ),
        // No table has it, but it holds a region.
        (
            "not-in-a-model.us-east-2.amazonaws.com",
            given(Some("x"), None),
            "x/us-east-2",
            vec![],
        ),
        (
            "not-in-a-model.us-east-2.amazonaws.com",
            given(Some("x"), Some("us-east-1")),
            "x/us-east-1",
            vec![Note::OtherRegion {
                host: "us-east-2".into(),
            }],
        ),
        // The service is known, the region nowhere in the name.
        (
            "b.s3-accelerate.amazonaws.com",
            none,
            "s3/eu-north-1",
            vec![],
        ),
        // A host of both, and either is right.
        (
            "abc-ats.iot.us-east-1.amazonaws.com",
            given(Some("iotdevicegateway"), None),
            "iotdevicegateway/us-east-1",
            vec![],
        ),
        (
            "abc-ats.iot.us-east-1.amazonaws.com",
            given(Some("iot"), None),
            "iot/us-east-1",
            vec![Note::OtherService { host: "iotdata" }],
        ),
        // Told to sign where nothing is signed.
        (
            "1.dkr.ecr.us-east-1.amazonaws.com",
            given(Some("ecr"), None),
            "ecr/us-east-1",
            vec![],
        ),
    ] {
        let found = resolve(&to(host), &given).unwrap();
        assert_eq!(
            format!("{}/{}", found.service, found.region),
            expected,
            "{host}"
        );
        assert_eq!(found.notes, notes, "{host}");
    }
}

#[test]
fn what_is_refused() {
    let none = given(None, None);
    for (host, given, expected) in [
        (
            "not-in-a-model.us-east-2.amazonaws.com",
            none,
            "not-in-a-model.us-east-2.amazonaws.com is one of AWS's, but its name does not tell \
             the service: give its signing name",
        ),
        // A domain is no host of a service.
        (
            "amazonaws.com",
            none,
            "amazonaws.com is one of AWS's, but its name does not tell the service: give its \
             signing name",
        ),
        (
            "foo.us-east-1.elasticbeanstalk.com",
            Given::default(),
            "foo.us-east-1.elasticbeanstalk.com is one of AWS's, but its name does not tell the \
             service: give its signing name",
        ),
        // The environment's region would be a guess.
        (
            "not-in-a-model.amazonaws.com",
            given(Some("x"), None),
            "the name of not-in-a-model.amazonaws.com tells no region: give one",
        ),
        (
            "places.geo.us-east-1.amazonaws.com",
            none,
            "places.geo.us-east-1.amazonaws.com serves geo and geo-places, and the path does not \
             say which: give the service",
        ),
        (
            "1.dkr.ecr.us-east-1.amazonaws.com",
            none,
            "1.dkr.ecr.us-east-1.amazonaws.com takes no signature: a registry takes the password \
             of `aws ecr get-login-password`",
        ),
        (
            "api.example.com",
            Given::default(),
            "no service known for api.example.com: give one (execute-api for API Gateway)",
        ),
        (
            "api.example.com",
            Given {
                service: Some("es"),
                ..Given::default()
            },
            "no region known for api.example.com: give one, or set AWS_REGION",
        ),
    ] {
        let error = resolve(&to(host), &given).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

const SIGV4A_ONLY: [(&str, &str); 5] = [
    (
        "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
        "s3",
    ),
    ("vpce-1-2.accesspoint.s3-global.vpce.amazonaws.com", "s3"),
    (
        "123456789012.cloudfront-kvs.global.api.aws",
        "cloudfront-keyvaluestore",
    ),
    ("abc123.endpoint.events.amazonaws.com", "events"),
    ("abc123.endpoints.email.amazonaws.com", "ses"),
];

/// Whatever is given: an HMAC is no good to a host that takes SigV4A only.
#[test]
fn sigv4a_only() {
    for (host, service) in SIGV4A_ONLY {
        for given in [given(None, None), given(Some(service), Some("us-east-1"))] {
            let with_hmac = Given {
                algorithm: Some(Algorithm::SigV4),
                ..given
            };
            let error = resolve(&to(host), &with_hmac).unwrap_err();
            let expected = EndpointError::SigV4aOnly {
                host: host.into(),
                service,
            };
            assert_eq!(error, expected);
            if cfg!(not(feature = "v4a")) {
                assert_eq!(resolve(&to(host), &given), Err(expected));
            }
        }
    }
}

/// They are signed for by themselves so, for every region unless one is given.
#[cfg(feature = "v4a")]
#[test]
fn sigv4a_by_itself() {
    for (host, service) in SIGV4A_ONLY {
        for (region, expected) in [
            (None, "*"),
            (Some("us-east-1"), "us-east-1"),
            (Some("us-*,eu-west-1"), "us-*,eu-west-1"),
        ] {
            let found = resolve(&to(host), &given(None, region)).unwrap();
            assert_eq!([&*found.service, &*found.region], [service, expected]);
            assert_eq!(found.algorithm, Algorithm::SigV4a);
            assert_eq!(found.notes, []);
        }
    }
}

/// Any host can be signed for so, for its own region unless others are given.
#[cfg(feature = "v4a")]
#[test]
fn sigv4a_for_any_host() {
    let other = |host: &str| vec![Note::OtherRegion { host: host.into() }];
    for (host, region, expected, notes) in [
        (EXECUTE_API, None, "eu-west-1", vec![]),
        (EXECUTE_API, Some("*"), "*", vec![]),
        (EXECUTE_API, Some("us-*,eu-*"), "us-*,eu-*", vec![]),
        (EXECUTE_API, Some("us-*"), "us-*", other("eu-west-1")),
        (
            "api.example.com",
            None,
            "eu-north-1",
            vec![Note::AssumedService],
        ),
    ] {
        let given = Given {
            algorithm: Some(Algorithm::SigV4a),
            ..given(None, region)
        };
        let found = resolve(&to(host), &given).unwrap();
        assert_eq!([&*found.service, &*found.region], ["execute-api", expected]);
        assert_eq!((found.algorithm, found.notes), (Algorithm::SigV4a, notes));
    }
    let nothing = Given {
        algorithm: Some(Algorithm::SigV4a),
        fallback_region: None,
        ..given(None, None)
    };
    assert!(matches!(
        resolve(&to("api.example.com"), &nothing),
        Err(EndpointError::MissingRegion { .. })
    ));
    let plain = resolve(&to(EXECUTE_API), &given(None, None)).unwrap();
    assert_eq!(plain.algorithm, Algorithm::SigV4);
}

#[test]
fn awkward_hosts_cost_little_and_do_no_harm() {
    for host in [
        "".to_owned(),
        ".".into(),
        "..amazonaws.com".into(),
        "@.amazonaws.com".into(),
        "@iam.amazonaws.com".into(),
        "us-east-1.us-east-1.amazonaws.com".into(),
        "ü.us-east-1.amazonaws.com".into(),
        "-fips.us-east-1.amazonaws.com".into(),
        "vpce.amazonaws.com".into(),
        format!("{}amazonaws.com", "a.".repeat(50_000)),
        "a".repeat(100_000),
    ] {
        assert!(resolve(&to(&host), &Given::default()).is_err(), "{host}");
    }
}
