//! Tokens of brokers and APIs.

use crate::duration;
use crate::failure::Failure;
use crate::token_arguments::Common;
use crate::token_output::{Made, Member};
use sigv4::tokens::{self, AppsyncMessage};
use std::time::Duration;
use zeroize::Zeroizing;

/// A token of MSK for SASL/OAUTHBEARER, for 15 minutes
///
/// With --output json, `expires_ms` is its lifetime as clients of Kafka want it: milliseconds
/// since 1970.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 token msk --region us-east-1 --output json")]
pub(crate) struct Msk {
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// What the token says of its maker, which is not signed [default: sigv4-kit and its version]
    #[arg(long, value_name = "NAME/VERSION")]
    user_agent: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Msk {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self.common.region(self.region.as_deref(), None)?;
        let brokers = tokens::Msk::new(&region);
        let brokers = match &self.user_agent {
            Some(user_agent) => brokers.with_user_agent(user_agent),
            None => brokers,
        };
        self.common.print(|maker| {
            let mut made = Made::from(brokers.token(maker)?);
            let ends = made.validity.ends_at().map_or(0, |end| end.unix());
            let milliseconds = u64::try_from(ends).unwrap_or(0).saturating_mul(1000);
            made.members = vec![
                Member::Text("token", made.text.clone()),
                Member::Number("expires_ms", milliseconds),
            ];
            Ok(made)
        })
    }
}

/// The URL of MQTT over WebSocket at IoT Core
///
/// It states no end; with a session token it is over when that expires.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 token iot --host abc123-ats.iot.us-east-1.amazonaws.com")]
pub(crate) struct Iot {
    /// The endpoint, without a port
    #[arg(long, value_name = "NAME")]
    host: String,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Iot {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let host = self.host.as_str();
        let region = self.common.region(self.region.as_deref(), Some(host))?;
        let region = region.as_str();
        let endpoint = tokens::Iot { host, region };
        self.common
            .print(|maker| endpoint.token(maker).map(Made::from))
    }
}

/// The URL of a WebSocket API behind API Gateway's IAM authorization
///
/// For clients that cannot send headers, as browsers.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 token apigateway-websocket \
    --host abcdef1234.execute-api.us-east-1.amazonaws.com --stage prod")]
pub(crate) struct ApigatewayWebsocket {
    /// That of the API, or its own domain name
    #[arg(long, value_name = "NAME")]
    host: String,
    /// The stage; with a domain name of its own what that has for it, which can be nothing
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    stage: String,
    /// Parameters of the API's own, escaped; they are signed
    #[arg(
        long,
        value_name = "NAME=VALUE&…",
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// How long a connection can be opened with it: 30s, 15m, 2h, at most 7d
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    expires: Duration,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl ApigatewayWebsocket {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let host = self.host.as_str();
        let region = self.common.region(self.region.as_deref(), Some(host))?;
        let api = tokens::ApigatewayWebsocket::new(host, &self.stage, &region)
            .with_query(&self.query)
            .with_expires(self.expires);
        self.common.print(|maker| api.token(maker).map(Made::from))
    }
}

/// A short-term API key of Bedrock
///
/// With --output env as `AWS_BEARER_TOKEN_BEDROCK`, where AWS's SDKs look for it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    keys=$(sigv4 token bedrock --region us-west-2 --expires 1h --output env) && eval \"$keys\"")]
pub(crate) struct Bedrock {
    /// How long it is good for: 30s, 15m, 2h, at most 12h
    #[arg(long, value_name = "DURATION", default_value = "12h", value_parser = duration::parse)]
    expires: Duration,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Bedrock {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self.common.region(self.region.as_deref(), None)?;
        let key = tokens::Bedrock::new(&region).with_expires(self.expires);
        self.common.print(|maker| {
            Ok(Made::exported(
                key.token(maker)?,
                &["AWS_BEARER_TOKEN_BEDROCK"],
            ))
        })
    }
}

/// The headers that AppSync takes as JSON, for a connection or a message of its WebSockets
///
/// With --output json: `headers`, `url` to connect to, or `endpoint` and `subprotocol`, without
/// secrets in the URL.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 token appsync \
    --host abc.appsync-api.us-east-1.amazonaws.com --output json")]
pub(crate) struct Appsync {
    /// That of the API, not that of its WebSockets
    #[arg(long, value_name = "NAME")]
    host: String,
    /// For a subscription: the text of data in the message start, exactly
    #[arg(long, value_name = "JSON", conflicts_with_all = ["events", "event"])]
    start: Option<String>,
    /// For the connection to an Event API
    #[arg(long, conflicts_with = "event")]
    events: bool,
    /// For a message of an Event API: what it is signed for, exactly
    #[arg(long, value_name = "JSON")]
    event: Option<String>,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Appsync {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let host = self.host.as_str();
        let region = self.common.region(self.region.as_deref(), Some(host))?;
        let message = match (&self.start, &self.event, self.events) {
            (Some(data), ..) => AppsyncMessage::Start(data),
            (_, Some(data), _) => AppsyncMessage::Event(data),
            (.., true) => AppsyncMessage::EventsConnect,
            (.., false) => AppsyncMessage::Connect,
        };
        let is_connection = self.start.is_none() && self.event.is_none();
        let region = region.as_str();
        let api = tokens::Appsync { host, region };
        self.common.print(|maker| {
            let headers = api.headers(maker, message)?;
            let text = |value: &str| Zeroizing::new(value.to_owned());
            let mut members = vec![Member::Object("headers", owned(headers.iter()))];
            if is_connection {
                members.extend([
                    Member::Text("url", text(&headers.url())),
                    Member::Text("endpoint", text(headers.endpoint())),
                    Member::Text("subprotocol", text(&headers.subprotocol())),
                ]);
            }
            Ok(Made {
                text: text(&headers.json()),
                members,
                variables: Vec::new(),
                validity: headers.validity(),
            })
        })
    }
}

fn owned<'a>(
    headers: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, Zeroizing<String>)> {
    headers
        .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
        .collect()
}

/// A signed request by which AWS STS says who calls, for Vault and likewise
///
/// Printed as the fields of Vault's AWS login; with --output json as method, url, body and
/// headers. Without --server-id whoever is given it can log in with it elsewhere.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token sts-identity --region us-east-1 --server-id vault.example.com | \
    vault write auth/aws/login role=dev -")]
pub(crate) struct StsIdentity {
    /// What the server is called that it is for; it is signed
    #[arg(long, value_name = "ID")]
    server_id: Option<String>,
    /// The header for that [default: X-Vault-AWS-IAM-Server-ID]
    #[arg(long, value_name = "NAME", requires = "server_id")]
    server_id_header: Option<String>,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl StsIdentity {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self.common.region(self.region.as_deref(), None)?;
        let identity = tokens::StsIdentity::new(&region);
        let identity = match (&self.server_id, &self.server_id_header) {
            (Some(id), Some(header)) => identity.with_server_id_in(header, id),
            (Some(id), None) => identity.with_server_id(id),
            (None, _) => identity,
        };
        self.common.print(|maker| {
            let request = identity.request(maker)?;
            let text = |value: &str| Zeroizing::new(value.to_owned());
            Ok(Made {
                text: text(&request.to_vault_json()),
                members: vec![
                    Member::Text("method", text(request.method())),
                    Member::Text("url", text(request.url())),
                    Member::Text("body", text(request.body())),
                    Member::Object("headers", owned(request.headers())),
                ],
                variables: Vec::new(),
                validity: request.validity(),
            })
        })
    }
}
