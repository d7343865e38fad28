//! The options of `sigv4 proxy`.

use crate::inspected_at::InspectedAt;
use clap::ValueHint::FilePath;
use std::ffi::OsString;

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
    pub(crate) upstream: Option<String>,
    /// Several upstreams and all settings, as TOML: docs/proxy.md
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_CONFIG",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) config: Option<OsString>,
    /// Address and port, a port on loopback, or a socket; port 0 takes a free one [default:
    /// 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "[ADDRESS:]PORT|unix:PATH",
        env = "SIGV4_PROXY_LISTEN",
        hide_env_values = true
    )]
    pub(crate) listen: Option<String>,
    /// Listen on addresses that other machines can reach
    #[arg(
        long,
        env = "SIGV4_PROXY_BEYOND_LOOPBACK",
        hide_env_values = true,
        value_parser = switched
    )]
    pub(crate) beyond_loopback: bool,
    /// Address and port of /health, /ready and /metrics
    #[arg(
        long,
        value_name = "[ADDRESS:]PORT",
        env = "SIGV4_PROXY_ADMIN",
        hide_env_values = true
    )]
    pub(crate) admin: Option<String>,
    #[command(flatten)]
    pub(crate) inspected: InspectedAt,
    /// What to sign for [default: what the host tells]
    #[arg(
        long,
        value_name = "NAME",
        env = "SIGV4_PROXY_SERVICE",
        hide_env_values = true
    )]
    pub(crate) service: Option<String>,
    /// The region to sign for [default: what the host tells, else AWS_REGION, else the
    /// profile, else the EC2 instance]
    #[arg(
        long,
        value_name = "REGION",
        env = "SIGV4_PROXY_REGION",
        hide_env_values = true
    )]
    pub(crate) region: Option<String>,
    /// Sign by Signature Version 4A
    #[arg(long)]
    pub(crate) sigv4a: bool,
    /// The regions that Signature Version 4A is for: `*`, `us-east-1,us-west-*`
    #[arg(long, value_name = "REGIONS")]
    pub(crate) region_set: Option<String>,
    /// The profile to take credentials and region from
    #[arg(
        long,
        value_name = "NAME",
        env = "SIGV4_PROXY_PROFILE",
        hide_env_values = true
    )]
    pub(crate) profile: Option<String>,
    /// The host to send and sign, where it is not the upstream's
    #[arg(
        long,
        value_name = "HOST",
        env = "SIGV4_PROXY_SIGN_HOST",
        hide_env_values = true
    )]
    pub(crate) sign_host: Option<String>,
    /// What becomes of bodies: hashed, unsigned, chunked or believed [default: hashed]
    #[arg(
        long,
        value_name = "RULE",
        env = "SIGV4_PROXY_BODY",
        hide_env_values = true
    )]
    pub(crate) body: Option<String>,
    /// As --body unsigned: bodies pass without being read first, and nothing vouches for them
    #[arg(long)]
    pub(crate) unsigned_payload: bool,
    /// The beginning of the path that does not go upstream; what does not begin so is refused
    #[arg(
        long,
        value_name = "PATH",
        env = "SIGV4_PROXY_STRIP_PREFIX",
        hide_env_values = true
    )]
    pub(crate) strip_prefix: Option<String>,
    /// How long an answer may take to begin: 500ms, 30s, 15m, 2h [default: 60s]
    #[arg(
        long,
        value_name = "TIME",
        env = "SIGV4_PROXY_ANSWER_TIME",
        hide_env_values = true
    )]
    pub(crate) answer_time: Option<String>,
    /// How long an answer or a request that has begun may pause [default: 60s]
    #[arg(
        long,
        value_name = "TIME",
        env = "SIGV4_PROXY_IDLE_TIME",
        hide_env_values = true
    )]
    pub(crate) idle_time: Option<String>,
    /// Certificates to trust in the place of the built-in ones, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_CA_FILE",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) ca_file: Option<OsString>,
    /// Speak HTTP/2 to an upstream of http
    #[arg(long)]
    pub(crate) h2c: bool,
    /// Send to a host beyond this machine without TLS
    #[arg(long)]
    pub(crate) plain_http: bool,
    /// The token that callers have to show, in a file
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_REQUIRE_TOKEN",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) require_token: Option<OsString>,
    /// Callers sign with these keys, are verified, and signed for anew; JSON as for sigv4 serve
    #[arg(long,
        value_name = "PRINCIPALS",
        env = "SIGV4_PROXY_RESIGN",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) resign: Option<OsString>,
    /// Services that may be signed for, with --resign or --upstream host
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_SERVICE",
        hide_env_values = true
    )]
    pub(crate) allow_service: Vec<String>,
    /// Regions that may be signed for, with --resign or --upstream host
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_REGION",
        hide_env_values = true
    )]
    pub(crate) allow_region: Vec<String>,
    /// Hosts that may be signed for, with --resign or --upstream host: HOST or *.DOMAIN
    #[arg(
        long,
        value_name = "HOST",
        value_delimiter = ',',
        env = "SIGV4_PROXY_ALLOW_HOST",
        hide_env_values = true
    )]
    pub(crate) allow_host: Vec<String>,
    /// The chain of certificates for TLS with callers, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_TLS_CERT",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) tls_cert: Option<OsString>,
    /// The key of --tls-cert, as PEM
    #[arg(long,
        value_name = "FILE",
        env = "SIGV4_PROXY_TLS_KEY",
        hide_env_values = true, value_hint = FilePath)]
    pub(crate) tls_key: Option<OsString>,
}

/// What a variable says of a switch; an empty one says nothing.
fn switched(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" | "n" | "no" | "f" | "false" | "off" | "0" => Ok(false),
        "y" | "yes" | "t" | "true" | "on" | "1" => Ok(true),
        _ => Err("expected true or false"),
    }
}
