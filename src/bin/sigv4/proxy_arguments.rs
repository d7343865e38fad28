//! The options of `sigv4 proxy`.

mod given;

use crate::failure::Failure;
use crate::proxy_source::Source;
use clap::ValueHint::FilePath;
use given::options;
use sigv4::proxy::{Config, Listen};
use std::ffi::OsString;
use std::net::SocketAddr;

/// Sign whatever passes through: a reverse proxy for what cannot sign
///
/// Requests go to one upstream, whose host tells what they are signed for, or, with --config, to
/// several. Answers stream. Credentials are those of the default chain or of a profile. Loopback
/// unless told otherwise. Logs one line a request to stderr. SIGHUP, and a change of the files,
/// reload; what is wrong then is logged, and the old state stays. SIGTERM and Ctrl-C let requests
/// end first.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 proxy --upstream https://search-logs-abc123.eu-west-1.es.amazonaws.com\n  \
    curl http://127.0.0.1:8080/_cluster/health")]
pub(crate) struct Arguments {
    /// Where requests go, or `host` for the host that each caller names; a path goes before theirs
    #[arg(
        long,
        value_name = "URL",
        env = "SIGV4_PROXY_UPSTREAM",
        hide_env_values = true
    )]
    upstream: Option<String>,
    /// Several upstreams and all settings, as TOML: docs/proxy.md
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_CONFIG",
        hide_env_values = true, value_hint = FilePath)]
    config: Option<OsString>,
    /// Address and port, a port on loopback, or a socket; port 0 takes a free one [default:
    /// 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "[ADDRESS:]PORT|unix:PATH",
        env = "SIGV4_PROXY_LISTEN",
        hide_env_values = true
    )]
    listen: Option<String>,
    /// Listen on addresses that other machines can reach
    #[arg(
        long,
        env = "SIGV4_PROXY_BEYOND_LOOPBACK",
        hide_env_values = true,
        value_parser = switched
    )]
    beyond_loopback: bool,
    /// Address and port of /health, /ready and /metrics
    #[arg(
        long,
        value_name = "[ADDRESS:]PORT",
        env = "SIGV4_PROXY_ADMIN",
        hide_env_values = true
    )]
    admin: Option<String>,
    /// Show each request in a browser: what was signed, what the upstream answered, and why; by default
    /// on a free port of loopback. An address beyond it gets a URL with a token
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:0",
        value_name = "[ADDRESS:]PORT",
        value_parser = Listen::tcp
    )]
    pub inspect: Option<SocketAddr>,
    /// What to sign for [default: what the host tells]
    #[arg(
        long,
        value_name = "NAME",
        env = "SIGV4_PROXY_SERVICE",
        hide_env_values = true
    )]
    service: Option<String>,
    /// The region to sign for [default: what the host tells, else AWS_REGION, else the
    /// profile, else the EC2 instance]
    #[arg(
        long,
        value_name = "REGION",
        env = "SIGV4_PROXY_REGION",
        hide_env_values = true
    )]
    region: Option<String>,
    /// Sign by Signature Version 4A
    #[arg(long)]
    sigv4a: bool,
    /// The regions that Signature Version 4A is for: `*`, `us-east-1,us-west-*`
    #[arg(long, value_name = "REGIONS")]
    region_set: Option<String>,
    /// The profile to take credentials and region from
    #[arg(
        long,
        value_name = "NAME",
        env = "SIGV4_PROXY_PROFILE",
        hide_env_values = true
    )]
    profile: Option<String>,
    /// The host to send and sign, where it is not the upstream's
    #[arg(
        long,
        value_name = "HOST",
        env = "SIGV4_PROXY_SIGN_HOST",
        hide_env_values = true
    )]
    sign_host: Option<String>,
    /// What becomes of bodies: hashed, unsigned, chunked or believed [default: hashed]
    #[arg(
        long,
        value_name = "RULE",
        env = "SIGV4_PROXY_BODY",
        hide_env_values = true
    )]
    body: Option<String>,
    /// As --body unsigned: bodies pass without being read first, and nothing vouches for them
    #[arg(long)]
    unsigned_payload: bool,
    /// The beginning of the path that does not go upstream; what does not begin so is refused
    #[arg(
        long,
        value_name = "PATH",
        env = "SIGV4_PROXY_STRIP_PREFIX",
        hide_env_values = true
    )]
    strip_prefix: Option<String>,
    /// How long an answer may take to begin: 500ms, 30s, 15m, 2h [default: 60s]
    #[arg(
        long,
        value_name = "TIME",
        env = "SIGV4_PROXY_ANSWER_TIME",
        hide_env_values = true
    )]
    answer_time: Option<String>,
    /// How long an answer or a request that has begun may pause [default: 60s]
    #[arg(
        long,
        value_name = "TIME",
        env = "SIGV4_PROXY_IDLE_TIME",
        hide_env_values = true
    )]
    idle_time: Option<String>,
    /// Certificates to trust in the place of the built-in ones, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_CA_FILE",
        hide_env_values = true, value_hint = FilePath)]
    ca_file: Option<OsString>,
    /// Speak HTTP/2 to an upstream of http
    #[arg(long)]
    h2c: bool,
    /// Send to a host beyond this machine without TLS
    #[arg(long)]
    plain_http: bool,
    /// The token that callers have to show, in a file
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_REQUIRE_TOKEN",
        hide_env_values = true, value_hint = FilePath)]
    require_token: Option<OsString>,
    /// Callers sign with these keys, are verified, and signed for anew; JSON as for sigv4 serve
    #[arg(long,
        value_name = "PRINCIPALS",
        env = "SIGV4_PROXY_RESIGN",
        hide_env_values = true, value_hint = FilePath)]
    resign: Option<OsString>,
    /// Services that may be signed for, with --resign or --upstream host
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_SERVICE",
        hide_env_values = true
    )]
    allow_service: Vec<String>,
    /// Regions that may be signed for, with --resign or --upstream host
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_REGION",
        hide_env_values = true
    )]
    allow_region: Vec<String>,
    /// Hosts that may be signed for, with --resign or --upstream host: HOST or *.DOMAIN
    #[arg(
        long,
        value_name = "HOST",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_HOST",
        hide_env_values = true
    )]
    allow_host: Vec<String>,
    /// The chain of certificates for TLS with callers, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_TLS_CERT",
        hide_env_values = true, value_hint = FilePath)]
    tls_cert: Option<OsString>,
    /// The key of --tls-cert, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_TLS_KEY",
        hide_env_values = true, value_hint = FilePath)]
    tls_key: Option<OsString>,
}

