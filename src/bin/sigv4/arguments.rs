//! The request that `request`, `sign`, `presign`, `canonical` and `explain` are about.

use crate::body::Body;
use crate::data::{BodyArguments, Source};
use crate::failure::{Failure, is_of_credentials};
use crate::header_arguments::{Fields, Headers, check_length, value};
use crate::rules::Rules;
use crate::secret::{CredentialArguments, Secret};
use crate::sent_in_chunks::{Kind, To, Upload};
use crate::signs_for::{Asked, scope};
use crate::url::{Url, without_port};
use clap::ValueHint;
use sigv4::endpoint::{Destination, Resolved};
use sigv4::{Authorization, Error, Header, Payload, Profile, Request, Signed, Signer, Timestamp};
use std::time::SystemTime;

#[derive(clap::Args)]
pub(crate) struct RequestArguments {
    /// As people paste it: spaces, umlauts and '+' are escaped once, a fragment is dropped
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    url: String,
    /// GET, or POST if there is a body, PUT if it is a file of -T
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// A header to send; 'Name:' leaves out one that would be sent, 'Name;' sends it empty
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Ask for the head alone: the method is HEAD
    #[arg(short = 'I', long, conflicts_with_all = ["method", "data", "data_raw", "data_urlencode", "json", "upload"])]
    head: bool,
    #[command(flatten)]
    body: BodyArguments,
    #[command(flatten)]
    signing: SigningArguments,
    #[command(flatten)]
    credentials: CredentialArguments,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Signing")]
struct SigningArguments {
    /// The service's signing name [default: what the host tells; execute-api at custom domains]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Sign by Signature Version 4A, as for hosts that take nothing else is done in any case
    #[arg(long)]
    sigv4a: bool,
    /// The regions that a signature of Version 4A is for, and sign by that: '*'; us-east-1,us-west-*
    /// [default: AWS_SIGV4A_SIGNING_REGION_SET, else sigv4a_signing_region_set of the profile, else what the
    /// host tells, else the region]
    #[arg(long, value_name = "NAME,NAME", conflicts_with = "region")]
    region_set: Option<String>,
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
    /// Rows are default, s3, s3express, aoss, vpc-lattice-svcs and iotdevicegateway. Changes are
    /// keep-path (dot segments and '//' stay), encode-once (the path is not escaped again),
    /// content-sha256 (the header is sent), token-unsigned (the session token is added after
    /// signing), plus-is-space ('+' in a query), non-ascii (in header values).
    #[arg(long, value_name = "ROW,CHANGE")]
    profile_rules: Option<Rules>,
    /// Sign path and query exactly as written, not in the form that all servers read alike
    #[arg(long)]
    path_as_is: bool,
    /// Stands in where no region is told; without it, that is an error.
    #[arg(skip)]
    stand_in_region: Option<&'static str>,
}

/// What a subcommand needs of a request.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    pub secret: Secret,
    /// Headers that go with a body, which nobody has to send with a presigned URL.
    pub body_headers: bool,
    /// How a body is to be sent.
    pub upload: Upload,
    /// The time to sign at if none is given; the clock is asked otherwise.
    pub time: Option<Timestamp>,
}

/// A request that can be signed.
pub(crate) struct Prepared {
    pub url: Url,
    pub method: String,
    /// `host` first; all of them are sent.
    pub headers: Fields,
    /// The names of those of the headers that nobody gave.
    pub defaulted: Vec<&'static str>,
    /// Nobody gave `expect`, or left it out.
    pub may_expect: bool,
    pub body: Body,
    pub source: Source,
    pub signer: Signer,
    pub at: Timestamp,
    /// When the session token ends, where it is known.
    pub token_ends: Option<Timestamp>,
    pub presigned: bool,
    unsigned_payload: bool,
    also_signed: Option<String>,
}

impl RequestArguments {
    pub(crate) fn asks_for_head(&self) -> bool {
        self.head
    }

    /// For what does not depend on the region.
    pub(crate) fn with_stand_in_region(mut self, region: &'static str) -> Self {
        self.signing.stand_in_region = Some(region);
        self
    }

    pub(crate) fn prepare(self, needs: Needs) -> Result<Prepared, Failure> {
        let mut url = Url::parse(&self.url)?;
        self.body.complete(&mut url)?;
        let mut headers = Headers::parse(&url, &self.headers)?;
        let profile = self.credentials.profile();
        let to = self.signing.scope(&url, &headers.fields, profile)?;
        let (service, region) = (to.service, to.region);
        let kind = self.body.kind();
        let defaulted = match needs.body_headers {
            true => headers.default(defaults(kind, &service)),
            false => Vec::new(),
        };
        self.signing.check_names(&headers.fields)?;
        let method = match (self.method, kind) {
            (Some(method), _) => method,
            (None, Kind::None) if self.head => "HEAD".into(),
            (None, Kind::None) => "GET".into(),
            (None, Kind::Form | Kind::Json) => "POST".into(),
            (None, Kind::Upload) => "PUT".into(),
        };
        let at = match self.signing.time.or(needs.time) {
            Some(time) => time,
            None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
        };
        let mut profile = match &self.signing.profile_rules {
            Some(rules) => rules.profile(&service),
            None => Profile::for_service(&service),
        };
        profile.algorithm = to.algorithm;
        let signatory = self.credentials.read(needs.secret)?;
        if let Some(source) = &signatory.source {
            log::info!("credentials: {source}");
        }
        let upload = To {
            method: &method,
            url: &url,
            service: &service,
            profile,
        };
        let given = self.body.given(needs.upload, &upload, &mut headers)?;
        log::info!("signing for {service} in {region} at {at}");
        let mut signer = Signer::new(signatory.credentials, region, service).with_profile(profile);
        if self.signing.path_as_is {
            signer = signer.with_target_as_given();
        }
        let presigned = !needs.body_headers;
        // Of a body that is not given, the length is the caller's to say.
        let elsewhere = kind == Kind::None && (presigned || self.signing.unsigned_payload);
        if !elsewhere {
            check_length(&headers.fields, given.body.length().unwrap_or(0))?;
        }
        Ok(Prepared {
            url,
            method,
            may_expect: !headers.is_named("expect"),
            headers: headers.fields,
            defaulted,
            body: given.body,
            source: given.source,
            signer,
            at,
            token_ends: signatory.expires_at,
            presigned,
            unsigned_payload: self.signing.unsigned_payload,
            also_signed: self.signing.signed_headers,
        })
    }
}

