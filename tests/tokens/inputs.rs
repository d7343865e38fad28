//! What is given and cannot be used: each fault has its error, and nothing is made.

use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Bedrock, Codecommit, Dsql, Eks, Input, Iot,
    Maker, Memorydb, Msk, Rds, StsIdentity, TokenError,
};
use sigv4::{Credentials, Error, Timestamp};
use std::time::Duration;

pub const HOST: &str = "db.123456789012.us-east-1.rds.amazonaws.com";
pub const REGION: &str = "us-east-1";
const IOT: &str = "abc-ats.iot.us-east-1.amazonaws.com";
pub const API: &str = "abc.execute-api.us-east-1.amazonaws.com";
pub const APPSYNC: &str = "abc.appsync-api.us-east-1.amazonaws.com";
const CLUSTER: &str = "abc.dsql.us-east-1.on.aws";

pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "hush")
}

pub fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

pub fn invalid(input: Input, position: usize) -> TokenError {
    TokenError::Invalid { input, position }
}

pub fn long(input: Input, length: usize, limit: usize) -> TokenError {
    TokenError::TooLong {
        input,
        length,
        limit,
    }
}

/// Whichever token it is of.
pub fn is_refused<T>(made: Result<T, TokenError>, expected: TokenError) {
    match made {
        Ok(_) => panic!("made, and not refused: {expected}"),
        Err(error) => assert_eq!(error, expected),
    }
}

#[test]
fn hosts() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let label = "a".repeat(64);
    let name = format!("{}example", "a.".repeat(124));
    let host = Input::Host;
    for (given, expected) in [
        ("", TokenError::Empty { input: host }),
        ("db example", invalid(host, 2)),
        ("https://db.example.com", invalid(host, 5)),
        ("db.example.com:5432", invalid(host, 14)),
        ("db.example.com/", invalid(host, 14)),
        ("user@db.example.com", invalid(host, 4)),
        ("db.example.com\r\n", invalid(host, 14)),
        ("dü.example.com", invalid(host, 1)),
        ("[::1]", invalid(host, 0)),
        (".example.com", invalid(host, 0)),
        ("db..example.com", invalid(host, 3)),
        ("db.example.com.", invalid(host, 15)),
        ("db.-example.com", invalid(host, 3)),
        (&label, invalid(host, 63)),
        (&name, long(host, 255, 253)),
    ] {
        let (port, user, region) = (5432, "jane", REGION);
        is_refused(
            Rds {
                host: given,
                port,
                user,
                region,
            }
            .token(&maker),
            expected,
        );
        is_refused(Dsql::new(given, region).token(&maker), expected);
        is_refused(
            Iot {
                host: given,
                region,
            }
            .token(&maker),
            expected,
        );
        let api = ApigatewayWebsocket::new(given, "prod", region);
        is_refused(api.token(&maker), expected);
        let api = Appsync {
            host: given,
            region,
        };
        is_refused(api.headers(&maker, AppsyncMessage::Connect), expected);
        let path = "/v1/repos/a";
        is_refused(
            Codecommit { host: given, path }.credentials(&maker),
            expected,
        );
    }
}

/// A host is a name in any spelling: it is signed and written in one.
#[test]
fn capitals() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let token = |host: &str, user: &str| {
        let database = Rds {
            host,
            port: 5432,
            user,
            region: REGION,
        };
        database.token(&maker).unwrap().as_str().to_owned()
    };
    assert_eq!(token(&HOST.to_uppercase(), "jane"), token(HOST, "jane"));
    // A user is not.
    assert_ne!(token(HOST, "Jane"), token(HOST, "jane"));
    let cache = |name: &str| {
        let cache = Memorydb {
            name,
            user: "u",
            region: REGION,
        };
        cache.token(&maker).unwrap().as_str().to_owned()
    };
    assert_eq!(cache("My-Cluster"), cache("my-cluster"));
}

