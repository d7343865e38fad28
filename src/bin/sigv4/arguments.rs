//! The request that `request`, `sign`, `presign`, `canonical` and `explain` are about.

use crate::body::Body;
use crate::credentials::{CredentialArguments, Secret};
use crate::failure::Failure;
use crate::rules::Rules;
use crate::url::Url;
use sigv4::client::recognize;
use sigv4::{Error, Header, Payload, Request, Signer, Timestamp};
use std::time::SystemTime;

#[derive(clap::Args)]
pub(crate) struct RequestArguments {
    /// As people paste it: spaces, umlauts and '+' are escaped once, a fragment is dropped
    #[arg(value_name = "URL")]
    url: String,
    /// GET, or POST if there is a body
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// A header to send; 'Name:' leaves out one that would be sent, 'Name;' sends it empty
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The body: a text, @FILE, or @- for stdin
    #[arg(
        short,
        long,
        alias = "data-binary",
        value_name = "DATA|@FILE|@-",
        conflicts_with = "json",
        allow_hyphen_values = true
    )]
    data: Option<String>,
    /// A JSON body, with the headers that go with it
    #[arg(long, value_name = "DATA|@FILE|@-", allow_hyphen_values = true)]
    json: Option<String>,
    #[command(flatten)]
    signing: SigningArguments,
    #[command(flatten)]
    credentials: CredentialArguments,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Signing")]
struct SigningArguments {
    /// The service's signing name [default: what the host tells, else execute-api]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The region [default: what the host tells, else AWS_REGION, else AWS_DEFAULT_REGION]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The time of the signature, as 20150830T123600Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    time: Option<Timestamp>,
    /// Sign these headers too, beside host, content-type and x-amz-*; 'all' for every one
    #[arg(long, value_name = "NAME;NAME")]
    signed_headers: Option<String>,
    /// Leave the body out of what is signed, where the service allows it
    #[arg(long)]
    unsigned_payload: bool,
    /// Sign by another row of rules, or with changes: s3; default,content-sha256
    ///
    /// Rows are default, s3, s3express, vpc-lattice-svcs and iotdevicegateway. Changes are
    /// keep-path (dot segments and '//' stay), encode-once (the path is not escaped again),
    /// content-sha256 (the header is sent), token-unsigned (the session token is added after
    /// signing), plus-is-space ('+' in a query), non-ascii (in header values).
    #[arg(long, value_name = "ROW,CHANGE")]
    profile_rules: Option<Rules>,
    /// Sign path and query exactly as written, not in the form that all servers read alike
    #[arg(long)]
    path_as_is: bool,
}

/// What a subcommand needs of a request.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    pub secret: Secret,
    /// Headers that go with a body, which nobody has to send with a presigned URL.
    pub body_headers: bool,
    /// The time to sign at if none is given; the clock is asked otherwise.
    pub time: Option<Timestamp>,
}

/// Names and values of headers.
type Fields = Vec<(String, String)>;

/// A request that can be signed.
pub(crate) struct Prepared {
    pub url: Url,
    pub method: String,
    /// `host` first; all of them are sent.
    pub headers: Fields,
    /// The names of those of the headers that nobody gave.
    pub defaulted: Vec<&'static str>,
    pub body: Body,
    pub signer: Signer,
    pub at: Timestamp,
    pub data: Option<String>,
    unsigned_payload: bool,
    also_signed: Option<String>,
}

impl RequestArguments {
    pub(crate) fn prepare(self, needs: Needs) -> Result<Prepared, Failure> {
        let url = Url::parse(&self.url)?;
        let data = self.data.as_ref().or(self.json.as_ref()).cloned();
        let defaults: &[(&'static str, &str)] = match (&self.data, &self.json) {
            _ if !needs.body_headers => &[],
            (_, Some(_)) => &[
                ("content-type", "application/json"),
                ("accept", "application/json"),
            ],
            (Some(_), _) => &[("content-type", "application/x-www-form-urlencoded")],
            _ => &[],
        };
        let (headers, defaulted) = headers(&url, &self.headers, defaults)?;
        let method = match (self.method, &data) {
            (Some(method), _) => method,
            (None, Some(_)) => "POST".into(),
            (None, None) => "GET".into(),
        };
        let (service, region) = self.signing.scope(&headers)?;
        let at = match self.signing.time.or(needs.time) {
            Some(time) => time,
            None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
        };
        let profile = match &self.signing.profile_rules {
            Some(rules) => rules.profile(&service),
            None => sigv4::Profile::for_service(&service),
        };
        let credentials = self.credentials.read(needs.secret)?;
        log::info!("signing for {service} in {region} at {at}");
        let mut signer = Signer::new(credentials, region, service).with_profile(profile);
        if self.signing.path_as_is {
            signer = signer.with_target_as_given();
        }
        let body = data.as_deref().map_or(Ok(Body::None), Body::read)?;
        Ok(Prepared {
            url,
            method,
            headers,
            defaulted,
            body,
            signer,
            at,
            data,
            unsigned_payload: self.signing.unsigned_payload,
            also_signed: self.signing.signed_headers,
        })
    }
}

impl SigningArguments {
    /// An option counts most; then the host, which knows better than the environment.
    fn scope(&self, headers: &[(String, String)]) -> Result<(String, String), Failure> {
        let host = headers.iter().find(|(name, _)| name == "host");
        let host = host.map_or("", |(_, value)| value.as_str());
        let (name, _) = host.split_once(':').unwrap_or((host, ""));
        let known = recognize(name);
        let service = self.service.clone();
        let service = service.or_else(|| known.as_ref().map(|known| known.service.clone()));
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let region = (self.region.clone())
            .or_else(|| known.and_then(|known| known.region))
            .or_else(|| variable("AWS_REGION"))
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .ok_or_else(|| {
                Failure::usage("no region: give --region or set AWS_REGION; the host tells none")
            })?;
        Ok((service.unwrap_or_else(|| "execute-api".into()), region))
    }
}

impl Prepared {
    /// Hands out the request as it is signed.
    pub(crate) fn with_request<T>(&self, use_it: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .filter(|(name, _)| self.is_signed(name))
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        use_it(&Request {
            method: &self.method,
            target: &self.url.target,
            headers: &headers,
            payload: if self.unsigned_payload {
                Payload::Unsigned
            } else {
                self.body.payload()
            },
        })
    }

