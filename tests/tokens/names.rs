//! Names of users, clusters, stages, repositories and servers that cannot be used.

use crate::inputs::{API, APPSYNC, HOST, REGION, at, credentials, invalid, is_refused, long};
use sigv4::Error;
use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Codecommit, Eks, Elasticache, Input, Maker,
    Memorydb, Msk, Rds, StsIdentity, TokenError,
};

#[test]
fn names() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let region = REGION;
    let port_zero = Rds {
        host: HOST,
        port: 0,
        user: "u",
        region,
    };
    is_refused(port_zero.token(&maker), TokenError::PortZero);
    let longest = "u".repeat(129);
    for (user, expected) in [
        ("", TokenError::Empty { input: Input::User }),
        ("ab\n", invalid(Input::User, 2)),
        ("ü\0", invalid(Input::User, 2)),
        (&longest, long(Input::User, 129, 128)),
    ] {
        let database = Rds {
            host: HOST,
            port: 5432,
            user,
            region,
        };
        is_refused(database.token(&maker), expected);
    }
    let longest = "n".repeat(41);
    for (name, error) in [
        ("", None),
        ("my_cache", Some(2)),
        ("1cache", Some(0)),
        ("-cache", Some(0)),
        // An endpoint, and no name.
        ("my-cache.abc123.use1.cache.amazonaws.com", Some(8)),
        ("my-cache/", Some(8)),
        (&longest, Some(41)),
    ] {
        let expected = |input| match error {
            None => TokenError::Empty { input },
            Some(41) => long(input, 41, 40),
            Some(position) => invalid(input, position),
        };
        let serverless = false;
        let cache = Elasticache {
            name,
            user: "u",
            region,
            serverless,
        };
        is_refused(cache.token(&maker), expected(Input::Cache));
        let cache = Elasticache {
            name: "n",
            user: name,
            region,
            serverless,
        };
        is_refused(cache.token(&maker), expected(Input::User));
        let cluster = Memorydb {
            name,
            user: "u",
            region,
        };
        is_refused(cluster.token(&maker), expected(Input::Cache));
    }
    let longest = "c".repeat(254);
    for (cluster, expected) in [
        (
            "",
            TokenError::Empty {
                input: Input::Cluster,
            },
        ),
        ("my cluster", invalid(Input::Cluster, 2)),
        ("cluster\r\nx: y", invalid(Input::Cluster, 7)),
        ("clüster", invalid(Input::Cluster, 2)),
        (&longest, long(Input::Cluster, 254, 253)),
    ] {
        is_refused(Eks { cluster, region }.token(&maker), expected);
    }
    let msk = Msk::new(region);
    let expected = invalid(Input::UserAgent, 1);
    is_refused(msk.with_user_agent("a\tb").token(&maker), expected);
    let expected = TokenError::Empty {
        input: Input::UserAgent,
    };
    is_refused(msk.with_user_agent("").token(&maker), expected);
}

#[test]
fn apis() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    for (stage, query, expected) in [
        ("prod/x", "", invalid(Input::Stage, 4)),
        ("..%2f", "", invalid(Input::Stage, 2)),
        ("prod?", "", invalid(Input::Stage, 4)),
        ("prod", "a b", invalid(Input::Query, 1)),
        ("prod", "a#b", invalid(Input::Query, 1)),
        (
            "prod",
            "a=%2",
            TokenError::Signing(Error::MalformedEscape { position: 8 }),
        ),
        (
            "prod",
            "X-Amz-Date=1",
            TokenError::Signing(Error::SigningParameterAlreadySet { position: 6 }),
        ),
    ] {
        let api = ApigatewayWebsocket::new(API, stage, REGION).with_query(query);
        is_refused(api.token(&maker), expected);
    }
    let api = Appsync {
        host: APPSYNC,
        region: REGION,
    };
    // What is signed is the API's name, whatever is connected to.
    let realtime = "abc.Appsync-Realtime-API.us-east-1.amazonaws.com";
    for message in [AppsyncMessage::Connect, AppsyncMessage::Event("{}")] {
        let api = Appsync {
            host: realtime,
            region: REGION,
        };
        is_refused(api.headers(&maker, message), TokenError::WebSocketHost);
    }
    let expected = TokenError::Empty { input: Input::Data };
    is_refused(api.headers(&maker, AppsyncMessage::Start("")), expected);
    let long_data = "x".repeat(1_048_577);
    let expected = long(Input::Data, 1_048_577, 1_048_576);
    is_refused(
        api.headers(&maker, AppsyncMessage::Event(&long_data)),
        expected,
    );
}

#[test]
fn repositories() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let host = "git-codecommit.us-east-2.amazonaws.com";
    let longest = format!("/v1/repos/{}", "n".repeat(101));
    let input = Input::Repository;
    for (path, expected) in [
        ("", TokenError::Empty { input }),
        ("/", invalid(input, 1)),
        ("/v1/other/a", invalid(input, 4)),
        ("/v1/repos/", TokenError::Empty { input }),
        ("/v1/repos/a/b", invalid(input, 11)),
        ("/v1/repos/a?b", invalid(input, 11)),
        ("/v1/repos/a\n", invalid(input, 11)),
        ("/v1/repos/ü", invalid(input, 10)),
        (&longest, long(input, 101, 100)),
    ] {
        is_refused(Codecommit { host, path }.credentials(&maker), expected);
    }
    let path = "/v1/repos/a";
    for host in [
        "github.com",
        "codecommit.us-east-2.amazonaws.com",
        "git-codecommit.amazonaws.com",
        "git-codecommit.mars-north-1.amazonaws.com",
        "git-codecommit.us-east-2.amazonaws.com.evil.example",
        "evil.git-codecommit.us-east-2.amazonaws.com",
    ] {
        let made = Codecommit { host, path }.credentials(&maker);
        is_refused(made, TokenError::NoRegionInHost);
    }
    for host in [
        "git-codecommit-fips.us-east-2.amazonaws.com",
        "git-codecommit.cn-north-1.amazonaws.com.cn",
        "vpce-0a1b-2c.git-codecommit.us-east-2.vpce.amazonaws.com",
        "vpce-0a1b-2c.git-codecommit-fips.us-east-2.vpce.amazonaws.com",
    ] {
        Codecommit { host, path }.credentials(&maker).unwrap();
    }
}

#[test]
fn servers() {
    let credentials = credentials();
    let maker = Maker::new(&credentials, at());
    let identity = StsIdentity::new(REGION);
    let (header, id) = (Input::ServerIdHeader, Input::ServerId);
    for (name, value, expected) in [
        ("", "x", TokenError::Empty { input: header }),
        ("a b", "x", invalid(header, 1)),
        ("a:", "x", invalid(header, 1)),
        ("Host", "x", invalid(header, 0)),
        ("content-TYPE", "x", invalid(header, 0)),
        ("a", "", TokenError::Empty { input: id }),
        ("a", "x y", invalid(id, 1)),
        ("a", "x\r\ny", invalid(id, 1)),
        ("a", "ü", invalid(id, 0)),
        (
            "X-Amz-Date",
            "x",
            TokenError::Signing(Error::DateAlreadySet),
        ),
        ("Authorization", "x", invalid(header, 0)),
        // Never signed, and so the name of nobody.
        ("User-Agent", "x", invalid(header, 0)),
    ] {
        is_refused(
            identity.with_server_id_in(name, value).request(&maker),
            expected,
        );
    }
}
