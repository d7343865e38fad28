//! `sigv4 serve`: the embedded gateway, until Ctrl-C.

use crate::failure::{Failure, print};
use crate::inspected_at::InspectedAt;
use sigv4::gateway::{
    Api, Gateway, INVOKE, Key, Limits, PolicyDocument, Principal, PrincipalArn, Principals,
    Service, throw_away_credentials,
};
use sigv4::proxy::{Listen, parse_bytes};
use std::fmt::Display;
use std::io::{self, Read};
use std::mem;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Serve a local stand-in for an API behind API Gateway's IAM authorization
///
/// GET and POST /STAGE/items, and any method of /STAGE/echo/ANYTHING, for callers whose
/// signature, session token and IAM policies are right; everybody else gets API Gateway's
/// own answers. With --service s3, any object of any bucket, whose answer says what arrived,
/// and S3's own refusals; nothing is stored. GET /health is for everybody. Logs one line a request to stderr: time,
/// method, path, status, key id, the caller that was verified, request id, and why it was
/// refused.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 serve --listen 8080 --principals principals.json")]
pub(crate) struct Arguments {
    /// Address and port, or a port on loopback; port 0 takes a free one
    #[arg(
        long,
        default_value = "127.0.0.1:0",
        value_name = "[ADDRESS:]PORT",
        value_parser = Listen::tcp
    )]
    listen: SocketAddr,
    /// Which service it stands in for
    #[arg(long, value_enum, default_value_t = StandIn::ExecuteApi, value_name = "NAME")]
    service: StandIn,
    /// Callers, their keys and policies, as JSON; without it, throw-away credentials are made
    #[arg(long, value_name = "FILE")]
    principals: Option<PathBuf>,
    /// The items to serve, a JSON array; without it, a short built-in list
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// How long a body may be, for example 64M; --service s3 keeps none of it [default: 10M]
    #[arg(long, value_name = "BYTES", value_parser = size)]
    max_body: Option<usize>,
    /// The region that credentials have to be scoped to
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// The account of the API, or of the buckets; by default that of the first principal
    #[arg(long, value_name = "DIGITS")]
    account_id: Option<String>,
    /// The API's id in ARNs [default: local]
    #[arg(long, value_name = "ID")]
    api_id: Option<String>,
    /// The stage: first segment of every path [default: prod]
    #[arg(long)]
    stage: Option<String>,
    /// Take Signature Version 4A as well, which API Gateway does not
    #[arg(long)]
    sigv4a: bool,
    #[command(flatten)]
    inspected: InspectedAt,
    /// Listen on an address that other machines can reach, without TLS
    #[arg(long)]
    beyond_loopback: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StandIn {
    /// An API behind API Gateway's IAM authorization
    ExecuteApi,
    /// Amazon S3, which takes bodies in signed and unsigned chunks
    S3,
}

impl From<StandIn> for Service {
    fn from(stand_in: StandIn) -> Self {
        match stand_in {
            StandIn::ExecuteApi => Self::ApiGateway,
            StandIn::S3 => Self::S3,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let service = Service::from(arguments.service);
    if service == Service::S3 {
        let of_api = [
            ("--items", arguments.items.is_some()),
            ("--api-id", arguments.api_id.is_some()),
            ("--stage", arguments.stage.is_some()),
        ];
        if let Some((name, _)) = of_api.iter().find(|(_, given)| *given) {
            return Err(Failure::usage(format_args!(
                "{name} is for an API: with --service s3 it means nothing"
            )));
        }
    }
    let mut hints = String::new();
    let principals = match &arguments.principals {
        Some(path) => {
            let bytes = read(path)?;
            let text = std::str::from_utf8(&bytes).map_err(|error| {
                about(
                    path,
                    &format_args!("no UTF-8 at byte {}", error.valid_up_to()),
                )
            })?;
            Principals::from_json(text).map_err(|error| about(path, &error))?
        }
        None => throw_away(&arguments, &mut hints)?,
    };
    let items = match &arguments.items {
        Some(path) => Some(
            serde_json::from_slice::<Vec<serde_json::Value>>(&read(path)?)
                .map_err(|error| about(path, &not_items(&error)))?,
        ),
        None => None,
    };
    let account_id = arguments.account_id.unwrap_or_else(|| {
        let first = principals.iter().next();
        first.map_or_else(String::new, |principal| {
            principal.arn.account_id().to_owned()
        })
    });
    let api = Api::new(
        arguments.region,
        account_id,
        arguments.api_id.unwrap_or_else(|| "local".into()),
        arguments.stage.unwrap_or_else(|| "prod".into()),
    )
    .map_err(Failure::usage)?;
    let mut gateway = Gateway::new(api, principals)
        .with_address(arguments.listen)
        .with_service(service);
    if let Some(body) = arguments.max_body {
        let mut limits = Limits::default();
        limits.body = body;
        limits.bodies = limits.bodies.max(body);
        gateway = gateway.with_limits(limits);
    }
    if let Some(items) = items {
        gateway = gateway.with_items(items);
    }
    if arguments.sigv4a {
        gateway = gateway.with_sigv4a();
    }
    if arguments.beyond_loopback {
        gateway = gateway.beyond_loopback();
    }
    if let Some(address) = arguments.inspected.inspect {
        gateway = gateway.with_inspector(address);
    }
    let listen = arguments.listen;
    for listen in [Some(listen), arguments.inspected.inspect]
        .into_iter()
        .flatten()
    {
        if !listen.ip().is_loopback() && !arguments.beyond_loopback {
            return Err(Failure::usage(format_args!(
                "cannot listen on {listen}: other machines can reach it; --beyond-loopback allows \
                 that, without TLS"
            )));
        }
    }
    let at = match arguments.inspected.inspect {
        Some(inspect) => format!("{listen} and {inspect}"),
        None => listen.to_string(),
    };
    wait_for_signal(|| {
        let running = gateway
            .start()
            .map_err(|error| Failure::usage(format_args!("cannot listen on {at}: {error}")))?;
        let inspector = match running.inspector() {
            Some(url) => format!("# inspector: {url}\n"),
            None => String::new(),
        };
        print(format_args!(
            "{inspector}# listening, stop with Ctrl-C\n{hints}export {}={}\n",
            match service {
                Service::S3 => "AWS_ENDPOINT_URL_S3", // what AWS's SDKs and its command read
                _ => "MICROSERVICE_B_URL",
            },
            running.url()
        ))?;
        Ok(running)
    })
}

/// The longest body that can be allowed: 2 GiB.
const MOST_OF_BODY: usize = 1 << 31;

/// A number of bytes, or of KiB, MiB or GiB.
fn size(text: &str) -> Result<usize, &'static str> {
    parse_bytes(text)
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| (1..=MOST_OF_BODY).contains(size))
        .ok_or("from 1 byte to 2G, written 65536, 64K, 64M or 2G")
}

