//! Each vector through the library, byte for byte.

use crate::vector::{Vector, all};
use serde_json::Value;
use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Bedrock, Codecommit, Dsql, Eks, Elasticache,
    GitCredentials, Iot, Memorydb, Msk, Rds, StsIdentity, Token, TokenError,
};
use sigv4::{Hasher, Payload, Request, Scope, Signer, SigningKey, StringToSign};
use std::time::Duration;

/// `43200s`.
fn expires(vector: &Vector) -> Duration {
    let seconds = vector.input("expires").trim_end_matches('s').parse();
    Duration::from_secs(seconds.unwrap())
}

fn port(vector: &Vector) -> u16 {
    vector.number("port").try_into().unwrap()
}

/// Of the kinds whose token is one text.
fn token(vector: &Vector) -> Option<Result<Token, TokenError>> {
    let maker = &vector.maker();
    let (host, region) = (vector.input("host"), vector.input("region"));
    let (name, user) = (vector.input("name"), vector.input("user"));
    Some(match vector.kind() {
        "rds" => {
            let port = port(vector);
            Rds {
                host,
                port,
                user,
                region,
            }
            .token(maker)
        }
        "dsql" if vector.is_set("admin") => Dsql::new(host, region).as_admin().token(maker),
        "dsql" => Dsql::new(host, region).token(maker),
        "elasticache" => {
            let serverless = vector.is_set("serverless");
            Elasticache {
                name,
                user,
                region,
                serverless,
            }
            .token(maker)
        }
        "memorydb" => Memorydb { name, user, region }.token(maker),
        "eks" => {
            let cluster = vector.input("cluster");
            Eks { cluster, region }.token(maker)
        }
        "iot" => Iot { host, region }.token(maker),
        "apigateway-websocket" => ApigatewayWebsocket::new(host, vector.input("stage"), region)
            .with_query(vector.input("query"))
            .with_expires(expires(vector))
            .token(maker),
        "msk" => Msk::new(region)
            .with_user_agent(vector.input("user-agent"))
            .token(maker),
        "bedrock" => Bedrock::new(region)
            .with_expires(expires(vector))
            .token(maker),
        "codecommit" | "appsync" | "sts-identity" => return None,
        other => panic!("{}: a kind without a test: {other}", vector.case),
    })
}

fn git(vector: &Vector) -> GitCredentials {
    let url = vector.input("url").strip_prefix("https://").unwrap();
    let (host, path) = url.split_at(url.find('/').unwrap());
    Codecommit { host, path }
        .credentials(&vector.maker())
        .unwrap()
}

/// All but one: of the two spellings of port 443, botocore's is made.
#[test]
fn texts() {
    let (mut whole, mut others) = (0, Vec::new());
    for vector in all() {
        let Some(token) = token(&vector) else {
            continue;
        };
        let token = token.unwrap();
        let signature = vector.published("signature").unwrap();
        match (vector.published("token"), vector.published("unlike")) {
            (Some(published), None) => {
                assert_eq!(token.as_str(), published, "{}", vector.case);
                whole += 1;
            }
            // A figure that is a signature.
            (None, None) => {
                let end = format!("&X-Amz-Signature={signature}");
                assert!(token.as_str().ends_with(&end), "{}", vector.case);
                others.push(vector.case);
            }
            (_, Some(_)) => {
                let made = vector.case.strip_suffix("-signed").unwrap();
                let made = all().into_iter().find(|other| other.case == made).unwrap();
                assert_eq!(Some(token.as_str()), made.published("token"));
                others.push(vector.case);
            }
        }
    }
    assert_eq!(
        others,
        ["elasticache-serverless-java", "rds-port-443-signed"]
    );
    assert_eq!(whole, 24);
}

/// What is made for none: the same signature by the same steps, and the same parameters.
#[test]
fn port_443_signed() {
    let vector = all()
        .into_iter()
        .find(|vector| vector.case == "rds-port-443-signed");
    let vector = vector.unwrap();
    let signer = Signer::new(
        vector.credentials().clone(),
        vector.input("region"),
        "rds-db",
    );
    let host = format!("{}:443", vector.input("host"));
    let request = Request {
        method: "GET",
        target: "/?Action=connect&DBUser=jane_doe",
        headers: &[("host", host.as_bytes())],
        payload: Payload::EMPTY,
    };
    let expires = Duration::from_secs(900);
    let url = signer.presign(&request, expires, vector.at()).unwrap();
    let stages = signer
        .presign_stages(&request, expires, vector.at())
        .unwrap();
    assert_eq!(
        stages.canonical_request,
        vector.text("canonical_request").into_bytes()
    );
    assert_eq!(stages.string_to_sign, vector.text("string_to_sign"));
    let sorted = |text: &str| {
        let (path, query) = text.split_once('?').unwrap();
        let mut parameters: Vec<_> = query.split('&').map(str::to_owned).collect();
        parameters.sort();
        (path.to_owned(), parameters)
    };
    let made = url.url("https");
    let published = format!("https://{}", vector.published("token").unwrap());
    assert_eq!(sorted(&made), sorted(&published));
}

