//! Tokens that services make of a signature, of temporary credentials.

use crate::{SECRET, TOKEN, freed};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Bedrock, Codecommit, Dsql, Eks, EksVerifier,
    Elasticache, Iot, Maker, Memorydb, Msk, Rds, StsIdentity, StsIdentityEnvelope,
    StsIdentityVerifier,
};
use sigv4::{Credentials, Timestamp};

pub(crate) fn wiped() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN);
    let maker = &Maker::new(&credentials, Timestamp::EPOCH);
    let (host, user, region) = ("db.example.com", "jane", "us-east-1");
    let (name, port, serverless) = ("cache", 5432, true);
    let makers: [(&str, &dyn Fn()); 13] = [
        ("rds", &|| {
            let database = Rds {
                host,
                port,
                user,
                region,
            };
            drop(database.token(maker).unwrap());
        }),
        ("dsql", &|| {
            drop(Dsql::new(host, region).token(maker).unwrap())
        }),
        ("elasticache", &|| {
            let cache = Elasticache {
                name,
                user,
                region,
                serverless,
            };
            drop(cache.token(maker).unwrap());
        }),
        ("memorydb", &|| {
            let cluster = Memorydb { name, user, region };
            drop(cluster.token(maker).unwrap());
        }),
        ("eks", &|| {
            let cluster = Eks {
                cluster: name,
                region,
            };
            drop(cluster.token(maker).unwrap());
        }),
        ("msk", &|| drop(Msk::new(region).token(maker).unwrap())),
        ("iot", &|| drop(Iot { host, region }.token(maker).unwrap())),
        ("api", &|| {
            let api = ApigatewayWebsocket::new(host, "prod", region);
            drop(api.with_query("b=2&a=1").token(maker).unwrap());
        }),
        ("bedrock", &|| {
            drop(Bedrock::new(region).token(maker).unwrap())
        }),
        ("codecommit", &|| {
            let host = "git-codecommit.us-east-1.amazonaws.com";
            let repository = Codecommit {
                host,
                path: "/v1/repos/a",
            };
            let git = repository.credentials(maker).unwrap();
            drop((git.url(), git));
        }),
        ("appsync", &|| {
            let api = Appsync { host, region };
            let headers = api.headers(maker, AppsyncMessage::Connect).unwrap();
            drop((headers.url(), headers.subprotocol(), headers));
        }),
        ("sts", &|| {
            let request = StsIdentity::new(region).request(maker).unwrap();
            drop((request.headers_json(), request.to_vault_json(), request));
        }),
        ("refused", &|| {
            // Signed before it is found that its end cannot be written.
            let late = Timestamp::parse("99991231T235959Z").unwrap();
            let maker = Maker::new(&credentials, late);
            Bedrock::new(region).token(&maker).unwrap_err();
        }),
    ];
    for (name, make) in makers {
        assert_eq!(freed(make), 0, "{name}");
    }
}

/// What was sent in is wiped by those that look at it.
pub(crate) fn looked_at() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN);
    let maker = &Maker::new(&credentials, Timestamp::EPOCH);
    let (cluster, region) = ("cluster", "us-east-1");
    let token = Eks { cluster, region }.token(maker).unwrap();
    // With an escape that it needs not: it is decoded into a text of its own.
    let text = token.as_str().strip_prefix("k8s-aws-v1.").unwrap();
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (first, rest) = TOKEN.split_at(1);
    let escaped = url.replace(TOKEN, &format!("%{:02X}{rest}", first.as_bytes()[0]));
    assert_ne!(escaped, url);
    let twice = format!("{escaped}&x-amz-security-token=a");
    let encoded = |url: &str| format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url));
    let [plain, escaped, twice] = [&url, &escaped, &twice].map(|url| encoded(url));
    let eks = EksVerifier::new(cluster, region).unwrap();
    let now = Timestamp::EPOCH;
    let request = StsIdentity::new(region).with_server_id("vault.example.com");
    let request = request.request(maker).unwrap();
    let login: serde_json::Value = serde_json::from_str(&request.to_vault_json()).unwrap();
    let field = |name: &str| login[name].as_str().unwrap();
    let envelope = StsIdentityEnvelope {
        method: "POST",
        url: field("iam_request_url"),
        body: field("iam_request_body"),
        headers: field("iam_request_headers"),
    };
    let endpoints = ["sts.us-east-1.amazonaws.com"];
    let vault = StsIdentityVerifier::new(&endpoints, "vault.example.com");
    let other = StsIdentityVerifier::new(&endpoints, "other.example.com");
    let verifiers: [(&str, &dyn Fn()); 5] = [
        ("eks", &|| drop(eks.check(&plain, now).unwrap())),
        ("eks, escaped", &|| drop(eks.check(&escaped, now).unwrap())),
        ("eks, refused", &|| assert!(eks.check(&twice, now).is_err())),
        ("sts", &|| {
            drop(vault.check_envelope(&envelope, now).unwrap())
        }),
        ("sts, refused", &|| {
            assert!(other.check_envelope(&envelope, now).is_err())
        }),
    ];
    for (name, look) in verifiers {
        assert_eq!(freed(look), 0, "{name}");
    }
}
