//! `sigv4 demo`: the whole way of a signed call, on this machine alone.

use crate::failure::{Failure, print};
use sigv4::gateway::{
    Api, Gateway, INVOKE, Key, PolicyDocument, Principal, PrincipalArn, Principals, Running,
    throw_away_credentials,
};
use sigv4::{Client, ClientError, Credentials, ItemsClient, Payload, Request, Signer, Timestamp};
use std::time::SystemTime;

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
const CALLER: &str = "arn:aws:iam::123456789012:user/microservice-a";

/// Show a signed call from end to end, without an AWS account
///
/// Starts a stand-in for a service behind API Gateway's IAM authorization, calls it, shows
/// what was signed and what came back, then calls it again with a wrong secret.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 demo")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<(), Failure> {
    let credentials = throw_away_credentials().map_err(Failure::failed)?;
    let gateway = start(&credentials).map_err(Failure::failed)?;
    let now = SystemTime::now();
    let address = gateway.address().to_string();
    let stages = show_signing(&credentials, &address, now)?;

    print(
        "4. The answer. Microservice B computed the same signature, and a policy allows the call.\n\n",
    )?;
    let items = client(&gateway, credentials.clone(), now)
        .and_then(|client| client.get_items())
        .map_err(|error| Failure::failed(format_args!("the signed call failed: {error}")))?;
    print(format_args!(
        "   200 OK\n{}\n",
        indented(&format!("{items:#}"))
    ))?;

    print("5. The same call, signed with a wrong secret.\n\n")?;
    let wrong = Credentials::new(credentials.access_key_id(), "this-is-not-the-secret");
    let outcome = client(&gateway, wrong, now).and_then(|client| client.get_items());
    let Err(ClientError::SignatureMismatch {
        canonical_string, ..
    }) = outcome
    else {
        return Err(Failure::failed(
            "the call with a wrong secret was not refused for its signature",
        ));
    };
    if canonical_string.as_deref().map(str::as_bytes) != Some(&*stages) {
        return Err(Failure::failed(
            "both sides should have computed the same canonical request",
        ));
    }
    print(
        "   403 Forbidden: the signature does not match. Both sides computed the same canonical\n   \
         request; only the key differed.\n\n\
         That is all there is to it. Next: sigv4 serve, sigv4 items, and the README.\n",
    )
}

/// One caller, who may do one thing.
fn start(credentials: &Credentials) -> Result<Running, Box<dyn std::error::Error>> {
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{INVOKE}",
           "Resource":"arn:aws:execute-api:{REGION}:{ACCOUNT}:demo/prod/GET/items"}}}}"#
    );
    let principals = Principals::new(vec![Principal {
        arn: PrincipalArn::parse(CALLER)?,
        keys: vec![Key {
            credentials: credentials.clone(),
            expires_at: None,
        }],
        policies: vec![PolicyDocument::from_json(&policy)?],
    }])?;
    let api = Api::new(REGION, ACCOUNT, "demo", "prod")?;
    Ok(Gateway::new(api, principals).start()?)
}

fn client(
    gateway: &Running,
    credentials: Credentials,
    now: SystemTime,
) -> Result<ItemsClient, ClientError> {
    // The time is the one that was shown, so that the signature is, too.
    let builder = Client::builder()
        .credentials(credentials)
        .region(REGION)
        .proxy(None)
        .clock(move || now);
    ItemsClient::from_builder(gateway.url(), builder)
}

/// Steps 1 to 3; gives the canonical request.
fn show_signing(
    credentials: &Credentials,
    host: &str,
    now: SystemTime,
) -> Result<Vec<u8>, Failure> {
    let signer = Signer::new(credentials.clone(), REGION, "execute-api");
    let request = Request {
        method: "GET",
        target: "/prod/items",
        headers: &[("host", host.as_bytes())],
        payload: Payload::EMPTY,
    };
    let at = Timestamp::try_from(now).map_err(Failure::failed)?;
    let stages = signer.stages(&request, at).map_err(Failure::failed)?;
    let signed = signer.sign(&request, at).map_err(Failure::failed)?;
    print(format_args!(
        "Microservice B listens on http://{host}/prod. It answers only calls that are signed with\n\
         AWS Signature Version 4, by callers whose IAM policies allow {INVOKE}.\n\
         Microservice A calls GET /items. Its key was made up for this demo: access key id\n\
         {}, and a secret that both sides know and nobody sends.\n\n\
         1. The canonical request: the call in the one form that both sides compute. Method, path,\n   \
         query (none here), headers, names of the signed headers, SHA-256 of the (empty) body.\n\n{}\n\
         2. The string to sign: algorithm, time, what the key is good for (day, region, service),\n   \
         and the SHA-256 of the canonical request.\n\n{}\n\
         3. The Authorization header. The signature is an HMAC of the string to sign, with a key\n   \
         derived from the secret.\n\n{}\n",
        credentials.access_key_id(),
        indented(&String::from_utf8_lossy(&stages.canonical_request)),
        indented(&stages.string_to_sign),
        indented(&signed.authorization().replace(", ", ",\n  ")),
    ))?;
    Ok(stages.canonical_request)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("   | {line}\n")).collect()
}
