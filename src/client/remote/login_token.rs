//! What `aws login` leaves behind, and what it becomes when it is renewed.

use crate::client::remote::dpop::ProofKey;
use crate::client::remote::handed_out::{end, rfc3339, temporary, time, with_account};
use crate::client::remote::kept_token::Token;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::provide::ProvidedCredentials;
use std::format;
use std::prelude::rust_2024::*;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// The kind of token that AWS Sign-In hands out: credentials.
const TOKEN_TYPE: &str = "aws_sigv4";

/// A file, as it stands. What it has beside the fields that are known is kept.
pub(crate) struct LoginToken {
    json: Zeroizing<Vec<u8>>,
    pub provided: ProvidedCredentials,
    expires_at: SystemTime,
}

/// With what credentials are renewed.
pub(crate) struct Renewal {
    client_id: Zeroizing<String>,
    refresh_token: Zeroizing<String>,
    /// Where somebody logged in. Files of older versions of the AWS CLI do not say it.
    pub region: Option<Zeroizing<String>>,
    pub key: ProofKey,
}

impl Token for LoginToken {
    const WHAT: &str = "the credentials";

    /// All of `accessToken`, `clientId`, `refreshToken` and `dpopKey` have to be there, whether they are
    /// needed today or not: without them it is no such file.
    fn read(name: &str, json: Zeroizing<Vec<u8>>) -> Result<Self, CredentialsError> {
        let file = Fields::read(name, &json)?;
        let token = file.object("accessToken")?;
        for field in ["clientId", "refreshToken", "dpopKey"] {
            if file.text(field)?.is_none() {
                let problem = format!("{field} is missing");
                return Err(CredentialsError::failed(name, problem));
            }
        }
        let expires_at = time(name, "expiresAt", &token.needed("expiresAt")?)?;
        let provided = temporary(
            name,
            token.needed("accessKeyId")?,
            token.needed("secretAccessKey")?,
            token.needed("sessionToken")?,
            expires_at,
        )?;
        let provided = with_account(provided, &token, "accountId")?;
        Ok(Self {
            json,
            provided,
            expires_at,
        })
    }

    fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    fn access(&self) -> &str {
        self.provided
            .credentials
            .session_token()
            .unwrap_or_default()
    }

    fn json(&self) -> &[u8] {
        &self.json
    }
}

impl LoginToken {
    /// What `dpopKey` is worth is found here, where it is needed.
    pub(crate) fn renewal(&self, name: &str) -> Result<Renewal, CredentialsError> {
        let file = Fields::read(name, &self.json)?;
        // Of several lines.
        let key = file.text("dpopKey")?.unwrap_or_default();
        let key = ProofKey::from_pem(&key)
            .map_err(|problem| CredentialsError::failed(name, format!("dpopKey {problem}")))?;
        Ok(Renewal {
            client_id: file.needed("clientId")?,
            refresh_token: file.needed("refreshToken")?,
            region: file.secret("signInRegion")?,
            key,
        })
    }

    /// This file with the credentials of an answer: `accessToken`, `expiresIn` in seconds and, where it is
    /// given (RFC 6749, 6), another `refreshToken`.
    pub(crate) fn renewed(
        &self,
        name: &str,
        answer: &[u8],
        now: SystemTime,
    ) -> Result<Self, CredentialsError> {
        let answer = Fields::read(name, answer)?;
        let kind = answer.text("tokenType")?;
        if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case(TOKEN_TYPE)) {
            let problem = format!("tokenType is not {TOKEN_TYPE}");
            return Err(CredentialsError::failed(name, problem));
        }
        let token = answer.object("accessToken")?;
        let refresh_token = answer.secret("refreshToken")?;
        let fields = ["accessKeyId", "secretAccessKey", "sessionToken"];
        let [id, secret, session] = fields.map(|field| token.needed(field));
        let (id, secret, session) = (id?, secret?, session?);
        let end = rfc3339(name, end(name, &answer, now)?)?;
        let old = Fields::read(name, &self.json)?;
        let token = old.object("accessToken")?.with(&[
            ("accessKeyId", &id),
            ("secretAccessKey", &secret),
            ("sessionToken", &session),
            ("expiresAt", &end),
        ]);
        let changed = refresh_token.as_ref();
        let changed = changed.map(|token| ("refreshToken", token.as_str()));
        let json = old.with_object(Some(("accessToken", &token)), changed.as_slice());
        Self::read(name, json)
    }
}

impl Renewal {
    /// The body of the request.
    /// [CreateOAuth2Token](https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html)
    pub(crate) fn json(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, CredentialsError> {
        Ok(Fields::read(name, b"{}")?.with(&[
            ("clientId", &self.client_id),
            ("refreshToken", &self.refresh_token),
            ("grantType", "refresh_token"),
        ]))
    }

    pub(crate) fn secret(&self) -> &str {
        &self.refresh_token
    }
}