/// One principal that may call everything, and the lines that put its key into a shell.
fn throw_away(arguments: &Arguments, hints: &mut String) -> Result<Principals, Failure> {
    let credentials = throw_away_credentials().map_err(Failure::failed)?;
    *hints = format!(
        "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nunset AWS_SESSION_TOKEN\n\
         export AWS_REGION={}\n",
        credentials.access_key_id(),
        credentials.secret_access_key(),
        arguments.region
    );
    let action = match arguments.service {
        StandIn::ExecuteApi => INVOKE,
        StandIn::S3 => {
            // What boto3 and AWS's command look at.
            *hints += &format!("export AWS_DEFAULT_REGION={}\n", arguments.region);
            "s3:*"
        }
    };
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#
    );
    Principals::new(vec![Principal {
        arn: PrincipalArn::parse("arn:aws:iam::123456789012:user/local")
            .map_err(Failure::failed)?,
        keys: vec![Key {
            credentials,
            expires_at: None,
        }],
        policies: vec![PolicyDocument::from_json(&policy).map_err(Failure::failed)?],
    }])
    .map_err(Failure::failed)
}

/// Runs what `start` gives until Ctrl-C or SIGTERM, then drops it.
fn wait_for_signal<T>(start: impl FnOnce() -> Result<T, Failure>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::failed)?;
    runtime.block_on(async {
        // Listening for signals starts before anything else does, so that none is lost.
        #[cfg(unix)]
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .map_err(Failure::failed)?;
        #[cfg(unix)]
        let mut interrupt =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
                .map_err(Failure::failed)?;
        let running = start()?;
        #[cfg(unix)]
        std::future::poll_fn(|context| {
            if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await.map_err(Failure::failed)?;
        drop(running);
        Ok(())
    })
}

/// More than any list of principals or items; a device without an end must not fill the
/// memory.
const MOST: u64 = 64 << 20;

/// The bytes of a file, which may hold secrets.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    std::fs::File::open(path)
        .and_then(|file| {
            let length = file.metadata()?.len().min(MOST);
            wiped(file.take(MOST), usize::try_from(length).unwrap_or(0))
        })
        .map_err(|error| about(path, &error))
}

/// All that comes. What is longer than expected, as from a pipe, moves, and is wiped where
/// it was.
fn wiped(mut source: impl Read, expected: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    // One byte more shows the end without a move.
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected.saturating_add(1)));
    loop {
        let free = bytes.capacity().saturating_sub(bytes.len());
        let mut part = source
            .by_ref()
            .take(u64::try_from(free).unwrap_or(u64::MAX));
        if part.read_to_end(&mut bytes)? < free {
            return Ok(bytes);
        }
        let larger = bytes.len().saturating_mul(2).max(1 << 12);
        let before = mem::replace(&mut bytes, Zeroizing::new(Vec::with_capacity(larger)));
        bytes.extend_from_slice(&before);
    }
}

/// Where a list is wrong, without what stands there: it can be the wrong file.
fn not_items(error: &serde_json::Error) -> String {
    let what = if error.is_data() {
        "not a JSON array"
    } else {
        "not valid JSON"
    };
    format!("line {}, column {}: {what}", error.line(), error.column())
}

fn about(path: &Path, error: &dyn Display) -> Failure {
    Failure::usage(format_args!("{}: {error}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// What holds secrets is where it was read to, and nowhere else.
    #[test]
    fn what_is_as_long_as_expected_does_not_move() {
        for length in [0, 1, 31, 32, 33, 100_000] {
            let source = vec![b'x'; length];
            let bytes = wiped(&source[..], length).unwrap();
            assert_eq!((&bytes[..], bytes.capacity()), (&source[..], length + 1));
        }
    }

    #[test]
    fn a_pipe_is_read_to_its_end() {
        for length in [0, 1, 2, 4_095, 4_096, 4_097, 100_000] {
            let source: Vec<_> = (0..length).map(|at| (at % 251) as u8).collect();
            assert_eq!(*wiped(&source[..], 0).unwrap(), source);
        }
    }
}
