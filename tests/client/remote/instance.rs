//! The credentials and the region of an EC2 instance.

use crate::remote::{
    NOW, PAUSES, assert_provided, config, config_of_vector, error, imds_token, json_answer, ok,
    root, shared_vectors,
};
use crate::server::{Act, Answer, Server, TOKEN, response};
use crate::source::Hands;
use serde::Deserialize;
use sigv4::client::{CredentialsError, Imds, ProvideCredentials};
use std::collections::HashMap;
use std::time::Duration;

pub(crate) fn status(text: &str) -> Answer {
    vec![response(text, "", ""), Act::Close]
}

pub(crate) fn imds(server: &Server) -> Imds {
    Imds::new(&config(&[(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        &root(server),
    )]))
}

fn lines(server: &Server) -> Vec<String> {
    let seen = server.seen();
    let line = |seen: &crate::server::Seen| format!("{} {}", seen.method, seen.target);
    seen.iter().map(line).collect()
}

const ASK_TOKEN: &str = "PUT /latest/api/token";
const ASK_ROLES: &str = "GET /latest/meta-data/iam/security-credentials/";
const ASK_ROLE: &str = "GET /latest/meta-data/iam/security-credentials/my-role";

#[test]
fn what_is_sent() {
    let server = Server::script(vec![
        imds_token(),
        ok("my-role\nanother\n"),
        ok(json_answer()),
        ok(" my-role "),
        ok(json_answer()),
    ]);
    let imds = imds(&server);
    for _ in 0..2 {
        assert_provided(imds.provide_credentials());
    }
    // The token is kept.
    assert_eq!(
        lines(&server),
        [ASK_TOKEN, ASK_ROLES, ASK_ROLE, ASK_ROLES, ASK_ROLE]
    );
    let seen = server.seen();
    let ttl = "x-aws-ec2-metadata-token-ttl-seconds";
    assert_eq!(seen[0].header(ttl), Some("21600"));
    assert!(seen[0].body.is_empty());
    for seen in &seen[1..] {
        assert_eq!(seen.header("x-aws-ec2-metadata-token"), Some(TOKEN));
    }
}

/// Two minutes before its end, or at once where nobody says when that is.
#[test]
fn a_token_is_replaced() {
    for (ttl, now, tokens) in [
        (
            "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
            NOW + 21_479,
            1,
        ),
        (
            "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
            NOW + 21_480,
            2,
        ),
        ("x-aws-ec2-metadata-token-ttl-seconds: 60\r\n", NOW, 4),
        ("", NOW, 4),
    ] {
        let server = Server::new(move |_| vec![response("200 OK", ttl, "eu-west-1"), Act::Close]);
        let hands = Hands::default();
        hands.set(NOW);
        let url = root(&server);
        let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]).clock(hands.reader());
        let imds = Imds::new(&config);
        imds.region().unwrap();
        hands.set(now);
        imds.region().unwrap();
        let asked = lines(&server)
            .iter()
            .filter(|line| *line == ASK_TOKEN)
            .count();
        assert_eq!(asked, tokens.min(2), "{ttl} {now}");
    }
}

#[test]
fn a_token_that_is_refused() {
    let server = Server::script(vec![
        imds_token(),
        status("401 Unauthorized"),
        imds_token(),
        ok("my-role"),
        ok(json_answer()),
    ]);
    assert_provided(imds(&server).provide_credentials());
    let asked = [ASK_TOKEN, ASK_ROLES, ASK_TOKEN, ASK_ROLES, ASK_ROLE];
    assert_eq!(lines(&server), asked);
    // Three new ones, then it is the service's fault.
    let server = Server::new(|number| match number % 2 {
        0 => imds_token(),
        _ => status("401 Unauthorized"),
    });
    let error = error(imds(&server).provide_credentials());
    assert!(
        matches!(error, CredentialsError::Refused { status: 401, .. }),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 8);
}

