//! What to call first, for a page that has nothing to show yet.

use super::place::Place;
use crate::gateway::service::Service;
use crate::gateway::state::State;
use std::format;
use std::prelude::rust_2024::*;

/// A line of curl's that this gateway takes from whoever has its keys in the shell, by the names
/// that all of AWS's tools read.
pub(super) fn line(state: &State, place: Place<'_>) -> String {
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
         --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \\\n  {more}http://{place}/{path}",
        state.region()
    )
}