    /// What signing refuses is a wrong argument or a wrong credential.
    pub(crate) fn refused(&self, error: Error) -> Failure {
        match error {
            Error::EmptyAccessKeyId
            | Error::InvalidAccessKeyId { .. }
            | Error::EmptySecretAccessKey
            | Error::InvalidSessionToken { .. } => Failure::credentials(error),
            Error::InvalidHeaderName { index }
            | Error::InvalidHeaderValue { index, .. }
            | Error::NonAsciiHeaderValue { index, .. } => {
                let mut signed = self.headers.iter().filter(|(name, _)| self.is_signed(name));
                let name = signed.nth(index).map_or("", |(name, _)| name.as_str());
                Failure::usage(format_args!("{error} ({name})"))
            }
            _ => Failure::usage(error),
        }
    }

    /// What is sent of the headers. How the body is framed is not the caller's to say.
    pub(crate) fn sent_headers(&self) -> impl Iterator<Item = &(String, String)> {
        let framing = |name: &str| {
            ["content-length", "transfer-encoding"]
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing))
        };
        self.headers.iter().filter(move |(name, _)| !framing(name))
    }

    /// Headers that nobody gave, but that are signed and have to be sent.
    pub(crate) fn defaulted_headers(&self) -> impl Iterator<Item = &(String, String)> {
        let defaulted = |name: &str| self.defaulted.contains(&name);
        self.headers
            .iter()
            .filter(move |(name, _)| defaulted(name) && self.is_signed(name))
    }

    /// API Gateway and proxies add and rewrite all but these.
    fn is_signed(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let asked_for = |names: &String| {
            let mut names = names.split([';', ',']);
            names.any(|wanted| wanted == "all" || wanted.trim().eq_ignore_ascii_case(&name))
        };
        name == "host"
            || name == "content-type"
            // For signing to refuse.
            || name == "authorization"
            || name.starts_with("x-amz-")
            || self.also_signed.as_ref().is_some_and(asked_for)
    }
}

pub(crate) fn timestamp(text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text)
}

/// `host` from the URL, then what is given, then what goes with the body; a name that is
/// given replaces a default.
fn headers(
    url: &Url,
    given: &[String],
    defaults: &[(&'static str, &str)],
) -> Result<(Fields, Vec<&'static str>), Failure> {
    let mut headers = vec![("host".to_owned(), url.authority())];
    let mut named = Vec::new();
    for text in given {
        let text = unfolded(text)?;
        let (name, value) = match (text.split_once(':'), text.strip_suffix(';')) {
            (Some((name, value)), _) => (name, Some(value.trim()).filter(|v| !v.is_empty())),
            (None, Some(name)) => (name, Some("")),
            (None, None) => {
                return Err(Failure::usage("-H: a header is written 'Name: value'"));
            }
        };
        check_header(name, value.unwrap_or_default())?;
        named.push(name.to_ascii_lowercase());
        match value {
            Some(value) if name.eq_ignore_ascii_case("host") => {
                headers.retain(|(name, _)| name != "host");
                headers.insert(0, ("host".to_owned(), value.to_owned()));
            }
            Some(value) => headers.push((name.to_owned(), value.to_owned())),
            None => {}
        }
    }
    let mut defaulted = Vec::new();
    for (name, value) in defaults {
        if !named.iter().any(|named| named == name) {
            headers.push(((*name).to_owned(), (*value).to_owned()));
            defaulted.push(*name);
        }
    }
    Ok((headers, defaulted))
}

/// Signed or not, it goes on the wire, or into a command line.
fn check_header(name: &str, value: &str) -> Result<(), Failure> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(Failure::usage("-H: the name of a header is no HTTP token"));
    }
    if value.chars().any(|char| char.is_control() && char != '\t') {
        return Err(Failure::usage(format_args!(
            "-H: control character in the value of {name}"
        )));
    }
    Ok(())
}

/// A value that goes on over several lines is the one with a space for each line break
/// (RFC 9112, 5.2). Any other line break would start a new header.
fn unfolded(header: &str) -> Result<String, Failure> {
    let header = header.replace("\r\n", "\n");
    let header = header.replace("\n ", "  ").replace("\n\t", "  ");
    if header.contains(['\r', '\n', '\0']) {
        return Err(Failure::usage("-H: line break or NUL in a header"));
    }
    Ok(header)
}
