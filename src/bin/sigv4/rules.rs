//! `--profile-rules`: a row of the service profiles, and changes to it.

use sigv4::{Profile, QueryPlus, SessionToken};
use std::str::FromStr;

/// One name or several, joined by commas: `s3`, `default,content-sha256`.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    row: Option<Profile>,
    changes: Changes,
}

#[derive(Clone, Copy, Default)]
struct Changes {
    keep_path: bool,
    encode_once: bool,
    content_sha256: bool,
    token_unsigned: bool,
    plus_is_space: bool,
    non_ascii: bool,
}

impl Rules {
    /// The rules for a service: its own row unless another one is named.
    pub(crate) fn profile(&self, service: &str) -> Profile {
        let row = self.row.unwrap_or_else(|| Profile::for_service(service));
        change(row, &self.changes)
    }
}

impl FromStr for Rules {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rules = Self {
            row: None,
            changes: Changes::default(),
        };
        for name in text.split(',') {
            let changes = &mut rules.changes;
            match name.trim() {
                "default" => rules.row = Some(Profile::DEFAULT),
                "s3" => rules.row = Some(Profile::S3),
                "s3express" => rules.row = Some(Profile::S3_EXPRESS),
                "aoss" => rules.row = Some(Profile::OPENSEARCH_SERVERLESS),
                "vpc-lattice-svcs" => rules.row = Some(Profile::VPC_LATTICE),
                "iotdevicegateway" => rules.row = Some(Profile::IOT_DEVICE_GATEWAY),
                "keep-path" => changes.keep_path = true,
                "encode-once" => changes.encode_once = true,
                "content-sha256" => changes.content_sha256 = true,
                "token-unsigned" => changes.token_unsigned = true,
                "plus-is-space" => changes.plus_is_space = true,
                "non-ascii" => changes.non_ascii = true,
                _ => {
                    return Err(
                        "known are the rows default, s3, s3express, aoss, \
                                vpc-lattice-svcs, iotdevicegateway, and the changes keep-path, encode-once, \
                                content-sha256, token-unsigned, plus-is-space, non-ascii"
                            .into(),
                    );
                }
            }
        }
        Ok(rules)
    }
}

fn change(row: Profile, changes: &Changes) -> Profile {
    let mut profile = row;
    profile.normalize_path &= !changes.keep_path;
    profile.double_encode_path &= !changes.encode_once;
    profile.payload_hash_header |= changes.content_sha256;
    profile.non_ascii_header_values |= changes.non_ascii;
    if changes.token_unsigned {
        profile.header_session_token = SessionToken::AppendedAfterSigning;
        profile.presigned_session_token = SessionToken::AppendedAfterSigning;
    }
    if changes.plus_is_space {
        profile.query_plus = QueryPlus::Space;
    }
    profile
}