#[test]
fn of_msk() {
    let mut compared = 0;
    for vector in all().iter().filter(|vector| vector.kind() == "msk") {
        let validity = token(vector).unwrap().unwrap().validity();
        let milliseconds = validity.expires_at().unwrap().unix() * 1000;
        assert_eq!(vector.field("expires_ms"), milliseconds);
        compared += 1;
    }
    assert_eq!(compared, 2);
}

#[test]
fn of_git() {
    let mut compared = 0;
    for vector in all().iter().filter(|vector| vector.kind() == "codecommit") {
        let git = git(vector);
        assert_eq!(git.password(), vector.published("token").unwrap());
        assert_eq!(git.username(), vector.published("username").unwrap());
        assert_eq!(git.url().as_str(), vector.published("url").unwrap());
        compared += 1;
    }
    assert_eq!(compared, 2);
}

#[test]
fn of_appsync() {
    let mut compared = 0;
    for vector in all().iter().filter(|vector| vector.kind() == "appsync") {
        let (host, region) = (vector.input("host"), vector.input("region"));
        let message = match vector.input("start") {
            "" if vector.is_set("events") => AppsyncMessage::EventsConnect,
            "" => AppsyncMessage::Connect,
            data => AppsyncMessage::Start(data),
        };
        let api = Appsync { host, region };
        let headers = api.headers(&vector.maker(), message).unwrap();
        assert_eq!(headers.json().as_str(), vector.published("token").unwrap());
        let base64 = vector.published("base64").unwrap();
        assert_eq!(headers.base64().as_str(), base64);
        let realtime = host.replace("appsync-api", "appsync-realtime-api");
        let path = match message {
            AppsyncMessage::EventsConnect => "/event/realtime",
            _ => "/graphql",
        };
        assert_eq!(headers.endpoint(), format!("wss://{realtime}{path}"));
        let url = format!("wss://{realtime}{path}?header={base64}&payload=e30=");
        assert_eq!(headers.url().as_str(), url);
        let unpadded = base64
            .trim_end_matches('=')
            .replace('+', "-")
            .replace('/', "_");
        assert_eq!(headers.subprotocol().as_str(), format!("header-{unpadded}"));
        compared += 1;
    }
    assert_eq!(compared, 6);
}

#[test]
fn of_vault() {
    let mut compared = 0;
    for vector in all()
        .iter()
        .filter(|vector| vector.kind() == "sts-identity")
    {
        let identity = StsIdentity::new(vector.input("region"));
        let identity = identity.with_server_id(vector.input("server-id"));
        let request = identity.request(&vector.maker()).unwrap();
        let fields = serde_json::to_string(vector.field("fields")).unwrap();
        assert_eq!(request.to_vault_json().as_str(), fields);
        let Value::Object(headers) = vector.field("headers") else {
            panic!("no headers");
        };
        assert_eq!(request.headers().count(), headers.len());
        for (name, value) in request.headers() {
            assert_eq!(headers[name], *value);
        }
        compared += 1;
    }
    assert_eq!(compared, 2);
}

/// The published stages lead to the published signature; that of git's has a time of its own.
#[test]
fn figures_agree_with_themselves() {
    let vectors = all();
    assert_eq!(vectors.len(), 36);
    for vector in vectors {
        let mut hasher = Hasher::new();
        hasher.put(vector.text("canonical_request").as_bytes());
        let hash = hasher.finish();
        let text = vector.text("string_to_sign");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[3], hex::encode(hash), "{}", vector.case);
        if vector.kind() == "codecommit" {
            assert_eq!(format!("{}Z", lines[1]), vector.at().as_str());
            continue;
        }
        let at = vector.at();
        let parts: Vec<_> = lines[2].split('/').collect();
        let scope = Scope::new(&at, parts[1], parts[2]).unwrap();
        let string_to_sign = StringToSign {
            at,
            scope,
            canonical_request_hash: hash,
        };
        assert_eq!(string_to_sign.to_string(), text, "{}", vector.case);
        let key = SigningKey::derive(vector.credentials().secret_access_key(), &scope);
        let signature = key.sign(&string_to_sign).to_string();
        assert_eq!(
            Some(&*signature),
            vector.published("signature"),
            "{}",
            vector.case
        );
    }
}
