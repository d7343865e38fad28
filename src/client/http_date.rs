//! The dates of HTTP.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// `Fri, 24 May 2013 00:00:00 GMT` (RFC 9110, 5.6.7), in seconds since 1970.
pub(crate) fn parse_http_date(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text.trim(), &Rfc2822)
        .ok()
        .map(OffsetDateTime::unix_timestamp)
}
