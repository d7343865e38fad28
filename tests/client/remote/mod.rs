//! Sources of credentials that are asked over HTTP.

mod asked;
mod containers;
mod faults;
mod identity;
mod instance;
mod instance_region;
mod login;
#[cfg(feature = "v4a")]
mod login_places;
#[cfg(feature = "v4a")]
mod login_refusals;
#[cfg(feature = "v4a")]
mod login_renewal;
mod pipes;
mod plans;
mod profile_endpoints;
mod recorded;
mod roles;
mod shared_config;
mod sso;
mod sso_others;
mod sso_renewal;
mod sso_unsaved;
mod stability;
mod sts_endpoints;
mod token_modes;
mod untold;
mod web_identities;

use crate::server::{ACCESS_KEY_ID, Act, Answer, SECRET, Server, TOKEN, response};
use crate::source::{Answered, at, environment};
use crate::support::vectors;
use serde::de::DeserializeOwned;
use sigv4::Credentials;
use sigv4::client::{CredentialsError, ProviderConfig, Sso};
use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// 2024-01-02T03:04:05Z.
pub(crate) const NOW: u64 = 1_704_164_645;
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/R";

thread_local! {
    /// How often this thread was to wait before another attempt.
    pub(crate) static PAUSES: Cell<usize> = const { Cell::new(0) };
}

/// No waiting, no proxy, a clock that stands still, and time for the slowest machine.
pub(crate) fn config(variables: &[(&str, &str)]) -> ProviderConfig {
    crate::logs::capture();
    log::debug!("something to be captured");
    ProviderConfig::new(environment(variables))
        .proxy(None)
        .pause(|_| PAUSES.set(PAUSES.get() + 1))
        .timeout(Duration::from_secs(10))
        .clock(|| at(NOW))
}

/// As of [`config`], with the variables of a vector.
pub(crate) fn config_of_vector(variables: &HashMap<String, String>) -> ProviderConfig {
    let variables = variables.iter();
    let variables: Vec<_> = variables.map(|(name, value)| (&**name, &**value)).collect();
    config(&variables)
}

/// The cases of one of the files that AWS's SDKs share.
pub(crate) fn shared_vectors<V: DeserializeOwned>(file: &str) -> Vec<V> {
    #[derive(serde::Deserialize)]
    struct File<V> {
        tests: Vec<V>,
    }
    let path = vectors().join("aws-sdk-credentials").join(file);
    let file: File<V> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file.tests
}

/// A role with a start URL in the profile itself, as before there were sessions.
pub(crate) fn of_start_url(config: &ProviderConfig, url: &str) -> Sso {
    Sso::of_start_url(config, url, "eu-west-1", "1", "R").unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
}

/// Where a server is, without the path that its `url` has.
pub(crate) fn root(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port)
}

pub(crate) fn ok(body: impl AsRef<[u8]>) -> Answer {
    vec![response("200 OK", "", body), Act::Close]
}

/// An answer of STS to an action that hands out credentials.
pub(crate) fn sts_answer(action: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<{action}Result>\
         <Credentials><AccessKeyId>{ACCESS_KEY_ID}</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken>\
         <Expiration>2033-05-18T03:33:20Z</Expiration></Credentials></{action}Result>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>\n"
    )
}

/// What an endpoint of ECS and one of EC2 answer alike.
pub(crate) fn json_answer() -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{ACCESS_KEY_ID}","SecretAccessKey":"{SECRET}","Token":"{TOKEN}","Expiration":"2033-05-18T03:33:20Z"}}"#
    )
}

pub(crate) fn portal_answer() -> String {
    format!(
        r#"{{"roleCredentials":{{"accessKeyId":"{ACCESS_KEY_ID}","secretAccessKey":"{SECRET}","sessionToken":"{TOKEN}","expiration":2000000000123}}}}"#
    )
}

/// The token of instance metadata, for six hours.
pub(crate) fn imds_token() -> Answer {
    let ttl = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n";
    vec![response("200 OK", ttl, TOKEN), Act::Close]
}

/// A file, with the folders that it needs.
pub(crate) fn write(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn assert_provided(answered: Answered) {
    let provided = answered.unwrap();
    assert_eq!(provided.credentials, credentials());
    let end = provided.expires_at.unwrap();
    assert!(
        end.duration_since(at(2_000_000_000)).unwrap() < Duration::from_secs(1),
        "{end:?}"
    );
}

/// The error, which holds no secret, and neither does the log.
pub(crate) fn error(answered: Answered) -> CredentialsError {
    let error = answered.unwrap_err();
    for text in [error.to_string(), format!("{error:?}")] {
        for secret in [SECRET, TOKEN] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    crate::logs::assert_without(&[SECRET, TOKEN]);
    error
}