#[test]
fn where_there_is_none() {
    for (answers, text) in [
        (
            vec![status("403 Forbidden")],
            "status 403: it is switched off for this instance: switch it on (modify-instance-metadata-options)",
        ),
        (
            vec![imds_token(), status("404 Not Found")],
            "status 404: the instance has no role: attach an instance profile",
        ),
    ] {
        let server = Server::script(answers);
        let error = error(imds(&server).provide_credentials());
        assert!(error.is_not_set_up(), "{error:?}");
        assert_eq!(error.to_string(), text);
    }
    for status_line in ["400 Bad Request", "404 Not Found", "405 Method Not Allowed"] {
        // No fall-back to the first version.
        let server = Server::script(vec![status(status_line)]);
        let error = error(imds(&server).provide_credentials());
        assert!(
            matches!(error, CredentialsError::Refused { .. }),
            "{error:?}"
        );
        assert_eq!(lines(&server), [ASK_TOKEN]);
    }
    let server = Server::new(|_| imds_token());
    let url = root(&server);
    for value in ["true", "TRUE", "True"] {
        let config = config(&[
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url),
            ("AWS_EC2_METADATA_DISABLED", value),
        ]);
        let error = error(Imds::new(&config).provide_credentials());
        assert!(error.is_not_set_up(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "AWS_EC2_METADATA_DISABLED is true: unset it"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn what_is_no_answer() {
    let repeated = format!(r#"{{"Code":"Nope","Message":"not {TOKEN}"}}"#);
    let code = r#"{"code":"AssumeRoleUnauthorizedAccess","MESSAGE":"EC2 cannot assume the role"}"#;
    for (answers, text) in [
        (vec![ok("")], "instance metadata: the answer is no token"),
        (
            vec![ok("two\nlines")],
            "instance metadata: the answer is no token",
        ),
        (
            vec![imds_token(), ok("\n")],
            "instance metadata: the answer is no name of a role",
        ),
        (
            vec![imds_token(), ok("my-role"), ok(&repeated)],
            "instance metadata: status 200 Nope: not [redacted]",
        ),
        (
            vec![imds_token(), ok("my-role"), ok(code)],
            "instance metadata: status 200 AssumeRoleUnauthorizedAccess: EC2 cannot assume the role",
        ),
    ] {
        let error = error(imds(&Server::script(answers)).provide_credentials());
        assert_eq!(error.to_string(), text);
        assert!(!error.is_not_set_up());
    }
    // The name of a role is part of a path, and no more.
    let server = Server::script(vec![imds_token(), ok("../../x?y#z"), ok(json_answer())]);
    assert_provided(imds(&server).provide_credentials());
    assert_eq!(lines(&server)[2], format!("{ASK_ROLES}..%2F..%2Fx%3Fy%23z"));
    // Without regard to case, and without a code.
    let other = json_answer()
        .replace("\"Code\":\"Success\",", "")
        .replace("SecretAccessKey", "secretAccessKEY");
    let server = Server::script(vec![imds_token(), ok("r"), ok(other)]);
    assert_provided(imds(&server).provide_credentials());
}

#[test]
fn the_region() {
    let server = Server::script(vec![imds_token(), ok("eu-west-1\n"), ok("<html>"), ok("")]);
    let imds = imds(&server);
    assert_eq!(imds.region().unwrap(), "eu-west-1");
    assert_eq!(lines(&server)[1], "GET /latest/meta-data/placement/region");
    for _ in 0..2 {
        let text = imds.region().unwrap_err().to_string();
        assert_eq!(text, "instance metadata: the answer is no region");
    }
}

#[derive(Deserialize)]
struct Vector {
    docs: String,
    env: HashMap<String, String>,
    fs: HashMap<String, String>,
    endpoint_override: Option<String>,
    mode_override: Option<String>,
    result: HashMap<String, String>,
}

/// Where the AWS SDKs ask.
#[test]
fn endpoints() {
    let vectors: Vec<Vector> = shared_vectors("imds-endpoint-tests.json");
    assert_eq!(vectors.len(), 14);
    for vector in &vectors {
        let mut imds = Imds::new(&config_of_vector(&vector.env));
        let file = vector.fs.get("config").map_or("", String::as_str);
        let setting = |name: &str| {
            let line = file
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(String::from)
        };
        let said = [
            "ec2_metadata_service_endpoint",
            "ec2_metadata_service_endpoint_mode",
        ]
        .map(setting);
        let [endpoint, mode] = said;
        assert_eq!(
            endpoint.is_some() || mode.is_some(),
            !file.is_empty(),
            "{file}"
        );
        imds = imds.profile_settings(endpoint, mode);
        if let Some(url) = &vector.endpoint_override {
            imds = imds.endpoint(url);
        }
        if let Some(mode) = &vector.mode_override {
            imds = imds.endpoint_mode(mode);
        }
        let token = |url: String| format!("{}{}", url.trim_end_matches('/'), &ASK_TOKEN[4..]);
        let answered = imds.endpoint_url().map(token);
        match (vector.result.get("Ok"), answered) {
            (Some(url), Ok(answered)) => assert_eq!(&answered, url, "{}", vector.docs),
            (None, Err(CredentialsError::Failed { problem, .. })) => {
                assert!(
                    problem.starts_with("is no") || problem.starts_with("is neither"),
                    "{problem}"
                );
            }
            (expected, answered) => panic!("{}: {expected:?}, {answered:?}", vector.docs),
        }
    }
}

/// Who does not answer in time is no EC2 instance: nobody asks again.
#[test]
fn not_on_ec2() {
    let server = Server::new(|_| vec![Act::Stall]);
    let url = root(&server);
    let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]);
    let config = config.timeout(Duration::from_millis(200));
    PAUSES.set(0);
    let error = error(Imds::new(&config).provide_credentials());
    assert!(error.is_not_set_up(), "{error:?}");
    assert_eq!(PAUSES.get(), 0);
}

/// Slow refusals of its token do not add up: five seconds for all of it.
#[test]
fn time_for_all_questions() {
    let server = Server::new(|number| match number % 2 {
        0 => imds_token(),
        _ => vec![
            Act::Trickle(
                b"HTTP/1.1 401 Unauthorized\r\n\r\n".to_vec(),
                Duration::from_millis(60),
            ),
            Act::Close,
        ],
    });
    let url = root(&server);
    let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]);
    let config = config.timeout(Duration::from_secs(3));
    let error = error(Imds::new(&config).provide_credentials());
    assert!(error.is_of_service() || error.is_not_set_up(), "{error:?}");
    assert!(error.to_string().contains(" took too long"), "{error}");
}
