//! Where the inspector is, of `serve` and `proxy`.

use sigv4::proxy::Listen;
use std::net::SocketAddr;

#[derive(clap::Args)]
pub(crate) struct InspectedAt {
    /// Show each request in a browser: who called, what was signed, why it was refused; by default on a
    /// free port of loopback. An address beyond it gets a URL with a token
    #[arg(
        long = "inspect",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:0",
        value_name = "[ADDRESS:]PORT",
        value_parser = Listen::tcp
    )]
    pub inspect: Option<SocketAddr>,
}