/// What goes with a body. S3 keeps the content type with the object: there, nobody chose that
/// of a form.
fn defaults(kind: Kind, service: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Json => &[
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ],
        Kind::Form if !stores(service) => &[("content-type", "application/x-www-form-urlencoded")],
        Kind::Form | Kind::None | Kind::Upload => &[],
    }
}

/// Whether a service stores what it gets: S3 and its kin, whose rules keep a path as it is.
fn stores(service: &str) -> bool {
    !Profile::for_service(service).normalize_path
}

impl SigningArguments {
    /// A header that is to be signed and is not there would be left out in silence. Those that
    /// are signed in any case may be added later.
    fn check_names(&self, headers: &Fields) -> Result<(), Failure> {
        let names = self.signed_headers.iter();
        let mut names = names
            .flat_map(|names| names.split([';', ',']))
            .map(str::trim);
        let added = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["", "all", "content-type"].contains(&&*name) || name.starts_with("x-amz-")
        };
        match names.find(|name| !added(name) && value(headers, name).is_none()) {
            None => Ok(()),
            Some(name) => Err(Failure::usage(format_args!(
                "--signed-headers: {name} is not given with -H"
            ))),
        }
    }

    fn scope(
        &self,
        url: &Url,
        headers: &Fields,
        profile: Option<&str>,
    ) -> Result<Resolved, Failure> {
        let host = value(headers, "host").unwrap_or_default();
        let to = Destination {
            scheme: url.scheme(),
            host: without_port(host),
            target: &url.target,
        };
        let asked = Asked {
            service: self.service.as_deref(),
            region: self.region.as_deref(),
            sigv4a: self.sigv4a,
            region_set: self.region_set.as_deref(),
        };
        scope(&to, &asked, self.stand_in_region, profile)
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
            _ if is_of_credentials(&error) => Failure::credentials(error),
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

    /// For what sends: a body goes with its length, which S3 insists on.
    pub(crate) fn check_transfer_encoding(&self) -> Result<(), Failure> {
        match value(&self.headers, "transfer-encoding") {
            Some(_) => Err(Failure::usage(
                "-H: transfer-encoding: a body is sent with its length, not in chunks",
            )),
            None => Ok(()),
        }
    }

    /// What is promised to be signed, by presign or by --signed-headers, has to be among the
    /// names (joined by ';') that were: some are never signed.
    pub(crate) fn check_signed(&self, signed: &str) -> Result<(), Failure> {
        let is_signed = |name: &str| signed.split(';').any(|one| one.eq_ignore_ascii_case(name));
        let mut promised = self.headers.iter().map(|(name, _)| name.as_str());
        let broken = promised.find(|name| {
            let named = self.also_signed.as_ref().is_some_and(|names| {
                let mut names = names.split([';', ',']);
                names.any(|one| one.trim().eq_ignore_ascii_case(name))
            });
            (self.presigned || named) && !is_signed(name)
        });
        match broken {
            None => Ok(()),
            Some(name) => Err(Failure::usage(format_args!(
                "-H: {} is never signed, as it changes on the way: leave it out of what is signed",
                name.to_ascii_lowercase()
            ))),
        }
    }

    /// The same for the header form.
    pub(crate) fn check_authorization(&self, signed: &Signed<'_>) -> Result<(), Failure> {
        let authorization = Authorization::parse(signed.authorization());
        let authorization = authorization.map_err(|error| self.refused(error))?;
        self.check_signed(authorization.signed_headers)
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

    /// API Gateway and proxies add and rewrite all but these; of a presigned URL, only what is
    /// signed is sure to come along.
    fn is_signed(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let asked_for = |names: &String| {
            let mut names = names.split([';', ',']);
            names.any(|wanted| wanted == "all" || wanted.trim().eq_ignore_ascii_case(&name))
        };
        self.presigned
            || name == "host"
            || name == "content-type"
            || (name == "content-encoding" && matches!(self.body, Body::Chunks(_)))
            // For signing to refuse.
            || name == "authorization"
            || name.starts_with("x-amz-")
            || self.also_signed.as_ref().is_some_and(asked_for)
    }
}

pub(crate) fn timestamp(text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text)
}
