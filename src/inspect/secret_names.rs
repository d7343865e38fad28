//! The names of what is never shown.

use crate::request::profile::Profile;

/// What is found behind a name. Each can be a header and a parameter; what differs is where a text that
/// quotes it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A session token.
    Token,
    /// At the start of a line, to its end.
    Line,
    /// A field of an answer that gives credentials: to where a word ends, wherever it stands.
    Field,
}

/// In lower case.
pub(super) const NAMES: [(&str, Kind); 23] = [
    (Profile::DEFAULT.session_token_header, Kind::Token),
    (Profile::S3_EXPRESS.session_token_header, Kind::Token),
    ("cookie", Kind::Line),
    ("set-cookie", Kind::Line),
    ("proxy-authorization", Kind::Line),
    ("x-api-key", Kind::Line),
    ("x-auth-token", Kind::Line),
    ("x-vault-token", Kind::Line),
    // Of IAM Identity Center.
    ("x-amz-sso_bearer_token", Kind::Line),
    ("x-aws-ec2-metadata-token", Kind::Line),
    ("x-amz-server-side-encryption-customer-key", Kind::Line),
    (
        "x-amz-copy-source-server-side-encryption-customer-key",
        Kind::Line,
    ),
    ("secretaccesskey", Kind::Field),
    ("secret_access_key", Kind::Field),
    ("sessiontoken", Kind::Field),
    ("session_token", Kind::Field),
    ("accesstoken", Kind::Field),
    ("access_token", Kind::Field),
    ("refreshtoken", Kind::Field),
    ("refresh_token", Kind::Field),
    ("client_secret", Kind::Field),
    ("api_key", Kind::Field),
    ("apikey", Kind::Field),
];

/// Of a header or a parameter, however the letters of its name are written.
pub(super) fn kind(name: &str) -> Option<Kind> {
    let mut names = NAMES.iter();
    let found = names.find(|(known, _)| name.eq_ignore_ascii_case(known));
    found.map(|(_, kind)| *kind)
}
