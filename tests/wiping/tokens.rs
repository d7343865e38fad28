//! Tokens that services make of a signature, of temporary credentials.

use crate::{SECRET, TOKEN, freed};
use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Bedrock, Codecommit, Dsql, Eks, Elasticache, Iot,
    Maker, Memorydb, Msk, Rds, StsIdentity,
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