#[test]
fn regions() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let differs = TokenError::RegionDiffers;
    let region = "eu-west-1";
    let database = Rds {
        host: HOST,
        port: 5432,
        user: "u",
        region,
    };
    is_refused(database.token(&maker), differs);
    is_refused(Dsql::new(CLUSTER, region).token(&maker), differs);
    is_refused(Iot { host: IOT, region }.token(&maker), differs);
    is_refused(
        ApigatewayWebsocket::new(API, "prod", region).token(&maker),
        differs,
    );
    let api = Appsync {
        host: APPSYNC,
        region,
    };
    is_refused(api.headers(&maker, AppsyncMessage::Connect), differs);

    // A host is made of these: no other name, and nothing but a name.
    for region in [
        "",
        "mars-north-1",
        "US-EAST-1",
        "us-east-1.evil.example/-1",
        "aws-global",
    ] {
        let unknown = TokenError::UnknownRegion;
        is_refused(
            Eks {
                cluster: "c",
                region,
            }
            .token(&maker),
            unknown,
        );
        is_refused(Msk::new(region).token(&maker), unknown);
        is_refused(StsIdentity::new(region).request(&maker), unknown);
    }
    let empty = TokenError::Signing(Error::EmptyRegion);
    let database = Rds {
        host: HOST,
        port: 5432,
        user: "u",
        region: "",
    };
    is_refused(database.token(&maker), empty);
    is_refused(Bedrock::new("").token(&maker), empty);
    let slash = TokenError::Signing(Error::InvalidRegion { position: 2 });
    is_refused(Bedrock::new("us/east-1").token(&maker), slash);
    // In China, AWS STS has another domain.
    let request = StsIdentity::new("cn-north-1").request(&maker).unwrap();
    assert_eq!(request.url(), "https://sts.cn-north-1.amazonaws.com.cn/");
}

#[test]
fn lives() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    for (seconds, limit) in [(0, 604_800), (604_801, 604_800), (u64::MAX, 604_800)] {
        let expires = Duration::from_secs(seconds);
        let expected = TokenError::ExpiresOutOfRange { seconds, limit };
        is_refused(
            Dsql::new(CLUSTER, REGION)
                .with_expires(expires)
                .token(&maker),
            expected,
        );
        let api = ApigatewayWebsocket::new(API, "prod", REGION).with_expires(expires);
        is_refused(api.token(&maker), expected);
    }
    for seconds in [0, 43_201] {
        let expires = Duration::from_secs(seconds);
        let limit = 43_200;
        let expected = TokenError::ExpiresOutOfRange { seconds, limit };
        is_refused(
            Bedrock::new(REGION).with_expires(expires).token(&maker),
            expected,
        );
    }
    // The last second that can be written.
    let late = Timestamp::parse("99991231T235959Z").unwrap();
    let maker = Maker::new(&credentials, late);
    let unix_seconds = late.unix() + 43_200;
    let expected = TokenError::Signing(Error::TimeOutOfRange { unix_seconds });
    is_refused(Bedrock::new(REGION).token(&maker), expected);
}

/// Credentials that cannot sign make nothing, and show in no error.
#[test]
fn who() {
    for (credentials, error) in [
        (Credentials::new("", "hush"), Error::EmptyAccessKeyId),
        (Credentials::new("AKID", ""), Error::EmptySecretAccessKey),
        (
            Credentials::new("AKID", "hush").with_session_token("a\nb"),
            Error::InvalidSessionToken { position: 1 },
        ),
    ] {
        let maker = Maker::new(&credentials, at());
        let expected = TokenError::Signing(error);
        is_refused(Bedrock::new(REGION).token(&maker), expected);
        is_refused(StsIdentity::new(REGION).request(&maker), expected);
        let (host, path) = ("git-codecommit.us-east-2.amazonaws.com", "/v1/repos/a");
        is_refused(Codecommit { host, path }.credentials(&maker), expected);
        assert_eq!(expected.to_string(), error.to_string());
    }
}

#[test]
fn words() {
    for (error, words) in [
        (
            TokenError::Empty {
                input: Input::Stage,
            },
            "stage: empty",
        ),
        (
            invalid(Input::ServerId, 3),
            "server id: malformed at byte 3",
        ),
        (
            long(Input::Cluster, 300, 253),
            "cluster: 300 bytes, and 253 are allowed",
        ),
        (TokenError::PortZero, "port: 0 is none"),
        (
            TokenError::ExpiresOutOfRange {
                seconds: 43_201,
                limit: 43_200,
            },
            "a life of 43201 seconds: allowed are 1 to 43200",
        ),
        (
            TokenError::UnknownRegion,
            "region: of none of AWS's partitions",
        ),
        (
            TokenError::RegionDiffers,
            "region: the host is in another one",
        ),
        (TokenError::NoRegionInHost, "host: its name tells no region"),
        (
            TokenError::Signing(Error::EmptyRegion),
            "the region is empty",
        ),
    ] {
        assert_eq!(error.to_string(), words);
    }
}
