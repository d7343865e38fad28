//! The token that `aws sso login` leaves behind, and what it becomes when it is renewed.

use crate::client::remote::handed_out::{end, rfc3339, time};
use crate::client::remote::kept_token::Token;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use std::prelude::rust_2024::*;
use std::sync::Once;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// A token file, as it stands. What it has beside the fields that are known is kept.
pub(crate) struct SsoToken {
    json: Zeroizing<Vec<u8>>,
    pub access: Zeroizing<String>,
    pub expires_at: SystemTime,
}

/// With what a token is renewed.
pub(crate) struct Renewal {
    client_id: Zeroizing<String>,
    client_secret: Zeroizing<String>,
    refresh_token: Zeroizing<String>,
}

impl Token for SsoToken {
    const WHAT: &str = "the token";

    /// `accessToken` and `expiresAt` have to be there.
    fn read(name: &str, json: Zeroizing<Vec<u8>>) -> Result<Self, CredentialsError> {
        let fields = Fields::read(name, &json)?;
        let access = fields.needed("accessToken")?;
        let expires_at = time(name, "expiresAt", &fields.needed("expiresAt")?)?;
        Ok(Self {
            json,
            access,
            expires_at,
        })
    }

    fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    fn access(&self) -> &str {
        &self.access
    }

    fn json(&self) -> &[u8] {
        &self.json
    }
}

impl SsoToken {
    /// The first of the fields that say what it is a token of, and say something else.
    fn other_field(&self, start_url: Option<&str>, region: &str) -> Option<&'static str> {
        let fields = Fields::read("", &self.json).ok()?;
        let bare = |url: &str| String::from(url.trim_end_matches(['#', '/']));
        let differs = |field: &'static str, expected: &str| {
            let text = fields.text(field).ok().flatten();
            text.is_some_and(|text| bare(&text) != bare(expected))
        };
        if start_url.is_some_and(|url| differs("startUrl", url)) {
            return Some("startUrl");
        }
        differs("region", region).then_some("region")
    }

    /// Of a file that was copied, or whose session was given another start URL since; once.
    pub(crate) fn warn_of_others(
        &self,
        name: &str,
        start_url: Option<&str>,
        region: &str,
        warned: &Once,
    ) {
        if let Some(field) = self.other_field(start_url, region) {
            warned.call_once(|| {
                log::warn!("{name}: its {field} is another than that of the configuration");
            });
        }
    }

    /// `None` where it cannot be renewed: a field is missing, or the registration of the client
    /// has ended.
    pub(crate) fn renewal(
        &self,
        name: &str,
        now: SystemTime,
    ) -> Result<Option<Renewal>, CredentialsError> {
        let fields = Fields::read(name, &self.json)?;
        if let Some(end) = fields.text("registrationExpiresAt")?
            && time(name, "registrationExpiresAt", &end)? <= now
        {
            return Ok(None);
        }
        let client_id = fields.secret("clientId")?;
        let client_secret = fields.secret("clientSecret")?;
        let refresh_token = fields.secret("refreshToken")?;
        let all = client_id.zip(client_secret).zip(refresh_token);
        Ok(
            all.map(|((client_id, client_secret), refresh_token)| Renewal {
                client_id,
                client_secret,
                refresh_token,
            }),
        )
    }

    /// This file with the new token of an answer: `accessToken`, `expiresIn` in seconds and, where
    /// it is given, another `refreshToken`.
    pub(crate) fn renewed(
        &self,
        name: &str,
        answer: &[u8],
        now: SystemTime,
    ) -> Result<Self, CredentialsError> {
        let fields = Fields::read(name, answer)?;
        let access = fields.needed("accessToken")?;
        let refresh_token = fields.secret("refreshToken")?;
        let expires_at = end(name, &fields, now)?;
        let end = rfc3339(name, expires_at)?;
        let mut changed = std::vec![("accessToken", access.as_str()), ("expiresAt", &end)];
        changed.extend(
            refresh_token
                .as_ref()
                .map(|token| ("refreshToken", token.as_str())),
        );
        let json = Fields::read(name, &self.json)?.with(&changed);
        Ok(Self {
            json,
            access,
            expires_at,
        })
    }
}

impl Renewal {
    /// The body of the request.
    pub(crate) fn json(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, CredentialsError> {
        Ok(Fields::read(name, b"{}")?.with(&[
            ("grantType", "refresh_token"),
            ("clientId", &self.client_id),
            ("clientSecret", &self.client_secret),
            ("refreshToken", &self.refresh_token),
        ]))
    }

    pub(crate) fn secrets(&self) -> [&str; 2] {
        [&self.client_secret, &self.refresh_token]
    }
}