/// What a variable says of a switch; an empty one says nothing.
fn switched(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" | "n" | "no" | "f" | "false" | "off" | "0" => Ok(false),
        "y" | "yes" | "t" | "true" | "on" | "1" => Ok(true),
        _ => Err("expected true or false"),
    }
}

/// Either a file or options; an empty variable is none, as files for containers have them.
pub(crate) fn source(mut given: Arguments) -> Result<Source, Failure> {
    let texts = [
        &mut given.upstream,
        &mut given.listen,
        &mut given.admin,
        &mut given.service,
        &mut given.region,
        &mut given.profile,
        &mut given.sign_host,
        &mut given.body,
        &mut given.strip_prefix,
        &mut given.answer_time,
        &mut given.idle_time,
    ];
    for text in texts {
        text.take_if(|text| text.is_empty());
    }
    let files = [
        &mut given.config,
        &mut given.require_token,
        &mut given.resign,
        &mut given.ca_file,
        &mut given.tls_cert,
        &mut given.tls_key,
    ];
    for file in files {
        file.take_if(|file| file.is_empty());
    }
    let lists = [
        &mut given.allow_service,
        &mut given.allow_region,
        &mut given.allow_host,
    ];
    for list in lists {
        list.retain(|text| !text.is_empty());
    }
    if given.unsigned_payload && given.body.as_deref().is_some_and(|body| body != "unsigned") {
        return Err(Failure::usage(
            "--unsigned-payload and --body: give one of them; the first is --body unsigned",
        ));
    }
    match (given.upstream.is_some(), given.config.take()) {
        (true, Some(_)) => Err(Failure::usage(
            "--upstream and --config: give one of them; a file has its upstreams in it",
        )),
        (false, None) => Err(Failure::usage(
            "where do requests go? Give --upstream URL, or --config FILE for several",
        )),
        (true, None) => Ok(Source::Options(Box::new(Config::from_options(options(
            given,
        )?)))),
        (false, Some(file)) => {
            if let Some(name) = of_options_alone(&given) {
                return Err(Failure::usage(format_args!(
                    "{name} is for --upstream: with --config, the file says it"
                )));
            }
            Ok(Source::File {
                file: file.into(),
                listen: given.listen,
                admin: given.admin,
                beyond_loopback: given.beyond_loopback,
            })
        }
    }
}

fn of_options_alone(given: &Arguments) -> Option<&'static str> {
    let given = [
        ("--service", given.service.is_some()),
        ("--region", given.region.is_some()),
        ("--sigv4a", given.sigv4a),
        ("--region-set", given.region_set.is_some()),
        ("--profile", given.profile.is_some()),
        ("--sign-host", given.sign_host.is_some()),
        ("--body", given.body.is_some()),
        ("--unsigned-payload", given.unsigned_payload),
        ("--strip-prefix", given.strip_prefix.is_some()),
        ("--answer-time", given.answer_time.is_some()),
        ("--idle-time", given.idle_time.is_some()),
        ("--ca-file", given.ca_file.is_some()),
        ("--h2c", given.h2c),
        ("--plain-http", given.plain_http),
        ("--require-token", given.require_token.is_some()),
        ("--resign", given.resign.is_some()),
        ("--allow-service", !given.allow_service.is_empty()),
        ("--allow-region", !given.allow_region.is_empty()),
        ("--allow-host", !given.allow_host.is_empty()),
        ("--tls-cert", given.tls_cert.is_some()),
        ("--tls-key", given.tls_key.is_some()),
    ];
    let mut given = given.into_iter();
    given.find(|(_, given)| *given).map(|(name, _)| name)
}
