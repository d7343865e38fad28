//! What this crate finds, asked as its users ask it.

use crate::credentials::home::Home;
use crate::credentials::pair::{Found, Pair, Verdict};
use crate::credentials::stand_in::API;
use sigv4::client::{
    Chain, Client, ClientError, Environment, ProfileCredentials, ProvideCredentials, ProviderConfig,
};
use std::ffi::OsString;

/// Of an MFA device; `official_credentials.py` has the same.
const CODE: &str = "123456";
pub const REFUSED: &str = "(refused)";

/// The default chain, or the profile that the program names.
///
/// # Panics
/// If the files cannot be written.
#[must_use]
pub fn ours(pair: &Pair, home: &Home, server: &str) -> Found {
    let environment = environment(pair, home, "sigv4", server);
    let config = ProviderConfig::new(environment)
        .proxy(None)
        .pause(|_| ())
        .mfa_code(|_| Some(CODE.to_owned()));
    let profile = ProfileCredentials::with_config(&config, pair.profile.as_deref());
    let region = profile
        .region()
        .unwrap_or_else(|_| Some(REFUSED.to_owned()));
    let provided = match pair.profile {
        Some(_) => profile.provide_credentials(),
        None => Chain::with_config(&config).provide_credentials(),
    };
    let none = Found {
        verdict: Verdict::None,
        error: None,
        access_key_id: None,
        secret: None,
        token: None,
        region,
        calls: Vec::new(),
    };
    match provided {
        Ok(provided) => {
            let credentials = provided.credentials;
            Found {
                verdict: Verdict::Credentials,
                access_key_id: Some(credentials.access_key_id().to_owned()),
                secret: Some(credentials.secret_access_key().to_owned()),
                token: credentials.session_token().map(str::to_owned),
                ..none
            }
        }
        Err(error) => Found {
            verdict: match error.is_not_set_up() {
                true => Verdict::None,
                false => Verdict::Error,
            },
            error: Some(error.to_string()),
            ..none
        },
    }
}

/// A client with the same files and variables sends a request. `None` where it cannot be: it has
/// nobody to ask for a code.
///
/// # Panics
/// If the files cannot be written.
#[must_use]
pub fn request(pair: &Pair, home: &Home, server: &str) -> Option<Result<(), ClientError>> {
    let texts = [&pair.config, &pair.credentials];
    if texts
        .into_iter()
        .flatten()
        .any(|text| text.contains("mfa_serial"))
    {
        return None;
    }
    let builder = Client::builder()
        .environment(environment(pair, home, "client", server))
        .base_url(server)
        .service("execute-api")
        .proxy(None)
        .pause(|_| ());
    let builder = match &pair.profile {
        Some(profile) => builder.aws_profile(profile),
        None => builder,
    };
    let send = |client: Client| client.get(&format!("/{API}")).send().map(drop);
    Some(builder.build().and_then(send))
}

fn environment(pair: &Pair, home: &Home, who: &str, server: &str) -> Environment {
    let variables = home.variables(pair, who, server);
    Environment::from_lookup(move |name| variables.get(name).map(OsString::from))
}
