//! What `aws login` left, renewed and written back.

use crate::remote::{NOW, config, ok, root, write};
use crate::server::{ACCESS_KEY_ID, Act, SECRET, Seen, Server, TOKEN, response};
use crate::source::at;
use serde_json::{Value, json};
use sigv4::client::{Login, ProvideCredentials, ProviderConfig};
use std::path::Path;

pub(crate) const EXPIRED: &str = "2024-01-02T03:04:05Z";
/// In the five minutes in which it is renewed.
pub(crate) const HOLDS: &str = "2024-01-02T03:09:05Z";
pub(crate) const OLD_SECRET: &str = "oLd+secret+of+the+sign-in+server/0123456789";
pub(crate) const OLD_TOKEN: &str = "oLd+token+of+the+sign-in+server/0123456789==";
pub(crate) const REFRESH: &str = "rEfResh+of+the+sign-in+server/0123456789==";
/// Of AWS's vectors.
pub(crate) const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPt/u8InPLpQeQLJTvVX+sNDzni8vMDMt3Liu+nMBigfoAoGCCqGSM49\n\
                   AwEHoUQDQgAEILkGG7rNOnxiIJlMgimY1UPP8eDMFP0DAY6WGjngP4bvTAiUCQ/I\nffut2379uP+OBCm2ovGpBOJRgrl1RspUOQ==\n\
                   -----END EC PRIVATE KEY-----\n";

pub(crate) fn renewed_answer() -> String {
    format!(
        r#"{{"accessToken":{{"accessKeyId":"{ACCESS_KEY_ID}","secretAccessKey":"{SECRET}","sessionToken":"{TOKEN}"}},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"another"}}"#
    )
}

pub(crate) fn file(expires_at: &str) -> Value {
    json!({
        "accessToken": {
            "accessKeyId": "AKIDOLD", "secretAccessKey": OLD_SECRET, "sessionToken": OLD_TOKEN,
            "accountId": "123456789012", "expiresAt": expires_at, "ofALaterVersion": [1, 2.50],
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": REFRESH,
        "idToken": "h.p.s",
        "dpopKey": KEY,
        "ofALaterVersion": {"a": [1, 2.50]},
    })
}

pub(crate) fn config_of(server: &Server, home: &Path) -> ProviderConfig {
    config(&[
        ("AWS_ENDPOINT_URL_SIGNIN", &root(server)),
        ("AWS_REGION", "eu-west-1"),
        ("HOME", home.to_str().unwrap()),
    ])
}

pub(crate) fn login(config: &ProviderConfig, content: &Value) -> Login {
    let login = Login::new(config, "me").unwrap();
    let file = login.token_file().to_str().unwrap();
    write(Path::new("/"), file, &content.to_string());
    login
}

pub(crate) fn read(login: &Login) -> Value {
    serde_json::from_slice(&std::fs::read(login.token_file()).unwrap()).unwrap()
}

fn end_of(answered: &crate::source::Answered) -> Option<std::time::SystemTime> {
    answered.as_ref().unwrap().expires_at
}

/// Header and payload of a proof.
fn proof(seen: &Seen) -> (Value, Value) {
    use base64::Engine;
    let parts: Vec<_> = seen.header("dpop").unwrap().split('.').collect();
    let [header, payload, signature] = parts[..] else {
        panic!("{parts:?}")
    };
    let bytes = |part| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part);
    assert_eq!(bytes(signature).unwrap().len(), 64);
    let [header, payload] = [header, payload].map(|part| bytes(part).unwrap());
    (
        serde_json::from_slice(&header).unwrap(),
        serde_json::from_slice(&payload).unwrap(),
    )
}

pub(crate) fn assert_no_secret_is_logged() {
    crate::logs::assert_without(&[SECRET, TOKEN, OLD_SECRET, OLD_TOKEN, REFRESH, "MHcCAQEEIPt"]);
}

#[test]
fn renewed_and_written_back() {
    let server = Server::new(|_| ok(renewed_answer()));
    let home = tempfile::tempdir().unwrap();
    let config = config_of(&server, home.path());
    for expires_at in [EXPIRED, HOLDS] {
        let login = login(&config, &file(expires_at));
        let answered = login.provide_credentials();
        assert_eq!(end_of(&answered), Some(at(NOW + 900)));
        let provided = answered.unwrap();
        assert_eq!(provided.credentials, crate::remote::credentials());
        assert_eq!(provided.account_id.as_deref(), Some("123456789012"));
        let mut expected = file(expires_at);
        expected["accessToken"]["accessKeyId"] = ACCESS_KEY_ID.into();
        expected["accessToken"]["secretAccessKey"] = SECRET.into();
        expected["accessToken"]["sessionToken"] = TOKEN.into();
        expected["accessToken"]["expiresAt"] = "2024-01-02T03:19:05Z".into();
        expected["refreshToken"] = "another".into();
        assert_eq!(read(&login), expected);
        // Nothing is left beside it, and it is not renewed again.
        let folder = login.token_file().parent().unwrap();
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
        assert_eq!(end_of(&login.provide_credentials()), Some(at(NOW + 900)));
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let first = &seen[0];
    assert_eq!(
        (first.method.as_str(), first.target.as_str()),
        ("POST", "/v1/token")
    );
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("authorization"), None);
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(
        body,
        json!({"clientId": "arn:aws:signin:::devtools/same-device", "grantType": "refresh_token", "refreshToken": REFRESH})
    );
    let proofs: Vec<_> = seen.iter().map(proof).collect();
    for (header, payload) in &proofs {
        assert_eq!(header["typ"], "dpop+jwt");
        assert_eq!(
            header["jwk"]["x"],
            "ILkGG7rNOnxiIJlMgimY1UPP8eDMFP0DAY6WGjngP4Y"
        );
        assert_eq!(payload["htm"], "POST");
        assert_eq!(payload["htu"], format!("{}/v1/token", root(&server)));
        assert_eq!(payload["iat"], NOW);
        let id = payload["jti"].as_str().unwrap();
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
    }
    assert_ne!(proofs[0].1["jti"], proofs[1].1["jti"]);
    assert_no_secret_is_logged();
}

/// A proof is good for one request.
#[test]
fn each_attempt_has_its_own_proof() {
    let busy = vec![response("503 Slow Down", "", ""), Act::Close];
    let server = Server::script(vec![busy.clone(), busy, ok(renewed_answer())]);
    let home = tempfile::tempdir().unwrap();
    login(&config_of(&server, home.path()), &file(EXPIRED))
        .provide_credentials()
        .unwrap();
    let ids: std::collections::BTreeSet<_> = server
        .seen()
        .iter()
        .map(|seen| proof(seen).1["jti"].to_string())
        .collect();
    assert_eq!(ids.len(), 3);
}

/// Where the answer has no other refresh token, the old one stays (RFC 6749, 6).
#[test]
fn the_refresh_token_stays() {
    let server = Server::new(|_| {
        let mut answer: Value = serde_json::from_str(&renewed_answer()).unwrap();
        answer.as_object_mut().unwrap().remove("refreshToken");
        answer.as_object_mut().unwrap().remove("tokenType");
        ok(answer.to_string())
    });
    let home = tempfile::tempdir().unwrap();
    let login = login(&config_of(&server, home.path()), &file(EXPIRED));
    login.provide_credentials().unwrap();
    assert_eq!(read(&login)["refreshToken"], REFRESH);
    assert_eq!(read(&login)["accessToken"]["accessKeyId"], ACCESS_KEY_ID);
}
