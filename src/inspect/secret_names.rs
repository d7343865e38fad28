//! The names of what is never shown.

use crate::request::profile::Profile;

/// What is found behind a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A session token: a header, or a parameter.
    Token,
    /// A header; in a text at the start of a line, to its end.
    Line,
    /// A field of an answer that gives credentials, or a parameter.
    Field,
}

/// In lower case. Those with `-` are headers as well.
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

/// Whether a header or a parameter of that name is of a kind, however its letters are written.
pub(super) fn is(name: &str, wanted: Kind) -> bool {
    let mut names = NAMES.iter();
    names.any(|(known, kind)| *kind == wanted && name.eq_ignore_ascii_case(known))
}
