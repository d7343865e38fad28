//! Vault, and whoever else has AWS STS say who calls.

use crate::canonical::header_name::Known;
use crate::grammar::base64::base64;
use crate::grammar::json::push_quoted;
use crate::grammar::text::{TOKEN, is_in};
use crate::request::{Header, Payload, Request};
use crate::sign::signer::Signer;
use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::header_json::Fields;
use crate::tokens::maker::Maker;
use crate::tokens::secret_text::SecretText;
use crate::tokens::sts::{self, BODY, FORM, SERVER_ID_HEADER};
use crate::tokens::validity::Validity;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

const METHOD: &str = "POST";
const LONGEST_SERVER_ID: usize = 4_096;

/// A request to AWS STS that tells who calls, signed to be sent by somebody else: by Vault's AWS
/// login, and by others that do the same.
/// [`GetCallerIdentity`](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html),
/// [Vault's AWS auth method](https://developer.hashicorp.com/vault/docs/auth/aws#iam-auth-method)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StsIdentity<'a> {
    region: &'a str,
    server_id: Option<(&'a str, &'a str)>,
}

impl<'a> StsIdentity<'a> {
    /// By AWS STS in a region. Without the [name of a server](Self::with_server_id), whoever is
    /// given it can log in with it elsewhere.
    #[must_use]
    pub fn new(region: &'a str) -> Self {
        Self {
            region,
            server_id: None,
        }
    }

    /// Signs the name of the server that it is for, in the header that Vault looks for it in.
    #[must_use]
    pub fn with_server_id(self, id: &'a str) -> Self {
        self.with_server_id_in(SERVER_ID_HEADER, id)
    }

    /// The same in the header of another server.
    #[must_use]
    pub fn with_server_id_in(self, header: &'a str, id: &'a str) -> Self {
        Self {
            server_id: Some((header, id)),
            ..self
        }
    }

    /// The signed request. Vectors `vault*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Maker, StsIdentity};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let request = StsIdentity::new("us-east-1").with_server_id("vault.example.com").request(&maker)?;
    /// assert_eq!(request.url(), "https://sts.us-east-1.amazonaws.com/");
    /// assert_eq!(request.headers().last(), Some(("X-Vault-AWS-IAM-Server-ID", "vault.example.com")));
    /// // What `vault write auth/aws/login role=… -` reads, beside the role.
    /// assert!(request.to_vault_json().starts_with(r#"{"iam_http_request_method":"POST","#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a region of none of AWS's partitions, a malformed name of a server or
    /// header, and what cannot be signed.
    pub fn request(&self, maker: &Maker<'_>) -> Result<StsRequest, TokenError> {
        if let Some((header, id)) = self.server_id {
            check_server_id(header, id)?;
        }
        let host = sts::host(self.region)?;
        let content_type = [FORM, "; charset=utf-8"].concat();
        let mut headers: Vec<Header<'_>> = Vec::with_capacity(3);
        headers.push(("Host", host.as_bytes()));
        headers.push(("Content-Type", content_type.as_bytes()));
        if let Some((header, id)) = self.server_id {
            headers.push((header, id.as_bytes()));
        }
        let request = Request {
            method: METHOD,
            target: "/",
            headers: &headers,
            payload: Payload::Bytes(BODY.as_bytes()),
        };
        let service = Signer::new(maker.credentials().clone(), self.region, "sts");
        let signed = service.sign(&request, maker.at())?;
        // As HashiCorp's clients name them, and in the order of the alphabet.
        let mut fields = Fields::default();
        fields.push("Authorization", signed.authorization());
        fields.push("Content-Type", &content_type);
        fields.push("Host", &host);
        fields.push("X-Amz-Date", maker.at().as_str());
        if let Some(token) = maker.credentials().session_token() {
            fields.push("X-Amz-Security-Token", token);
        }
        if let Some((header, id)) = self.server_id {
            fields.push(header, id);
        }
        Ok(StsRequest {
            url: ["https://", &host, "/"].concat(),
            fields,
            validity: maker.validity(None)?,
        })
    }
}

/// A signed request to AWS STS, for somebody else to send.
///
/// `Debug` shows only how long it is good. It is wiped when dropped.
pub struct StsRequest {
    url: String,
    fields: Fields,
    validity: Validity,
}

impl StsRequest {
    /// `POST`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        METHOD
    }

    /// For example `https://sts.us-east-1.amazonaws.com/`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `Action=GetCallerIdentity&Version=2011-06-15`.
    #[must_use]
    pub fn body(&self) -> &'static str {
        BODY
    }

    /// All of them, the signature among them: secrets.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter()
    }

    /// The headers as JSON, `{"Name":["value"],…}`.
    #[must_use]
    pub fn headers_json(&self) -> SecretText {
        SecretText::new(self.fields.json(true))
    }

    /// The four fields of Vault's login, as `vault write auth/aws/login -` reads them:
    /// `iam_http_request_method`, `iam_request_url`, `iam_request_body` and
    /// `iam_request_headers`, all but the first in base64.
    #[must_use]
    pub fn to_vault_json(&self) -> SecretText {
        let headers = Zeroizing::new(base64(self.headers_json().as_bytes()));
        let capacity = headers.len().saturating_add(512);
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str("{\"iam_http_request_method\":");
        push_quoted(&mut text, METHOD);
        for (name, value) in [
            ("iam_request_url", base64(self.url.as_bytes()).as_str()),
            ("iam_request_body", &base64(BODY.as_bytes())),
            ("iam_request_headers", &headers),
        ] {
            text.push_str(",\"");
            text.push_str(name);
            text.push_str("\":");
            push_quoted(&mut text, value);
        }
        text.push('}');
        SecretText::new(text)
    }

    /// How long it is good, as far as the credentials tell: AWS states no end for it.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

impl fmt::Debug for StsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsRequest")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// A header of its own, not one that every request has or that is never signed, and a value without controls that is the
/// same when it arrives.
fn check_server_id(header: &str, id: &str) -> Result<(), TokenError> {
    let input = Input::ServerIdHeader;
    checked::length(input, header, 256)?;
    checked::bytes(input, header, |byte| is_in(&TOKEN, byte))?;
    let taken = ["host", "content-type", "content-length"];
    let is_taken = taken.iter().any(|name| header.eq_ignore_ascii_case(name));
    if is_taken || !Known::of(header).is_signable() {
        return Err(TokenError::Invalid { input, position: 0 });
    }
    let input = Input::ServerId;
    checked::length(input, id, LONGEST_SERVER_ID)?;
    checked::bytes(input, id, |byte| byte.is_ascii_graphic())
}
