//! What to call first, for a page that has nothing to show yet.

use crate::gateway::service::Service;
use crate::gateway::state::State;
use std::format;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::prelude::rust_2024::*;

/// A line of curl's that this gateway takes from whoever has its keys in the shell, by the names
/// that all of AWS's tools read.
pub(super) fn line(state: &State, address: SocketAddr) -> String {
    let address = reached(address);
    let name = state.service.signing_name();
    let (more, path) = match state.service {
        Service::ApiGateway => ("", format!("{}/items", state.api.stage())),
        // S3 wants the hash of the body, which older curls do not add.
        Service::S3 => (
            "--upload-file - --header \"x-amz-content-sha256: UNSIGNED-PAYLOAD\" \\\n  ",
            "bucket/first".into(),
        ),
    };
    let before = match state.service {
        Service::ApiGateway => "",
        Service::S3 => "echo hello | ",
    };
    format!(
        "{before}curl --aws-sigv4 aws:amz:{}:{name} \\\n  \
         --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \\\n  {more}http://{address}/{path}",
        state.region()
    )
}

/// Where a server that listens on every address is reached from its own machine.
pub(super) fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}
